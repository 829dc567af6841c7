"""Section 三: methods and data, with what every survey must disclose."""

from __future__ import annotations

from evaluation.language import _
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports.document import Block, Paragraph, Parts, Reference, Row, Section, Table
from reports.tables import body_row, number_column, text_column, total_row

INSTRUMENTS: dict[str, str] = {
    "QA": _("申请执行人"),
    "QD": _("被执行人"),
    "QL": _("律师"),
    "QO": _("执行干警"),
    "QU": _("协助执行单位"),
    "QP": _("社会公众"),
    "QR": _("人大代表、政协委员"),
    "QC": _("企业法务"),
}


def build(f: Facts) -> Section:
    """Write the section."""
    return Section(
        _("方法与数据"),
        (
            Paragraph.of(
                _(
                    "评估采用文献分析、问卷调查、案卷评查和座谈访谈四种方法，并核对法院统计数据。"
                    "凡由随机样本推断的数字均附置信区间；由开放链接取得的答卷不是概率样本，只作描述，不给误差范围。"
                )
            ),
            Section(_("案卷抽样"), _sampling(f), id="sampling"),
            Section(_("问卷调查"), _surveys(f), id="surveys"),
            Section(_("座谈、访谈与文献"), _fieldwork(f), id="fieldwork"),
            Section(_("回避与评查一致性"), _integrity(f), id="integrity"),
        ),
        id="methods",
    )


def _sampling(f: Facts) -> tuple[Block, ...]:
    frame = f.first("draw.frame", "draw.population", label=_("抽样框案件数"))
    sample = f.first("draw.sample", label=_("样本案件数"))
    reviewed = f.first("review.files.reviewed", "review.files", label=_("已评查案卷数"))
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "抽样框为评估期间内结案的执行案件，共{frame}件，按法院分层，以公开种子抽取{sample}件，"
                "完成评查{reviewed}份。各层样本见{table}。未能提交的案卷按“未提交”如实记录，"
                "只在规定事由下依序启用备用样本，不由评查员自行更换。"
            ),
            {
                "frame": f.number(frame),
                "sample": f.number(sample),
                "reviewed": f.number(reviewed),
                "table": Reference("strata"),
            },
        )
    ]
    rows = _stratum_rows(f)
    if not rows:
        rows = [body_row(_("本期未取得分层抽样记录"), "—", "—", "—")]
    if frame is not None and sample is not None:
        rows.append(total_row(_("合计"), f.number(frame), f.number(sample), f.number(reviewed)))
    blocks.append(
        Table(
            id="strata",
            caption=_("案卷分层抽样表"),
            columns=(
                text_column(_("层（法院）"), 2.4),
                number_column(_("抽样框")),
                number_column(_("样本")),
                number_column(_("已评查")),
            ),
            rows=tuple(rows),
            unit=_("单位：件"),
            source=_("资料来源：抽样证书与评查记录。"),
            notes=((_("注：样本为各层抽样顺序最前的若干件；去标识的抽样记录见附录。"),),),
        )
    )
    return tuple(blocks)


def _stratum_name(f: Facts, code: str, label: str) -> str:
    names = dict(f.data.courts)
    return names.get(code, names.get(label, label or code))


def _stratum_rows(f: Facts) -> list[Row]:
    rows: list[Row] = []
    for result in f.under("draw.stratum"):
        if not result.id.endswith(".population"):
            continue
        stem = result.id.removesuffix(".population")
        code = stem.removeprefix("draw.stratum.")
        sample = f.results.get(f"{stem}.sample")
        reviewed = f.first(f"review.files.court.{code}", f"{stem}.reviewed")
        rows.append(
            body_row(
                plan_words(_stratum_name(f, code, result.label)),
                f.number(result),
                f.number(sample),
                f.number(reviewed) if reviewed else "—",
            )
        )
    return rows


def _surveys(f: Facts) -> tuple[Block, ...]:
    fielded = [code for code in INSTRUMENTS if f.results.get(f"survey.{code}.responses")]
    if not fielded:
        f.get("survey.responses", _("问卷答卷"))
        return (Paragraph.of(_("本期未取得问卷数据，各方评价一章只列说明，不作推断。")),)
    rows = []
    for code in fielded:
        rate = f.results.get(f"survey.{code}.response_rate_1")
        rows.append(
            body_row(
                INSTRUMENTS[code],
                f.number(f.results.get(f"survey.{code}.invited"))
                if f.results.get(f"survey.{code}.invited")
                else "—",
                f.of(f"survey.{code}.responses"),
                f.number(f.results.get(f"survey.{code}.partial"))
                if f.results.get(f"survey.{code}.partial")
                else "—",
                f.number(rate) if rate is not None and rate.value is not None else "—",
                _sample_kind(f, code),
            )
        )
    return (
        Paragraph.of(
            _(
                "本期向{n}类人群发放问卷，各类答卷分别统计，不合并为一个“满意度”：申请执行人与被执行人利益相对，"
                "合并平均没有意义。发放与回收情况见{table}，逐项方法披露见附录。"
            ),
            {"n": f.count("survey.groups", len(fielded)), "table": Reference("responses")},
        ),
        Table(
            id="responses",
            caption=_("问卷发放、回收与处置"),
            columns=(
                text_column(_("人群"), 1.9),
                number_column(_("邀请数")),
                number_column(_("有效答卷")),
                number_column(_("部分完成")),
                number_column(_("回收率")),
                text_column(_("样本性质"), 1.8),
            ),
            rows=tuple(rows),
            unit=_("单位：份"),
            source=_("资料来源：问卷系统处置记录。"),
            notes=(
                (
                    _(
                        "注：回收率按国际通行的最低回收率口径（有效答卷数除以全部可能合格的邀请数）计算；开放链接无邀请数，不计回收率。"
                    ),
                ),
            ),
        ),
    )


def _sample_kind(f: Facts, code: str) -> str:
    result = f.results.get(f"survey.{code}.index") or f.results[f"survey.{code}.responses"]
    if result.extra.get("is_probability") or result.standard_error is not None:
        return _("概率样本")
    return _("非概率样本")


def _fieldwork(f: Facts) -> tuple[Block, ...]:
    sessions = f.first("interview.sessions", label=_("座谈访谈场次"))
    people = f.first("interview.attendees", "interview.participants", label=_("参加座谈访谈人数"))
    statements = f.first("interview.statements", label=_("编码陈述条数"))
    documents = f.first("evidence.documents", label=_("文献件数"))
    items = f.first("evidence.items.rated", "evidence.items", label=_("证据项"))
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "本期召开座谈会和个别访谈{sessions}场，{people}人次参加，整理编码陈述{statements}条；"
                "收集文献{documents}件，评定证据项{items}项。参加者以身份类别和编号记录，引语经本人确认后方可引用。"
            ),
            {
                "sessions": f.number(sessions),
                "people": f.number(people),
                "statements": f.number(statements),
                "documents": f.number(documents),
                "items": f.number(items),
            },
        )
    ]
    rows = [
        body_row(plan_words(result.label), f.number(result))
        for result in f.under("interview.capacity")
    ]
    if rows:
        blocks.append(
            Table(
                id="sessions",
                caption=_("座谈访谈参加情况"),
                columns=(text_column(_("身份类别")), number_column(_("人次"))),
                rows=tuple(rows),
                unit=_("单位：人次"),
                source=_("资料来源：座谈访谈记录。"),
            )
        )
    return tuple(blocks)


def _integrity(f: Facts) -> tuple[Block, ...]:
    screened = f.first(
        "recusal.files_screened", "review.recusal.screened", label=_("回避比对案卷数")
    )
    recused = f.first("recusal.total", "review.recusal.total", label=_("回避次数"))
    double = f.first("review.double_share", "review.agreement.double_read", label=_("双人评查比例"))
    agreement = f.first("review.agreement.percent", "review.agreement.city", label=_("评查一致率"))
    kappa = f.first("review.agreement.ac1", "review.agreement.kappa", label=_("一致性系数"))
    parts: Parts = (
        _("分配前比对回避关系的案卷"),
        f.number(screened),
        _("份次，确认回避"),
        f.number(recused),
        _("人次。双人评查比例为"),
        f.number(double),
        _("，两名评查员逐项一致率为"),
        *f.with_interval(agreement),
        _("，扣除偶然一致后的一致性系数为"),
        *f.with_interval(kappa),
        _("（无法估计区间）。")
        if kappa and kappa.value is not None and kappa.lower is None
        else "。",
    )
    return (Paragraph(parts),)
