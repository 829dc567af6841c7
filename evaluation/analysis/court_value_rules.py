"""What court statistics cannot be, and what makes one look twice: rules as data.

An impossible value is refused with its rule named; a suspicious one is taken and flagged. Leaves
out texts of field names (they are in the framework).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.analysis.court_sum_rules import SUM_RULES, Severity
from evaluation.language import N_


@dataclass(frozen=True, slots=True)
class RuleBreach:
    """A broken rule.

    Attributes
    ----------
    code : str
        Rule.
    severity : Severity
        Refuse or flag.
    text : str
        The rule in Chinese (source string).
    fields : tuple of str
        Fields involved.
    """

    code: str
    severity: Severity
    text: str
    fields: tuple[str, ...]


def breaches(
    fields: Mapping[str, int], previous: Mapping[str, int] | None = None
) -> list[RuleBreach]:
    """Return every broken rule of one court's statistics for one period.

    Parameters
    ----------
    fields : mapping of str to int
        Reported values by field code; amounts in fen. Fields that are absent break no rule.
    previous : mapping of str to int, optional
        The court's statistics of the period before, for jumps.

    Returns
    -------
    list of RuleBreach
        Impossible ones first.

    Examples
    --------
    >>> found = breaches({"closed_total": 10, "closed_completed": 8, "closed_partial": 3})
    >>> found[0].code, found[0].severity
    ('completed_in_closed', <Severity.IMPOSSIBLE: 'impossible'>)
    """
    found = [
        RuleBreach("negative", Severity.IMPOSSIBLE, N_("数值不得为负"), (code,))
        for code, value in fields.items()
        if value < 0
    ]
    for rule in SUM_RULES:
        codes = (*rule.parts, *rule.whole)
        if any(code not in fields for code in codes):
            continue
        if sum(fields[code] for code in rule.parts) > sum(fields[code] for code in rule.whole):
            found.append(RuleBreach(rule.code, rule.severity, rule.text, codes))
    found += _suspicions(fields)
    if previous:
        found += _jumps(fields, previous)
    return sorted(found, key=lambda breach: breach.severity is Severity.SUSPICIOUS)


def _suspicions(fields: Mapping[str, int]) -> list[RuleBreach]:
    found = []

    def flag(code: str, text: str, *involved: str) -> None:
        found.append(RuleBreach(code, Severity.SUSPICIOUS, text, involved))

    get = fields.get
    if get("acts_revoked_or_changed") == 0 and (get("objections_closed") or 0) >= 30:
        flag(
            "zero_revocation",
            N_("审结异议复议三十件以上而撤改为零，须核查是否压案不立"),
            "acts_revoked_or_changed",
            "objections_closed",
        )
    due = get("disclosure_items_due")
    if due and due >= 100 and get("disclosure_items_done") == due:
        flag(
            "full_disclosure",
            N_("执行公开率恰为百分之百，须以案卷样本核验"),
            "disclosure_items_done",
            "disclosure_items_due",
        )
    closed, days = get("closed_total"), get("total_cycle_days")
    if closed and days is not None and not 10 <= days / closed <= 1000:
        flag(
            "odd_cycle",
            N_("平均执行周期不在十天至一千天之间，须核对天数合计的口径"),
            "total_cycle_days",
            "closed_total",
        )
    applied, recovered = get("applied_amount_closed"), get("recovered_amount_closed")
    if applied and closed and applied / closed < 100_00:
        flag(
            "small_amounts",
            N_("件均标的额不足一百元，须核对金额单位是否为元"),
            "applied_amount_closed",
            "closed_total",
        )
    if applied and recovered is not None and recovered == applied and applied > 0:
        flag(
            "full_recovery",
            N_("标的金额到位率恰为百分之百，须核对"),
            "recovered_amount_closed",
            "applied_amount_closed",
        )
    return found


_WATCHED = ("filed_cases", "closed_total", "property_cases", "measure_due_cases")


def _jumps(fields: Mapping[str, int], previous: Mapping[str, int]) -> list[RuleBreach]:
    found = []
    for code in _WATCHED:
        before, now = previous.get(code), fields.get(code)
        if before and now is not None and before >= 50 and not 0.5 <= now / before <= 2:
            found.append(
                RuleBreach(
                    "jump",
                    Severity.SUSPICIOUS,
                    N_("与上期相比增减超过一倍或减半，须说明原因"),
                    (code,),
                )
            )
    shares = []
    for values in (previous, fields):
        closed = values.get("closed_total")
        terminated, completed = (
            values.get("closed_terminated_round"),
            values.get("closed_completed"),
        )
        if not closed or terminated is None or completed is None:
            return found
        shares.append((terminated / closed, completed / closed))
    (before_t, before_c), (now_t, now_c) = shares
    if now_t > before_t + 0.02 and now_c > before_c + 0.02:
        found.append(
            RuleBreach(
                "both_rise",
                Severity.SUSPICIOUS,
                N_("终本率与执行完毕率同时上升，须核查"),
                ("closed_terminated_round", "closed_completed"),
            )
        )
    return found


def closing_spike(closed_by_month: Mapping[int, int]) -> bool:
    """Tell whether December closings stand out from the other months of a year.

    Parameters
    ----------
    closed_by_month : mapping of int to int
        Closed cases by month, 1 to 12.

    Returns
    -------
    bool
        True when December has more than twice the mean of the other months and over 30 cases.

    Examples
    --------
    >>> closing_spike({month: 40 for month in range(1, 12)} | {12: 100})
    True
    """
    december = closed_by_month.get(12, 0)
    others = [count for month, count in closed_by_month.items() if month != 12]
    if not others or december <= 30:
        return False
    return december > 2 * sum(others) / len(others)
