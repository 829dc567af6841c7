"""Whether a share is known well enough to be compared with others and ranked."""

from __future__ import annotations

from collections.abc import Iterable

from evaluation.analysis.results import ResultValue
from sampling.intervals import PresentationStandard

STANDARD = PresentationStandard()


def is_precise(result: ResultValue, standard: PresentationStandard = STANDARD) -> bool:
    """Say whether a share may stand in a ranking.

    Parameters
    ----------
    result : ResultValue
        A share in [0, 1] with its interval and the number of sampled units it rests on.
    standard : PresentationStandard
        Smallest sample size and widest interval that are accepted. Its rule on relative width is
        left out: it would take out the rarest compliance, which is the problem looked for.

    Returns
    -------
    bool
        False as well when the share, its interval or its sample size is unknown.

    References
    ----------
    Parker, J. D., et al. (2017). National Center for Health Statistics Data Presentation
    Standards for Proportions. Vital and Health Statistics 2(175), figure 1.

    Examples
    --------
    >>> from evaluation.analysis.results import ResultKind
    >>> def share(lower, upper, n):
    ...     return ResultValue("a", ResultKind.ESTIMATE, 0.5, lower=lower, upper=upper, n_sampled=n)
    >>> is_precise(share(0.42, 0.58, 150)), is_precise(share(0.42, 0.58, 29))
    (True, False)
    >>> is_precise(share(0.33, 0.67, 31))
    False
    """
    if None in (result.value, result.lower, result.upper, result.n_sampled):
        return False
    width = float(result.upper or 0) - float(result.lower or 0)
    return (result.n_sampled or 0) >= standard.smallest_size and width < standard.wide_width


def worst(
    rated: Iterable[ResultValue], n_listed: int
) -> tuple[list[ResultValue], list[ResultValue]]:
    """Rank the shares that are kept least, and name those that are too vague to rank.

    Parameters
    ----------
    rated : iterable of ResultValue
        Shares in [0, 1]; those without a value and those at 1 are nobody's problem.
    n_listed : int
        Longest list wanted.

    Returns
    -------
    tuple of (list of ResultValue, list of ResultValue)
        The precise shares from the lowest upwards; the vague ones that would have stood among
        them.

    Examples
    --------
    >>> from evaluation.analysis.results import ResultKind
    >>> def share(name, value, n):
    ...     return ResultValue(
    ...         name, ResultKind.ESTIMATE, value, lower=value, upper=value, n_sampled=n
    ...     )
    >>> listed, vague = worst([share("a", 0.6, 90), share("b", 0.1, 3), share("c", 0.9, 3)], 5)
    >>> [one.id for one in listed], [one.id for one in vague]
    (['a'], ['b'])
    """
    below = sorted(
        (one for one in rated if one.value is not None and one.value < 1),
        key=lambda one: (one.value, one.id),
    )
    listed = [one for one in below if is_precise(one)][:n_listed]
    highest = listed[-1].value if listed else 1
    vague = [one for one in below if not is_precise(one) and (one.value or 0) <= (highest or 0)]
    return listed, vague
