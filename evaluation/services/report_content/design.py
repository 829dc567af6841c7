"""Section 二: what is evaluated, how, and by whom."""

from __future__ import annotations

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.framework import Method
from evaluation.domain.member import BACKGROUND_TITLES
from evaluation.domain.report import NarrativeKind
from evaluation.language import _
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports.document import Block, Finding, Findings, Paragraph, Reference, Section, Table
from reports.tables import (
    body_row,
    centred_column,
    number_column,
    text_column,
    total_row,
)

METHOD_NAMES: dict[Method, str] = {
    Method.CASE_REVIEW: _("案卷评查"),
    Method.QUESTIONNAIRE: _("问卷调查"),
    Method.INTERVIEW: _("座谈访谈"),
    Method.DOCUMENT: _("文献分析"),
    Method.INDICATOR: _("统计指标"),
}


def build(f: Facts) -> Section:
    """Write the section: in full at start and end, changes only at mid-term."""
    blocks: list[Block] = []
    if f.kind is RoundKind.MIDTERM:
        blocks.append(
            Paragraph.of(
                _(
                    "评估对象、问题、框架和方法与初期评估相同，统计口径在本期数据产生前登记并取得哈希值。"
                    "本期设计的变更如下。"
                )
            )
        )
        blocks += _changes(f)
    else:
        blocks.append(
            Paragraph.of(
                _(
                    "评估按“目标—措施—指标—证据”的次序展开：每项目标由两种以上方法的证据相互印证，"
                    "每个公布的数字都可以回溯到冻结的数据。统计口径、权重来源和分档办法在数据产生之前登记，"
                    "登记内容的哈希值载于版本页。"
                )
            )
        )
        blocks.append(Section(_("评估问题与框架"), (_questions(f), _matrix(f)), id="framework"))
    blocks.append(Section(_("评估团构成"), _panel(f), id="panel"))
    blocks.append(Section(_("质量控制与伦理"), _quality(f), id="quality"))
    return Section(_("评估设计"), tuple(blocks), id="design")


def _questions(f: Facts) -> Paragraph:
    words = {
        RoundKind.INITIAL: _("起点在哪里、评估设计是否可靠、数据是否可信"),
        RoundKind.MIDTERM: _("进度是否符合安排、哪些漏洞必须补"),
        RoundKind.FINAL: _("目标是否实现、成果能否持久"),
    }
    return Paragraph.of(
        _("本期回答的问题是：{question}。五项目标与评估方法的对应关系见{table}。"),
        {"question": words[f.kind], "table": Reference("matrix")},
    )


def _matrix(f: Facts) -> Table:
    methods = list(METHOD_NAMES)
    rows = [
        body_row(
            plan_words(f"{objective.id}\u2002{objective.name}"),
            *("●" if method in objective.methods else "" for method in methods),
        )
        for objective in f.data.framework.objectives
    ]
    return Table(
        id="matrix",
        caption=_("目标与评估方法对应表"),
        columns=(
            text_column(_("目标"), 4.2),
            *(centred_column(METHOD_NAMES[method], 1.1) for method in methods),
        ),
        rows=tuple(rows),
        source=_("资料来源：评估框架。“●”表示该方法为这一目标提供证据。"),
    )


def _panel(f: Facts) -> tuple[Block, ...]:
    total = sum(f.data.panel.values())
    if not total:
        return (Paragraph.of(_("本期未取得评估团成员登记资料，构成情况待补。")),)
    lawyers = next((n for b, n in f.data.panel.items() if str(b) == "lawyer"), 0)
    rows = [
        body_row(_(BACKGROUND_TITLES[background]), f.count(f"panel.{background}", n))
        for background, n in f.data.panel.items()
    ]
    rows.append(total_row(_("合计"), f.count("panel.total", total)))
    return (
        Paragraph.of(
            _(
                "评估团由{total}人组成，其中律师{lawyers}人、非律师成员{others}人（{table}）。"
                "分档和目标判断由全体成员表决，非律师成员单独计票；报告须经包括非律师成员在内的成员署名批准。"
            ),
            {
                "total": f.count("panel.total", total),
                "lawyers": f.count("panel.lawyers", lawyers),
                "others": f.count("panel.others", total - lawyers),
                "table": Reference("members"),
            },
        ),
        Table(
            id="members",
            caption=_("评估团构成"),
            columns=(text_column(_("来源")), number_column(_("人数"))),
            rows=tuple(rows),
            unit=_("单位：人"),
            source=_("资料来源：评估团成员登记。"),
        ),
    )


def _quality(f: Facts) -> tuple[Block, ...]:
    share = f.data.round.settings.double_reading_share
    return (
        Findings(
            (
                Finding(
                    (_("随机抽样，公开种子。"),),
                    (_("抽样框先行冻结并公布指纹，种子当众产生，任何人可以重做抽样。"),),
                ),
                Finding(
                    (_("双人评查，背对背作答。"),),
                    (
                        _("按不低于"),
                        plan_words(f"{float(share):.0%}"),
                        _(
                            "的比例安排第二评查员独立评查，"
                            "第二评查员来自不同律师事务所；意见不一致的，由第三人裁定。"
                        ),
                    ),
                ),
                Finding(
                    (_("逐卷回避。"),),
                    (
                        _(
                            "分配案卷前按人员和律师事务所两级比对代理关系，开卷前逐卷声明，发现应当回避的立即封存并改派。"
                        ),
                    ),
                ),
                Finding(
                    (_("匿名作答，保护个人信息。"),),
                    (
                        _(
                            "问卷邀请与答卷不可关联；报告不出现当事人、法官姓名和案号，小于最低人数的单元不公布。"
                        ),
                    ),
                ),
            )
        ),
        Paragraph.of(
            _(
                "评估团由律师协会牵头，其成员在被评估法院执业，存在结构性利益关系。为此，评估团逐人逐期申报利益关系，"
                "回避的数量和层级在附录中公布，并由非律师成员参与全部判断。"
            )
        ),
    )


def _changes(f: Facts) -> list[Block]:
    entries = f.narrative(NarrativeKind.INDICATOR_CHANGE)
    noted = [
        (indicator, reason)
        for indicator, (state, reason) in f.data.comparability.items()
        if state != "comparable"
    ]
    items = [Finding(f.bind(entry.title), f.bind(entry.body)) for entry in entries]
    for indicator_id, reason in noted:
        name = f.data.framework.indicator(indicator_id).name
        items.append(Finding((plan_words(name), _("的两期可比性受限。")), (plan_words(reason),)))
    if not items:
        return [Paragraph.of(_("本期没有变更指标口径、评查项目或问卷趋势题。"))]
    return [Findings(tuple(items))]
