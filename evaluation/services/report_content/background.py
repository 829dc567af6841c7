"""Section 一: background and grounds of the evaluation."""

from __future__ import annotations

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.framework import Phase
from evaluation.language import _
from evaluation.services.report_content.facts import Facts
from reports.document import (
    Block,
    Figure,
    Paragraph,
    ParagraphStyle,
    Reference,
    Section,
    Source,
    Sources,
    Verbatim,
)
from reports.figures import changes

PLAN = _("《行动方案》")


def plan_words(text: str) -> Verbatim:
    """Quote the plan."""
    return Verbatim(text, "plan")


def build(f: Facts) -> Section:
    """Write the section: in full at the start, in short later."""
    framework = f.data.framework
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "{city}中级人民法院于{dated}印发{title}（以下简称《行动方案》），提出以“{goal}”为目标，"
                "用两到三年时间基本解决执行难问题。《行动方案》第五部分规定，在目标期限届满前引入由律师协会牵头组成的"
                "第三方评估团，邀请国家机关工作人员、专家学者、媒体人士、企业法务、社会公众等参与评估，"
                "并向社会发布评估结果。本报告是{round}的结果，评估对象为《行动方案》的落实情况。"
            ),
            {
                "city": plan_words(framework.city),
                "dated": plan_words(_chinese_date(framework.source_document.dated)),
                "title": plan_words(f"《{framework.source_document.title}》"),
                "goal": plan_words(framework.goal.quote),
                "round": plan_words(f.data.round.name),
            },
        ),
        Paragraph.of(
            _("《行动方案》分五个阶段部署，其中三个阶段安排第三方评估（{figure}）。{duty}"),
            {"figure": Reference("phases"), "duty": _DUTIES[f.kind]},
        ),
        _timeline(f),
    ]
    if f.kind is not RoundKind.MIDTERM:
        blocks += _definitions(f)
    if f.kind is RoundKind.INITIAL:
        blocks += _grounds(f)
    return Section(_("评估背景与依据"), tuple(blocks), id="background")


_DUTIES = {
    RoundKind.INITIAL: _(
        "初期评估的任务是查明起点、检验评估设计，并征求对基本解决执行难问题的意见和建议。"
    ),
    RoundKind.MIDTERM: _(
        "中期评估的任务是及时发现漏洞，提出整改对策，并检查初期评估所提建议的整改情况。"
        "评估依据与初期评估相同，不再重述。"
    ),
    RoundKind.FINAL: _(
        "终期评估即《行动方案》所称终极评估，任务是对照目标逐项作出判断，并检验长效机制是否建成。"
    ),
}


def _chinese_date(iso: str) -> str:
    year, month, day = (int(piece) for piece in iso.split("-"))
    return _("{year}年{month}月{day}日").format(year=year, month=month, day=day)


def _months(text: str | None, start_year: int) -> int | None:
    if not text:
        return None
    year, month = (int(piece) for piece in text.split("-")[:2])
    return (year - start_year) * 12 + month - 1


def _timeline(f: Facts) -> Figure:
    phases = f.data.framework.phases
    start_year = int(f.data.framework.source_document.dated[:4])
    last = max((_months(phase.ends, start_year) or 0) + 1 for phase in phases if phase.ends)
    rows = [_phase_row(f, phase, start_year, last) for phase in phases]
    years = [(_("{year}年").format(year=start_year + k), 12 * k) for k in range(last // 12)]
    words = "；".join(f"{phase.name}：{phase.dates_text}" for phase in phases)
    return Figure(
        id="phases",
        caption=_("《行动方案》的五个阶段与三次评估"),
        svg=changes.timeline(_("五个阶段"), years, rows),
        alternative=words + "。",
        source=_("资料来源：《行动方案》第二部分。"),
        notes=(
            (_("注：深色为本期评估所对应的阶段。第五阶段原文未写日期，按目标期限届满前后示意。"),),
        ),
    )


def _phase_row(f: Facts, phase: Phase, start_year: int, last: int) -> changes.Phase:
    start = _months(phase.starts, start_year)
    end = _months(phase.ends, start_year)
    events = {"initial": _("初期评估"), "midterm": _("中期评估"), "final": _("终期评估")}
    is_dated = start is not None and end is not None
    return changes.Phase(
        label=phase.name,
        start=start if start is not None else last - 3,
        end=(end + 1) if end is not None else last,
        written=phase.dates_text.split("；")[0] if is_dated else _("原文未写日期"),
        event=events.get(str(phase.evaluation), ""),
        is_current=str(phase.evaluation) == str(f.kind),
    )


def _definitions(f: Facts) -> list[Block]:
    blocks: list[Block] = []
    for definition in f.data.framework.definitions:
        if not definition.quote:
            continue
        forms = "；".join(definition.forms)
        text = _("{name}，是指{quote}。").format(name=definition.name, quote=definition.quote)
        if forms:
            text += _("主要表现为：{forms}。").format(forms=forms)
        if definition.rule:
            text += f"{definition.rule}。"
        blocks.append(Paragraph((plan_words(text),), ParagraphStyle.QUOTE))
    intro = Paragraph.of(
        _("评估沿用《行动方案》对执行难与执行不能的界定，二者分开统计，执行不能不计入执行难。")
    )
    return [Section(_("执行难与执行不能的界定"), (intro, *blocks), id="definitions")]


def _grounds(f: Facts) -> list[Block]:
    document = f.data.framework.source_document
    items = (
        Source(document.title, dated=_chinese_date(document.dated), note=_("本次评估的直接依据")),
        Source(_("最高人民法院关于执行案件立案、结案若干问题的意见"), _("法发〔2014〕26号")),
        Source(_("最高人民法院关于人民法院办理执行案件若干期限的规定"), _("法发〔2006〕35号")),
        Source(_("最高人民法院关于公布失信被执行人名单信息的若干规定")),
        Source(
            _("最高人民法院关于严格规范终结本次执行程序的规定（试行）"),
            _("法〔2016〕373号"),
            note=_("自2016年12月1日起结案的终本案件适用"),
        ),
    )
    return [Section(_("评估依据"), (Sources(items),), id="grounds")]
