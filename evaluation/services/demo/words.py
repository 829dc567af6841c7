"""What the panel of the demonstration writes, votes and answers; figures are bound, never typed."""

from __future__ import annotations

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.framework import Verdict
from evaluation.domain.report import (
    NarrativeEntry,
    NarrativeKind,
    RectificationState,
    ReplyDecision,
    Responsible,
    Severity,
)

_K = NarrativeKind

_CONCLUSIONS: dict[RoundKind, tuple[tuple[str, str], ...]] = {
    RoundKind.INITIAL: (
        (
            "执行质效距第一个里程碑仍有差距。",
            "据统计，执行完毕案件占有财产可供执行案件的{indicator.A1.city}，"
            "标的金额到位率为{indicator.A2.city}。",
        ),
        (
            "程序规范基础较好，财产调查和惩戒偏弱。",
            "财产调查部分符合率为{review.part.2.city}，惩戒措施部分为{review.part.6.city}。",
        ),
        ("终本把关不严是首要问题。", "退出机制部分符合率为{review.part.9.city}。"),
    ),
    RoundKind.MIDTERM: (
        (
            "执结水平明显上升，到位金额仍是短板。",
            "执行完毕案件占有财产可供执行案件的{indicator.A1.city}，标的金额到位率为{indicator.A2.city}。",
        ),
        ("结案管理有所规范。", "结案管理部分符合率为{review.part.7.city}。"),
        ("各院差距没有缩小。", "部分法院退出机制部分仍低于全市水平，全市为{review.part.9.city}。"),
    ),
    RoundKind.FINAL: (
        (
            "有财产案件执结水平显著提高，标的到位尚未稳定达到目标。",
            "执行完毕案件占有财产可供执行案件的{indicator.A1.city}，标的金额到位率为{indicator.A2.city}。",
        ),
        ("程序规范全面改善，退出机制仍须巩固。", "退出机制部分符合率为{review.part.9.city}。"),
        (
            "个别法院出现回落，长效机制有待固化。",
            "实际执结率为{indicator.I7.city}，平均执行周期为{indicator.I5.city}天。",
        ),
    ),
}

_HIGHLIGHTS: dict[RoundKind, tuple[tuple[str, str, str], ...]] = {
    RoundKind.INITIAL: (
        (
            "网络查控已覆盖主要财产形式。",
            "存款、车辆的查询已普遍在网上办理。",
            "乙级材料，案卷评查印证",
        ),
    ),
    RoundKind.MIDTERM: (
        (
            "前置审查发挥了纠偏作用。",
            "终本报结前逐案审查，退回补查的均有记录。",
            "乙级材料，干警座谈印证",
        ),
        (
            "网络拍卖成为处置的主要方式。",
            "财产处置部分符合率为{review.part.4.city}。",
            "甲级材料，案卷评查",
        ),
    ),
    RoundKind.FINAL: (
        (
            "执行公开从告知走向可查询。",
            "执行监督部分符合率为{review.part.8.city}。",
            "甲级材料，案卷评查、问卷印证",
        ),
        ("案款发还明显提速。", "案款发还部分符合率为{review.part.5.city}。", "甲级材料，案卷评查"),
        ("联合惩戒形成常态。", "失信名单推送和撤销均有系统记录。", "甲级材料，联动单位座谈印证"),
    ),
}

_PROBLEMS: dict[RoundKind, tuple[tuple[str, str, Severity, int, Responsible], ...]] = {
    RoundKind.INITIAL: (
        (
            "部分终本案件未穷尽财产调查措施。",
            "评查员认定有财产而法院标记无财产的案件不在少数。",
            Severity.HIGH,
            9,
            Responsible.COURT,
        ),
        (
            "拒不申报财产的处罚不到位。",
            "发出报告财产令后不予核实、不予处罚的情形较普遍。",
            Severity.HIGH,
            11,
            Responsible.COURT,
        ),
        (
            "不动产查控仍靠人工。",
            "登记部门反馈慢，影响控制时机。",
            Severity.MEDIUM,
            14,
            Responsible.JOINT_UNIT,
        ),
        (
            "向当事人告知不充分。",
            "财产查询信息和强制措施的告知留痕不足。",
            Severity.MEDIUM,
            8,
            Responsible.COURT,
        ),
        (
            "实体指标附件缺失。",
            "权重和计算方式无原文依据，只能试算。",
            Severity.MEDIUM,
            14,
            Responsible.SYSTEM,
        ),
    ),
    RoundKind.MIDTERM: (
        (
            "标的到位金额增长慢于案件执结。",
            "大额案件处置周期长，拖累到位率。",
            Severity.HIGH,
            10,
            Responsible.COURT,
        ),
        (
            "企业法人案件引导破产不足。",
            "案卷中少见引导记录。",
            Severity.MEDIUM,
            12,
            Responsible.COURT,
        ),
        (
            "自报公开率高于评查核验值。",
            "自报与核验相差明显，留痕标准不一。",
            Severity.MEDIUM,
            7,
            Responsible.COURT,
        ),
        (
            "协助执行格式不统一。",
            "联动单位反映各院要求不一，反复退回。",
            Severity.LOW,
            14,
            Responsible.JOINT_UNIT,
        ),
    ),
    RoundKind.FINAL: (
        (
            "标的金额到位率没有稳定达到目标。",
            "受大额案件影响，各院差异大。",
            Severity.HIGH,
            6,
            Responsible.COURT,
        ),
        (
            "个别法院规范化水平回落。",
            "人员变动后前置审查流于形式。",
            Severity.HIGH,
            1,
            Responsible.COURT,
        ),
        (
            "终本后定期查询未能全部落实。",
            "部分终本案件没有按期再次查询。",
            Severity.MEDIUM,
            5,
            Responsible.COURT,
        ),
        (
            "公众对执行不能的理解仍不足。",
            "座谈中仍有群众把执行不能视为不作为。",
            Severity.LOW,
            14,
            Responsible.SYSTEM,
        ),
    ),
}

_RECOMMENDATIONS: dict[RoundKind, tuple[tuple[str, str, str, str, str], ...]] = {
    RoundKind.INITIAL: (
        (
            "建立终本案件逐件复核制度。",
            "由执行裁判部门逐件复核财产调查清单。",
            "市中级法院执行局",
            "2017年6月底前",
            "终本合格率的置信下限明显提高",
        ),
        (
            "对拒不申报财产的一律核实处罚。",
            "制定处罚指引，按月通报。",
            "各基层法院",
            "2017年3月底前",
            "惩戒措施部分符合率提高",
        ),
        (
            "统一告知内容和方式。",
            "查询结果和措施以短信、系统两种方式告知并留痕。",
            "各基层法院",
            "2017年6月底前",
            "执行监督部分符合率提高",
        ),
        (
            "尽快提供实体指标附件。",
            "由法院正式提供权重和计算方式。",
            "市中级法院",
            "2017年3月底前",
            "附件入库并替换试算权重",
        ),
    ),
    RoundKind.MIDTERM: (
        (
            "对大额未到位案件挂牌督办。",
            "逐案列出处置障碍和时限。",
            "市中级法院执行指挥中心",
            "2018年6月底前",
            "标的金额到位率达到目标",
        ),
        (
            "建立执行转破产引导台账。",
            "企业法人终本前必须留有引导记录。",
            "各基层法院",
            "2018年3月底前",
            "相应评查项符合率提高",
        ),
        (
            "以评查核验口径统一公开统计。",
            "自报数据按案卷留痕口径填报。",
            "各基层法院",
            "2018年3月底前",
            "自报值与核验值之差缩小",
        ),
    ),
    RoundKind.FINAL: (
        (
            "把有效做法写入长效机制。",
            "前置审查、节点锁定、联席会议以规范性文件固定。",
            "市中级法院",
            "2019年6月底前",
            "规范性文件印发并有实施记录",
        ),
        (
            "对回落法院开展专项回访。",
            "半年后复评同类案卷。",
            "市中级法院执行局",
            "2019年9月底前",
            "复评结果恢复到全市水平",
        ),
        (
            "完善终本后定期查询的系统提醒。",
            "到期自动发起查询并留痕。",
            "市中级法院执行指挥中心",
            "2019年6月底前",
            "定期查询项符合率提高",
        ),
    ),
}

_LIMITATIONS: dict[RoundKind, tuple[tuple[str, str], ...]] = dict.fromkeys(
    RoundKind,
    (
        (
            "副卷材料多数未能核验。",
            "合议、审批等记录主要在副卷，未开放的一律记未能核验，不计入符合率。",
        ),
        ("公开链接的问卷不是概率样本。", "公众问卷的结果不推断全体市民，不附误差范围。"),
    ),
)

#: What became of the recommendations of earlier rounds, in their order.
_RECTIFICATIONS: dict[RoundKind, tuple[tuple[str, RectificationState, str], ...]] = {
    RoundKind.INITIAL: (),
    RoundKind.MIDTERM: (
        ("建立终本案件逐件复核制度。", RectificationState.DONE, "复核台账和案卷抽查"),
        (
            "对拒不申报财产的一律核实处罚。",
            RectificationState.IN_PROGRESS,
            "处罚指引已印发，案卷留痕仍不足",
        ),
        (
            "统一告知内容和方式。",
            RectificationState.IN_PROGRESS,
            "短信告知已上线，措施告知未全覆盖",
        ),
        ("尽快提供实体指标附件。", RectificationState.NOT_ACCEPTED, "法院答复附件尚未定稿"),
    ),
    RoundKind.FINAL: (
        ("建立终本案件逐件复核制度。", RectificationState.DONE, "复核台账和案卷抽查"),
        ("对拒不申报财产的一律核实处罚。", RectificationState.DONE, "处罚统计和案卷抽查"),
        ("统一告知内容和方式。", RectificationState.DONE, "系统日志和案卷抽查"),
        ("尽快提供实体指标附件。", RectificationState.NOT_ACCEPTED, "由评估团会议表决确认权重"),
        (
            "对大额未到位案件挂牌督办。",
            RectificationState.IN_PROGRESS,
            "挂牌清单，部分案件仍未处置",
        ),
        ("建立执行转破产引导台账。", RectificationState.DONE, "台账和案卷抽查"),
        ("以评查核验口径统一公开统计。", RectificationState.IN_PROGRESS, "口径已通知，差异仍在"),
    ),
}


def entries(kind: RoundKind) -> list[NarrativeEntry]:
    """Return everything the panel writes in a round."""
    written = [NarrativeEntry(_K.CONCLUSION, title, body) for title, body in _CONCLUSIONS[kind]]
    written += [
        NarrativeEntry(_K.HIGHLIGHT, title, body, evidence=evidence)
        for title, body, evidence in _HIGHLIGHTS[kind]
    ]
    written += [
        NarrativeEntry(
            _K.PROBLEM,
            title,
            body,
            evidence="案卷评查、问卷和座谈",
            severity=severity,
            n_courts_affected=n_courts,
            responsible=responsible,
        )
        for title, body, severity, n_courts, responsible in _PROBLEMS[kind]
    ]
    written += [
        NarrativeEntry(
            _K.RECOMMENDATION,
            title,
            body,
            addressee=addressee,
            deadline=deadline,
            acceptance=acceptance,
        )
        for title, body, addressee, deadline, acceptance in _RECOMMENDATIONS[kind]
    ]
    written += [
        NarrativeEntry(
            _K.RECTIFICATION, title, evidence=evidence, state=state, refers_to=f"J{number:02d}"
        )
        for number, (title, state, evidence) in enumerate(_RECTIFICATIONS[kind], start=1)
    ]
    written += [NarrativeEntry(_K.LIMITATION, title, body) for title, body in _LIMITATIONS[kind]]
    if kind is RoundKind.FINAL:
        written.append(
            NarrativeEntry(
                _K.INDICATOR_CHANGE,
                "权重由试算改为评估团决定。",
                "评估团于2018年12月会议表决确认九项指标的权重和锚点，数值未变，各期得分口径一致。",
            )
        )
    return written


#: Objections of courts: court, subject, text, decision, reason.
REPLIES: dict[RoundKind, tuple[tuple[str, str, str, ReplyDecision, str], ...]] = {
    RoundKind.INITIAL: (
        (
            "0102",
            "财产查询信息告知",
            "我院以电话方式告知，未在正卷留痕，不应认定为未告知。",
            ReplyDecision.NOT_ACCEPTED,
            "评查以案卷留痕为准，已记为“案卷未见”，未写作未履行。",
        ),
    ),
    RoundKind.MIDTERM: (
        (
            "0113",
            "案款发还用时",
            "部分案件因当事人账户有误而延后，请予扣除。",
            ReplyDecision.PARTLY_ACCEPTED,
            "案卷有账户有误记录的予以说明，其余维持。",
        ),
    ),
    RoundKind.FINAL: (
        (
            "0113",
            "规范化水平回落",
            "我院当年人员变动大，已补充到位，请在报告中说明。",
            ReplyDecision.ACCEPTED,
            "情况属实，已在问题部分写明原因。",
        ),
        (
            "01",
            "标的金额到位率",
            "大额案件处置周期长，建议并列有财产案件口径。",
            ReplyDecision.ACCEPTED,
            "报告已并列两种口径。",
        ),
    ),
}

_REASONS: dict[Verdict, str] = {
    Verdict.ACHIEVED: "各方法证据一致，支持已实现",
    Verdict.MOSTLY_ACHIEVED: "主要证据支持，仍有薄弱环节",
    Verdict.PARTLY_ACHIEVED: "有进展，但关键环节证据不足以支持基本实现",
    Verdict.NOT_ACHIEVED: "多数证据不支持",
    Verdict.INSUFFICIENT_EVIDENCE: "可用证据不足，不宜下结论",
}
_LOWER: dict[Verdict, Verdict] = {
    Verdict.ACHIEVED: Verdict.MOSTLY_ACHIEVED,
    Verdict.MOSTLY_ACHIEVED: Verdict.PARTLY_ACHIEVED,
    Verdict.PARTLY_ACHIEVED: Verdict.NOT_ACHIEVED,
    Verdict.NOT_ACHIEVED: Verdict.NOT_ACHIEVED,
    Verdict.INSUFFICIENT_EVIDENCE: Verdict.PARTLY_ACHIEVED,
}


def ballot(proposed: Verdict, voter: int, objective: int) -> tuple[Verdict, str]:
    """Return one member's vote: most follow the rule, a few judge more strictly."""
    verdict = _LOWER[proposed] if (voter + 2 * objective) % 5 == 0 else proposed
    return verdict, _REASONS[verdict]


def decision_reason(verdict: Verdict) -> str:
    """Return the reason of a decision."""
    return f"对照证据矩阵逐项讨论，{_REASONS[verdict]}；按多数意见作出结论。"
