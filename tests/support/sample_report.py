"""A realistic input for a report, made without a database: courts, results, words of the panel."""

import math
from dataclasses import replace
from datetime import date

from evaluation.analysis.results import ResultKind, ResultSet, ResultUnit, ResultValue
from evaluation.domain import framework_loader
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.member import Background
from evaluation.domain.report import (
    CourtReply,
    NarrativeEntry,
    NarrativeKind,
    RectificationState,
    ReplyDecision,
    Responsible,
    Severity,
)
from evaluation.services.report_content.inputs import EditionFacts, ReportInput, RoundFacts
from sampling import seed

DISTRICTS = (
    "江岸区 江汉区 硚口区 汉阳区 武昌区 青山区 洪山区 东西湖区 汉南区 蔡甸区 江夏区 黄陂区 新洲区"
)
COURTS = (
    ("0100", "中级法院"),
    *((f"01{k:02d}", f"{name}法院") for k, name in enumerate(DISTRICTS.split(" "), 1)),
)
YEARS = {RoundKind.INITIAL: 2016, RoundKind.MIDTERM: 2017, RoundKind.FINAL: 2018}
LEVELS = {RoundKind.INITIAL: 0.0, RoundKind.MIDTERM: 0.5, RoundKind.FINAL: 1.0}
BASE = {
    "I1": (0.78, 0.93),
    "I2": (0.009, 0.004),
    "I3": (1.8, 0.6),
    "I4": (0.79, 0.91),
    "I5": (168.0, 118.0),
    "I6": (0.74, 0.92),
    "I7": (0.51, 0.66),
    "I8": (0.24, 0.21),
    "I9": (0.018, 0.007),
    "A1": (0.68, 0.89),
    "A2": (0.57, 0.79),
    "A5": (0.71, 0.88),
    "A8": (0.33, 0.24),
    "A9": (0.05, 0.12),
}


def _rate(result_id, value, n, label, **more):
    error = math.sqrt(max(value * (1 - value), 0.0004) / n)
    return ResultValue(
        result_id,
        ResultKind.ESTIMATE,
        value,
        ResultUnit.RATE,
        label,
        lower=max(0.0, value - 1.96 * error),
        upper=min(1.0, value + 1.96 * error),
        standard_error=error,
        confidence=0.95,
        n_sampled=n,
        n_population=21450,
        numerator=round(value * n),
        denominator=n,
        method="分层抽样比率估计",
        source="案卷评查",
        **more,
    )


def _count(result_id, value, label, unit=ResultUnit.FILES):
    return ResultValue(result_id, ResultKind.COUNT, value, unit, label)


def _indicators(kind, framework, random):
    level, values = LEVELS[kind], []
    for item in (*framework.indicators, *framework.auxiliary):
        if item.id not in BASE:
            continue
        start, end = BASE[item.id]
        city = start + (end - start) * level
        if start < 1:
            if item.id in {"A1", "A2", "A5", "I1", "I6"}:
                values.append(_rate(f"indicator.{item.id}.city", city, 620, item.name))
            else:
                values.append(
                    ResultValue(
                        f"indicator.{item.id}.city",
                        ResultKind.REPORTED,
                        city,
                        ResultUnit.RATE,
                        item.name,
                        numerator=round(city * 21450),
                        denominator=21450,
                    )
                )
            for code, _name in COURTS:
                own = min(0.99, max(0.001, city * (1 + 0.12 * float(random.normal()))))
                values.append(_rate(f"indicator.{item.id}.court.{code}", own, 44, item.name))
        else:
            unit = ResultUnit.DAYS if item.id == "I5" else ResultUnit.PER_10K
            values.append(
                ResultValue(
                    f"indicator.{item.id}.city",
                    ResultKind.REPORTED,
                    city,
                    unit,
                    item.name,
                    numerator=round(city * 21450),
                    denominator=21450,
                )
            )
        for way, shift in (("reported", 1.05), ("recomputed", 1.01), ("corrected", 1.0)):
            if item.id in {"A1", "I7", "I1"}:
                values.append(
                    _rate(
                        f"indicator.{item.id}.city.{way}", min(0.99, city * shift), 620, item.name
                    )
                )
    return values


def _scores(kind, framework, random):
    level, values = LEVELS[kind], []
    total = 0.0
    for item in framework.indicators:
        points = min(99.0, 66 + 20 * level + 6 * float(random.normal()))
        total += points * float(item.indicator_weight) / 100
        values.append(
            ResultValue(
                f"score.{item.id}.city",
                ResultKind.SCORE,
                points,
                ResultUnit.POINTS,
                item.name,
                lower=points - 2,
                upper=points + 2,
                status="trial",
            )
        )
    values.append(
        ResultValue(
            "score.total.city",
            ResultKind.SCORE,
            round(total, 2),
            ResultUnit.POINTS,
            "总分",
            lower=total - 1.5,
            upper=total + 1.5,
            status="trial",
        )
    )
    values.append(ResultValue("score.grade.city", ResultKind.TEXT, text="达标", label="等次"))
    for code, name, value in (
        ("fail", "不达标", 0.05),
        ("pass", "达标", 0.72),
        ("good", "良好", 0.23),
    ):
        values.append(
            ResultValue(f"grade.probability.{code}", ResultKind.SHARE, value, ResultUnit.RATE, name)
        )
    for k, label in enumerate(
        ("公正类权重加五分", "效果类权重加五分", "交界分归高档", "到位率按有财产案件计")
    ):
        values.append(
            ResultValue(
                f"sensitivity.case{k}",
                ResultKind.SCORE,
                total + 0.7 * (k - 1.5),
                ResultUnit.POINTS,
                label,
                lower=total - 2,
                upper=total + 2,
                text="等次不变",
            )
        )
    return values


def _review(kind, framework, random):
    level = LEVELS[kind]
    values = [
        _count("draw.frame", 21450, "抽样框案件数"),
        _count("draw.sample", 620, "样本案件数"),
        _count("review.files.reviewed", 612, "已评查案卷数"),
        _count("recusal.files_screened", 1240, "比对案卷份次"),
        _count("recusal.total", 37, "确认回避人次"),
        _rate("review.double_share", 0.12, 620, "双人评查比例"),
        _rate("review.agreement.percent", 0.93, 74, "评查一致率"),
        ResultValue(
            "review.agreement.ac1",
            ResultKind.ESTIMATE,
            0.87,
            ResultUnit.COEFFICIENT,
            "一致性系数",
            lower=0.82,
            upper=0.92,
            standard_error=0.025,
            confidence=0.95,
        ),
        ResultValue(
            "draw.seed", ResultKind.TEXT, text="福彩双色球公开开奖号码与当日气温", label="公开种子"
        ),
        ResultValue("draw.frame_hash", ResultKind.TEXT, text="9f2c" * 16, label="抽样框指纹"),
    ]
    for code, name in COURTS:
        values.append(_count(f"draw.stratum.{code}.population", 1200 + 37 * int(code), name))
        values.append(_count(f"draw.stratum.{code}.sample", 44, name))
        values.append(_count(f"review.files.court.{code}", 43, name))
    for part in framework.procedural_parts:
        value = min(0.98, 0.70 + 0.15 * level + 0.06 * float(random.normal()))
        values.append(_rate(f"review.part.{part.number}.city", value, 600, part.name))
        for k in range(1, 11):
            own = min(0.995, max(0.3, value + 0.1 * float(random.normal())))
            values.append(
                _rate(
                    f"review.item.P{part.number}-{k:02d}.city",
                    own,
                    300 + 20 * k,
                    f"{part.name}环节第{k}项要求的材料齐全、日期在法定期限之内并有当事人签收记录",
                )
            )
    for k, (name, share) in enumerate(
        (
            ("执行到位", 0.5 + 0.15 * level),
            ("执行难", 0.2 - 0.1 * level),
            ("执行不能", 0.3 - 0.05 * level),
        )
    ):
        values.append(_rate(f"review.class.c{k}.city", share, 612, name))
    values.append(_rate("review.label.disagreement", 0.11 - 0.04 * level, 240, "认定不一致率"))
    for court, row in (("property", (310, 18)), ("no_property", (41, 243))):
        for reviewer, n in zip(("property", "no_property"), row, strict=True):
            values.append(_count(f"review.label.{court}.{reviewer}", n, "件数"))
    for k, name in enumerate(("立案至发出执行通知", "立案至首次网络查控", "到账至发还案款")):
        values.append(
            ResultValue(
                f"review.duration.d{k}.median",
                ResultKind.ESTIMATE,
                6.0 + 9 * k,
                ResultUnit.DAYS,
                f"{name}：中位数",
                lower=5.0 + 9 * k,
                upper=8.0 + 9 * k,
                n_sampled=560,
            )
        )
        values.append(
            ResultValue(
                f"review.duration.d{k}.p90",
                ResultKind.ESTIMATE,
                20.0 + 9 * k,
                ResultUnit.DAYS,
                name,
                lower=15.0 + 9 * k,
                upper=28.0 + 9 * k,
            )
        )
        values.append(_rate(f"review.duration.d{k}.late_rate", 0.18 - 0.08 * level, 560, name))
    return values


def _field(kind, framework, random):
    level, values = LEVELS[kind], []
    names = {"QA": 61, "QD": 48, "QL": 66, "QO": 74, "QU": 70, "QP": 64, "QR": 77, "QC": 63}
    for k, (code, start) in enumerate(names.items()):
        n, is_probability = 412 - 31 * k, code in {"QA", "QD", "QL"}
        value = start + 9 * level + float(random.normal())
        more = (
            {"lower": value - 2.4, "upper": value + 2.4, "standard_error": 1.22, "confidence": 0.95}
            if is_probability
            else {}
        )
        values.append(
            ResultValue(
                f"survey.{code}.index",
                ResultKind.ESTIMATE if is_probability else ResultKind.SHARE,
                value,
                ResultUnit.INDEX,
                f"{code}指数",
                n_sampled=n,
                **more,
            )
        )
        values.append(_count(f"survey.{code}.responses", n, "有效答卷", ResultUnit.PERSONS))
        if is_probability:
            values.append(_count(f"survey.{code}.invited", 700, "邀请数", ResultUnit.PERSONS))
            values.append(
                ResultValue(
                    f"survey.{code}.response_rate_1",
                    ResultKind.SHARE,
                    n / 700,
                    ResultUnit.RATE,
                    "回收率",
                    numerator=n,
                    denominator=700,
                )
            )
        shares = [0.06, 0.14, 0.25, 0.38, 0.17]
        for question in ("05", "07"):
            values.append(
                ResultValue(
                    f"survey.{code}.item.{code}{question}.index",
                    ResultKind.SHARE,
                    61.5,
                    ResultUnit.INDEX,
                    "执行进展告知及时：指数",
                )
            )
            for answer, share in enumerate(shares, 1):
                values.append(
                    ResultValue(
                        f"survey.{code}.item.{code}{question}.{answer}",
                        ResultKind.SHARE,
                        share,
                        ResultUnit.RATE,
                        f"执行进展告知及时：选项{answer}",
                        numerator=round(share * n),
                        denominator=n,
                    )
                )
    return values


def _documents(kind, framework, random):
    level, values = LEVELS[kind], []
    values += [
        _count("interview.sessions", 17, "场次", ResultUnit.ITEMS),
        _count("interview.attendees", 143, "人次", ResultUnit.PERSONS),
        _count("interview.statements", 388, "陈述", ResultUnit.ITEMS),
        _count("evidence.documents", 264, "文献", ResultUnit.ITEMS),
        _count("evidence.items.rated", 137, "证据项", ResultUnit.ITEMS),
        ResultValue(
            "interview.quote.1",
            ResultKind.TEXT,
            label="律师，座谈会",
            text="查控网络快了很多，但评估拍卖环节仍要等。",
        ),
        ResultValue(
            "indicator.A13.city",
            ResultKind.SHARE,
            0.55 + 0.3 * level,
            ResultUnit.RATE,
            "措施落实率",
            numerator=75 + 40 * level,
            denominator=137,
        ),
    ]
    for k, name in enumerate(("律师", "申请执行人", "执行干警", "协助执行单位联络员")):
        values.append(_count(f"interview.capacity.c{k}", 20 + 7 * k, name, ResultUnit.PERSONS))
    for group in framework.evidence.groups:
        value = min(1.0, max(0.1, 0.5 + 0.35 * level + 0.12 * float(random.normal())))
        values.append(
            ResultValue(
                f"evidence.group.{group.code}.mean",
                ResultKind.SHARE,
                value,
                ResultUnit.RATE,
                group.name,
            )
        )
        n = len(group.items)
        values.append(_count(f"evidence.group.{group.code}.applicable", n, group.name))
        values.append(
            _count(f"evidence.group.{group.code}.implemented", round(n * value), group.name)
        )
        for item in group.items:
            values.append(_count(f"evidence.item.{item.id}", 1 + round(2 * value), item.name))
    for objective in framework.objectives:
        for method in objective.methods:
            value = min(98.0, 52 + 28 * level + 8 * float(random.normal()))
            values.append(
                ResultValue(
                    f"objective.{objective.id}.{method}",
                    ResultKind.SCORE,
                    value,
                    ResultUnit.INDEX,
                    objective.short,
                )
            )
        if kind is not RoundKind.INITIAL:
            text = "基本实现" if level > 0.8 and objective.id != "G3" else "部分实现"
            values.append(
                ResultValue(
                    f"objective.{objective.id}.verdict",
                    ResultKind.TEXT,
                    text=text,
                    label=objective.short,
                    note="案卷评查与问卷两种证据方向一致，文献证据为乙级。",
                )
            )
            values.append(_count(f"objective.{objective.id}.votes_for", 13, "赞成"))
            values.append(_count(f"objective.{objective.id}.votes_cast", 15, "投票"))
    return values


def results_of(kind, framework=None):
    framework = framework or framework_loader.parse(framework_loader.bundled_content())
    random = seed.generator(f"样本报告用的固定种子-{kind}-只用于测试")
    values = [
        *_indicators(kind, framework, random),
        *_review(kind, framework, random),
        *_field(kind, framework, random),
        *_scores(kind, framework, random),
        *_documents(kind, framework, random),
    ]
    return ResultSet(values, meta={"round": str(kind)})


def narrative(kind):
    entries = [
        NarrativeEntry(
            NarrativeKind.CONCLUSION,
            "财产查控提速，执结水平上升。",
            "实际执结率为{indicator.I7.city}，平均执行周期为{indicator.I5.city}天。",
        ),
        NarrativeEntry(
            NarrativeKind.CONCLUSION,
            "终本案件质量仍是短板。",
            "终本合格率为{indicator.A5.city}，低于预期，主要缺口是未穷尽财产调查。",
        ),
        NarrativeEntry(
            NarrativeKind.CONCLUSION, "信息公开明显改善。", "执行公开率为{indicator.I1.city}。"
        ),
        NarrativeEntry(
            NarrativeKind.HIGHLIGHT,
            "网络查控实现全覆盖。",
            "五类财产均可网上查询。",
            evidence="乙级证据，系统现场核验",
        ),
        NarrativeEntry(
            NarrativeKind.PROBLEM,
            "部分终本案件未穷尽财产调查措施。",
            "据评查，财产调查环节的符合率为{review.part.2.city}。",
            evidence="案卷评查",
            severity=Severity.HIGH,
            n_courts_affected=9,
            responsible=Responsible.COURT,
        ),
        NarrativeEntry(
            NarrativeKind.PROBLEM,
            "案款发还偏慢。",
            "案款到账后未及时通知申请执行人。",
            evidence="案卷评查、律师问卷",
            severity=Severity.MEDIUM,
            n_courts_affected=5,
            responsible=Responsible.COURT,
        ),
        NarrativeEntry(
            NarrativeKind.PROBLEM,
            "不动产协助执行手续衔接不畅。",
            "登记部门与法院的数据口径不同。",
            evidence="协助单位问卷、座谈",
            severity=Severity.LOW,
            n_courts_affected=14,
            responsible=Responsible.JOINT_UNIT,
        ),
        NarrativeEntry(
            NarrativeKind.RECOMMENDATION,
            "建立终本案件逐件复核制度。",
            "由执行裁判部门对拟终本案件逐件复核财产调查清单。",
            addressee="市中级法院执行局",
            deadline="2017年6月底前",
            acceptance="终本合格率的置信下限不低于九成",
        ),
        NarrativeEntry(
            NarrativeKind.RECOMMENDATION,
            "案款到账即时通知。",
            "到账后三个工作日内通知并启动发还。",
            addressee="各基层法院",
            deadline="2017年3月底前",
            acceptance="发还用时中位数缩短",
        ),
    ]
    if kind is not RoundKind.INITIAL:
        for k, state in enumerate((*RectificationState, RectificationState.DONE)):
            entries.append(
                NarrativeEntry(
                    NarrativeKind.RECTIFICATION,
                    "案款到账即时通知。",
                    evidence="抽查流程节点记录",
                    state=state,
                    refers_to=f"J{k + 1:02d}",
                )
            )
    return tuple(replace(e, id=k, position=k) for k, e in enumerate(entries))


def round_facts(kind):
    year = YEARS[kind]
    names = {
        RoundKind.INITIAL: "初期评估",
        RoundKind.MIDTERM: "中期评估",
        RoundKind.FINAL: "终期评估",
    }
    return RoundFacts(
        str(kind),
        kind,
        names[kind],
        date(year, 1, 1),
        date(year, 12, 31),
        definition_hash="4be1" * 16,
    )


def report_input(kind=RoundKind.FINAL, *, is_demonstration=True, results=None):
    framework = framework_loader.parse(framework_loader.bundled_content())
    before = [k for k in RoundKind if list(RoundKind).index(k) < list(RoundKind).index(kind)]
    return ReportInput(
        round=round_facts(kind),
        framework=framework,
        courts=COURTS,
        results=results if results is not None else results_of(kind, framework),
        earlier=tuple((round_facts(k), results_of(k, framework)) for k in before),
        narrative=narrative(kind),
        earlier_recommendations=(),
        replies=(
            CourtReply(
                "江岸区法院",
                "案款发还用时",
                "部分案件因当事人账户有误而延后，不应计为迟延。",
                ReplyDecision.PARTLY_ACCEPTED,
                "对账户有误的案件扣除相应期间，其余维持。",
            ),
        ),
        panel={
            Background.LAWYER: 6,
            Background.STATE_ORGAN: 2,
            Background.SCHOLAR: 3,
            Background.MEDIA: 1,
            Background.CORPORATE_COUNSEL: 2,
            Background.PUBLIC: 1,
        },
        edition=EditionFacts(
            1,
            date(YEARS[kind] + 1, 1, 20),
            "第三方评估团（律师协会牵头）",
            "评估团秘书处",
            "评估团自筹，未接受被评估法院经费",
            "hengping 0.1.0",
            False,
        ),
        comparability={"I8": ("with_note", "部分执结的认定口径自中期起明确为到位金额大于零。")},
        is_demonstration=is_demonstration,
    )
