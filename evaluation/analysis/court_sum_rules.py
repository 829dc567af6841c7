"""Sums that court statistics must keep to: parts never exceed their whole. Rules as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evaluation.language import N_


class Severity(StrEnum):
    """Whether a rule refuses a value or only flags it."""

    IMPOSSIBLE = "impossible"
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True, slots=True)
class SumRule:
    """The sum of some fields is at most the sum of others.

    Attributes
    ----------
    code : str
        Stable name of the rule.
    parts, whole : tuple of str
        Field codes on the smaller and on the larger side.
    severity : Severity
        Refuse or flag.
    text : str
        The rule in Chinese (source string).
    """

    code: str
    parts: tuple[str, ...]
    whole: tuple[str, ...]
    severity: Severity
    text: str


_NO, _LOOK = Severity.IMPOSSIBLE, Severity.SUSPICIOUS

SUM_RULES: tuple[SumRule, ...] = (
    SumRule(
        "completed_in_closed",
        ("closed_completed", "closed_partial"),
        ("closed_total",),
        _NO,
        N_("执行完毕与部分执行到位之和不得大于结案总数"),
    ),
    SumRule(
        "completed_and_terminated",
        ("closed_completed", "closed_terminated_round"),
        ("closed_total",),
        _NO,
        N_("执行完毕与终本之和不得大于结案总数"),
    ),
    SumRule(
        "no_property_in_terminated",
        ("closed_terminated_no_property",),
        ("closed_terminated_round",),
        _NO,
        N_("无财产终本不得大于终本结案数"),
    ),
    SumRule(
        "settled_in_closed",
        ("closed_settled",),
        ("closed_total",),
        _NO,
        N_("和解履行结案数不得大于结案总数"),
    ),
    SumRule(
        "closed_in_handled",
        ("closed_total",),
        ("filed_cases", "carried_over_cases"),
        _NO,
        N_("结案总数不得大于新收与旧存之和"),
    ),
    SumRule(
        "property_completed",
        ("property_cases_completed",),
        ("property_cases",),
        _NO,
        N_("有财产案件执行完毕数不得大于有财产案件数"),
    ),
    SumRule(
        "property_completed_in_completed",
        ("property_cases_completed",),
        ("closed_completed",),
        _NO,
        N_("有财产案件执行完毕数不得大于执行完毕结案数"),
    ),
    SumRule(
        "property_limit",
        ("property_completed_in_limit",),
        ("property_cases_completed",),
        _NO,
        N_("期限内执行完毕数不得大于有财产案件执行完毕数"),
    ),
    SumRule(
        "within_limit",
        ("closed_within_limit",),
        ("closed_total",),
        _NO,
        N_("法定期限内结案数不得大于结案总数"),
    ),
    SumRule(
        "gross_within_net",
        ("closed_within_limit_gross",),
        ("closed_within_limit",),
        _NO,
        N_("自然日内结案数不得大于扣除不计入期间后的期限内结案数"),
    ),
    SumRule(
        "net_days",
        ("total_cycle_days",),
        ("total_cycle_days_gross",),
        _NO,
        N_("扣除后的周期合计不得大于自然日周期合计"),
    ),
    SumRule(
        "completed_days",
        ("completed_cycle_days",),
        ("total_cycle_days",),
        _NO,
        N_("执行完毕案件的周期合计不得大于全部结案的周期合计"),
    ),
    SumRule(
        "disclosure",
        ("disclosure_items_done",),
        ("disclosure_items_due",),
        _NO,
        N_("已公开项数不得大于应公开项数"),
    ),
    SumRule(
        "disclosure_cases",
        ("disclosure_full_cases",),
        ("closed_total",),
        _NO,
        N_("全部公开的案件数不得大于结案总数"),
    ),
    SumRule(
        "measures",
        ("measure_taken_cases",),
        ("measure_due_cases",),
        _NO,
        N_("采取措施案件数不得大于应采取措施案件数"),
    ),
    SumRule(
        "measures_in_time",
        ("measure_taken_in_time_cases",),
        ("measure_taken_cases",),
        _NO,
        N_("按时采取措施案件数不得大于采取措施案件数"),
    ),
    SumRule(
        "petition_cases",
        ("petition_cases",),
        ("petition_visits",),
        _NO,
        N_("信访件数（去重）不得大于信访件次"),
    ),
    SumRule(
        "petition_resolved",
        ("petition_resolved",),
        ("petition_cases",),
        _LOOK,
        N_("信访办结数大于信访件数，须说明是否含上期结转"),
    ),
    SumRule(
        "voluntary",
        ("voluntary_completed",),
        ("closed_total",),
        _NO,
        N_("自动履行结案数不得大于结案总数"),
    ),
    SumRule(
        "judgments",
        ("judgments_entering_enforcement",),
        ("effective_judgments_with_payment",),
        _NO,
        N_("申请执行数不得大于有给付内容的生效裁判数"),
    ),
    SumRule(
        "sold_lots",
        ("sold_lots",),
        ("disposed_lots",),
        _NO,
        N_("成交件数不得大于进入处置程序的件数"),
    ),
    SumRule(
        "appraised",
        ("appraised_value_sold",),
        ("appraised_value_disposed",),
        _NO,
        N_("成交标的评估价不得大于进入处置财产评估价"),
    ),
    SumRule(
        "applied_property",
        ("applied_amount_property",),
        ("applied_amount_closed",),
        _LOOK,
        N_("有财产案件标的额大于已结案件标的额，须说明口径"),
    ),
    SumRule(
        "recovered",
        ("recovered_amount_closed",),
        ("applied_amount_closed",),
        _LOOK,
        N_("到位金额大于申请标的额，须说明是否含迟延履行利息"),
    ),
    SumRule(
        "recovered_property",
        ("recovered_amount_property",),
        ("applied_amount_property",),
        _LOOK,
        N_("有财产案件到位金额大于申请标的额，须说明是否含迟延履行利息"),
    ),
    SumRule(
        "revoked",
        ("acts_revoked_or_changed",),
        ("objections_closed",),
        _LOOK,
        N_("撤改数大于审结异议复议数，须说明是否含监督程序"),
    ),
)
