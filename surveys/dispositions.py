"""Final dispositions and outcome rates after AAPOR, for people invited by name or from a list.

Leaves out open links: nobody knows how many people saw them, so they have no rate at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

#: Share of the applicable questions answered, from which a submitted response is complete …
COMPLETE_SHARE = 0.8
#: … and from which it is partial. Below, it is a break-off. Both are fixed before fieldwork.
PARTIAL_SHARE = 0.5


class Disposition(StrEnum):
    """What finally became of one invitation."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    BREAK_OFF = "break_off"
    REFUSAL = "refusal"
    NONCONTACT = "noncontact"
    OTHER = "other"
    UNKNOWN_ELIGIBILITY = "unknown_eligibility"
    NOT_ELIGIBLE = "not_eligible"
    QUOTA_FILLED = "quota_filled"


#: Codes of the Standard Definitions for internet surveys of specifically named persons.
AAPOR_CODES: Mapping[Disposition, str] = {
    Disposition.COMPLETE: "1.1",
    Disposition.PARTIAL: "1.2",
    Disposition.BREAK_OFF: "2.12",
    Disposition.REFUSAL: "2.11",
    Disposition.NONCONTACT: "2.2",
    Disposition.OTHER: "2.3",
    Disposition.UNKNOWN_ELIGIBILITY: "3.0",
    Disposition.NOT_ELIGIBLE: "4.0",
    Disposition.QUOTA_FILLED: "4.8",
}


def disposition_of(
    n_answered: int,
    n_applicable: int,
    *,
    complete_share: float = COMPLETE_SHARE,
    partial_share: float = PARTIAL_SHARE,
) -> Disposition:
    """Classify a submitted response by the share of applicable questions that were answered.

    A refusal or "don't know" that the respondent chose counts as answered; a question that
    routing skipped is not applicable.

    Parameters
    ----------
    n_answered : int
        Applicable questions with an answer, questions.
    n_applicable : int
        Questions on the respondent's path, questions. At least ``n_answered``.
    complete_share, partial_share : float
        Lower bounds of a complete and of a partial response, shares in [0, 1], set before
        fieldwork begins.

    Returns
    -------
    Disposition
        ``COMPLETE``, ``PARTIAL`` or ``BREAK_OFF``.

    Raises
    ------
    ValueError
        If the counts are negative or out of order, or the shares are. Count the questions on
        the path only.

    References
    ----------
    American Association for Public Opinion Research (2023). *Standard Definitions: Final
    Dispositions of Case Codes and Outcome Rates for Surveys*, 10th ed., section on complete and
    partial questionnaires (50 and 80 percent of the applicable questions is its example).

    Examples
    --------
    >>> disposition_of(9, 10), disposition_of(6, 10), disposition_of(2, 10)
    (<Disposition.COMPLETE: 'complete'>, <Disposition.PARTIAL: 'partial'>,
     <Disposition.BREAK_OFF: 'break_off'>)
    """
    if not 0 <= n_answered <= n_applicable:
        raise ValueError(f"answered {n_answered} of {n_applicable}: count the path only")
    if not 0 <= partial_share <= complete_share <= 1:
        raise ValueError("shares must satisfy 0 <= partial <= complete <= 1")
    share = n_answered / n_applicable if n_applicable else 1.0
    if share >= complete_share:
        return Disposition.COMPLETE
    return Disposition.PARTIAL if share >= partial_share else Disposition.BREAK_OFF


@dataclass(frozen=True, slots=True)
class OutcomeRates:
    """Outcome rates, each a proportion in [0, 1], or ``None`` where nobody is in its base."""

    eligible_share: float
    response_rate_1: float | None
    response_rate_2: float | None
    response_rate_3: float | None
    response_rate_4: float | None
    response_rate_5: float | None
    response_rate_6: float | None
    cooperation_rate_1: float | None
    cooperation_rate_2: float | None
    cooperation_rate_3: float | None
    cooperation_rate_4: float | None
    refusal_rate_1: float | None
    refusal_rate_2: float | None
    refusal_rate_3: float | None
    contact_rate_1: float | None
    contact_rate_2: float | None
    contact_rate_3: float | None


def eligible_share(counts: Mapping[Disposition, int]) -> float:
    """Estimate which share of the invitations of unknown eligibility is eligible (*e*).

    Proportional allocation: the share found among those whose eligibility is known.

    Parameters
    ----------
    counts : mapping of Disposition to int
        Invitations by final disposition, persons. Missing keys count as 0.

    Returns
    -------
    float
        A proportion in [0, 1]; 1, the cautious value, when no eligibility is known.

    References
    ----------
    AAPOR (2023), *Standard Definitions*, 10th ed., section on estimating *e*.

    Examples
    --------
    >>> D = Disposition
    >>> eligible_share({D.COMPLETE: 60, D.REFUSAL: 30, D.NOT_ELIGIBLE: 10})
    0.9
    """
    not_eligible = _count(counts, Disposition.NOT_ELIGIBLE, Disposition.QUOTA_FILLED)
    known = not_eligible + sum(
        _count(counts, disposition)
        for disposition in Disposition
        if AAPOR_CODES[disposition][0] in "12"
    )
    return (known - not_eligible) / known if known else 1.0


def outcome_rates(
    counts: Mapping[Disposition, int], *, eligible: float | None = None
) -> OutcomeRates:
    r"""Compute response, cooperation, refusal and contact rates from final dispositions.

    Parameters
    ----------
    counts : mapping of Disposition to int
        Invitations by final disposition, persons. Missing keys count as 0.
    eligible : float, optional
        Share *e* of the unknown that is eligible, in [0, 1]. Estimated by
        :func:`eligible_share` if left out; say in the report which was used.

    Returns
    -------
    OutcomeRates
        Proportions in [0, 1].

    Raises
    ------
    ValueError
        If a count is negative or ``eligible`` is outside [0, 1].

    Notes
    -----
    With I complete, P partial, R refusal and break-off, NC noncontact, O other, U unknown:

    .. math::
        RR1 = \frac{I}{I+P+R+NC+O+U}, \quad RR3 = \frac{I}{I+P+R+NC+O+eU}, \quad
        RR5 = \frac{I}{I+P+R+NC+O};

    RR2, RR4, RR6 count I + P above the line. COOP1, 2 leave out NC and U; COOP3, 4 leave out O
    too. REF1–3 put R, CON1–3 put I + P + R + O above the lines of RR1, RR3, RR5.

    References
    ----------
    AAPOR (2023), *Standard Definitions*, 10th ed., section on calculating outcome rates.

    Examples
    --------
    >>> D = Disposition
    >>> counts = {D.COMPLETE: 400, D.PARTIAL: 50, D.REFUSAL: 100, D.NONCONTACT: 200,
    ...           D.OTHER: 50, D.UNKNOWN_ELIGIBILITY: 200}
    >>> rates = outcome_rates(counts, eligible=0.5)
    >>> rates.response_rate_1, rates.response_rate_2, rates.response_rate_5
    (0.4, 0.45, 0.5)
    >>> round(rates.response_rate_3, 4), round(rates.cooperation_rate_1, 4)
    (0.4444, 0.6667)
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("a count of invitations cannot be negative")
    share = eligible_share(counts) if eligible is None else eligible
    if not 0 <= share <= 1:
        raise ValueError(f"the eligible share must be between 0 and 1, got {share}")
    complete = _count(counts, Disposition.COMPLETE)
    answered = complete + _count(counts, Disposition.PARTIAL)
    refused = _count(counts, Disposition.REFUSAL, Disposition.BREAK_OFF)
    noncontact = _count(counts, Disposition.NONCONTACT)
    other = _count(counts, Disposition.OTHER)
    unknown = _count(counts, Disposition.UNKNOWN_ELIGIBILITY)
    spoken = answered + refused + other
    known = spoken + noncontact
    bases = (known + unknown, known + share * unknown, known)
    response = [_share(part, base) for base in bases for part in (complete, answered)]
    cooperation = [
        _share(part, base) for base in (spoken, answered + refused) for part in (complete, answered)
    ]
    refusal = [_share(refused, base) for base in bases]
    contact = [_share(spoken, base) for base in bases]
    return OutcomeRates(share, *response, *cooperation, *refusal, *contact)


def _count(counts: Mapping[Disposition, int], *dispositions: Disposition) -> int:
    return sum(counts.get(disposition, 0) for disposition in dispositions)


def _share(part: float, base: float) -> float | None:
    return part / base if base else None
