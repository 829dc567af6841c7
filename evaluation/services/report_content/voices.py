"""Section 九: what eight groups say, each on its own."""

from __future__ import annotations

from evaluation.analysis.results import ResultValue
from evaluation.language import _
from evaluation.services.report_content import figure_text
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from evaluation.services.report_content.methods import INSTRUMENTS
from reports import numbers
from reports.document import (
    Block,
    Figure,
    Number,
    Paragraph,
    ParagraphStyle,
    Part,
    Reference,
    Row,
    Section,
    Table,
    Verbatim,
)
from reports.figures import intervals, shares
from reports.tables import HIDDEN, body_row, group_row, number_column, text_column, without_column

LEVELS = (_("最低评价"), _("较低"), _("中间"), _("较高"), _("最高评价"))
MOST_ROWS = 10
MOST_QUOTES = 6


def build(f: Facts) -> Section:
    """Write the section."""
    indices = [(code, r) for code in INSTRUMENTS if (r := _index(f, code)) is not None]
    if not indices:
        f.get("survey.QA.index", _("各人群满意度指数"))
        return Section(
            _("各方评价"),
            (Paragraph.of(_("本期未取得问卷结果，各方评价不作统计。")), *_quotes(f)),
            id="voices",
        )
    blocks: list[Block] = [
        _sentence(f, indices),
        _index_chart(f, indices),
        _index_table(f, indices) if f.previous else without_column(_index_table(f, indices), 4),
    ]
    likert = _likert(f)
    if likert is not None:
        blocks += [
            Paragraph.of(
                _("各人群主要题目的回答分布见{figure}。"), {"figure": Reference("likert")}
            ),
            likert,
        ]
    blocks += _gap(f)
    blocks += _quotes(f)
    return Section(_("各方评价"), tuple(blocks), id="voices")


def _index(f: Facts, code: str) -> ResultValue | None:
    result = f.results.get(f"survey.{code}.index") or f.results.get(f"survey.{code}.index.overall")
    return result if result is not None and result.value is not None else None


def _sentence(f: Facts, indices: list[tuple[str, ResultValue]]) -> Paragraph:
    pieces: list[Part] = [_("据问卷，各人群对执行工作的评价指数（满分为百分制）为：")]
    for k, (code, result) in enumerate(indices):
        pieces += ["；" if k else "", INSTRUMENTS[code], f.number(result)]
        change = f.change(result)
        if change is not None and f.previous is not None:
            pieces += [_("，较"), plan_words(f.previous[0].name), *change.parts]
            pieces.append(_("分") if len(change.parts) > 1 else "")
    pieces += [_("（"), Reference("index-chart"), _("）。各人群利益不同，不作合并，也不比较高低。")]
    return Paragraph(tuple(pieces))


def _index_chart(f: Facts, indices: list[tuple[str, ResultValue]]) -> Figure:
    rows, used = [], []
    for code, result in indices:
        number = f.number(result)
        if not isinstance(number, Number):
            continue
        used.append(number)
        has = result.lower is not None
        rows.append(
            intervals.Estimated(
                INSTRUMENTS[code],
                float(result.value or 0),
                number.text,
                result.lower,
                result.upper,
                figure_text.figure_of(result, "interval") if has else "",
            )
        )
    caption = _("各人群评价指数")
    axis = intervals.Axis(0, 100, lambda v: f"{v:.0f}", _("指数（百分制）"))
    return Figure(
        id="index-chart",
        caption=caption,
        svg=intervals.dots(caption, rows, axis),
        alternative="；".join(f"{row.label}{row.written}" for row in rows) + "。",
        source=_("资料来源：问卷调查。"),
        notes=(
            (_("注：有横线的为概率样本，横线为置信区间；无横线的为非概率样本，不给误差范围。"),),
        ),
        numbers=tuple(used),
    )


def _index_table(f: Facts, indices: list[tuple[str, ResultValue]]) -> Table:
    rows = []
    for code, result in indices:
        change = f.change(result)
        rows.append(
            body_row(
                INSTRUMENTS[code],
                f.number(result, "n_sampled") if result.n_sampled is not None else "—",
                HIDDEN if result.status == "suppressed" else f.number(result),
                f.interval_cell(result),
                change.parts if change is not None else "—",
            )
        )
    return Table(
        id="index-table",
        caption=_("各人群评价指数及变化"),
        columns=(
            text_column(_("人群"), 2),
            number_column(_("有效答卷")),
            number_column(_("指数")),
            number_column(_("区间"), 1.4),
            number_column(_("较上期"), 1.4),
        ),
        rows=tuple(rows),
        source=_("资料来源：问卷调查。"),
        notes=((_("注：少于最低公布人数的人群不公布。"),),),
    )


def _likert(f: Facts) -> Figure | None:
    rows, used = [], []
    for code, name in INSTRUMENTS.items():
        for stem in _scale_items(f, code)[:2]:
            results = _from_worst_to_best(f, stem)
            values = numbers.largest_remainder([max(0.0, float(r.value or 0)) for r in results], 1)
            favourable = values[3] + values[4]
            question = results[0].label.partition("：")[0].split("（")[0]
            label = _("{group}：{question}").format(group=name, question=question)
            rows.append(shares.Split(label, tuple(float(v) for v in values), f"{favourable}%"))
            used += [n for r in results if isinstance(n := f.number(r), Number)]
    if not rows:
        return None
    rows = rows[:MOST_ROWS]
    caption = _("分人群回答分布")
    return Figure(
        id="likert",
        caption=caption,
        svg=shares.diverging(caption, LEVELS, rows, _("好评率")),
        alternative="；".join(
            _("{label}，好评率{share}").format(label=row.label, share=row.written) for row in rows
        )
        + "。",
        source=_("资料来源：问卷调查。"),
        notes=(
            (
                _(
                    "注：各题选项措辞不同，统一按评价由低到高排列，反向题已换向；居中一档对分于中线两侧；"
                    "好评率为最右两档之和；各行按最大余数法取整。"
                ),
            ),
        ),
        numbers=tuple(used),
    )


def _scale_items(f: Facts, code: str) -> list[str]:
    """Return the questions of a scale with all five answers shown; small groups are withheld."""
    stems = []
    for result in f.results.under(f"survey.{code}.item"):
        stem, _dot, level = result.id.rpartition(".")
        complete = all(
            (r := f.results.get(f"{stem}.{k}")) is not None
            and r.value is not None
            and r.status != "suppressed"
            for k in range(1, 6)
        )
        if level == "1" and complete and f.results.get(f"{stem}.index") is not None:
            stems.append(stem)
    return stems


def _from_worst_to_best(f: Facts, stem: str) -> list[ResultValue]:
    """Order the five answers of a question; a reversed question shows in its index."""
    results = [f.results[f"{stem}.{level}"] for level in range(1, 6)]
    total = sum(float(r.value or 0) for r in results) or 1.0
    plain = sum(25 * k * float(r.value or 0) for k, r in enumerate(results)) / total
    index = float(f.results[f"{stem}.index"].value or 0)
    return results[::-1] if abs(100 - plain - index) < abs(plain - index) else results


def _gap(f: Facts) -> list[Block]:
    pairs = []
    for result in f.under("survey.gap"):
        if result.id.endswith(".importance"):
            satisfaction = f.results.get(f"{result.id.removesuffix('importance')}satisfaction")
            if satisfaction is not None and satisfaction.value is not None:
                pairs.append((result, satisfaction))
    if not pairs:
        return []
    rows: list[Row] = []
    for code, name in INSTRUMENTS.items():
        own = [(i, s) for i, s in pairs if i.id.split(".")[2] == code]
        if own:
            rows.append(group_row(name))
        rows += [
            body_row(
                plan_words(importance.label.split("：")[0]),
                f.number(importance),
                f.interval_cell(importance),
                f.number(satisfaction),
                f.interval_cell(satisfaction),
            )
            for importance, satisfaction in own
        ]
    table = Table(
        id="gap",
        caption=_("重要性与满意度"),
        columns=(
            text_column(_("事项"), 2.2),
            number_column(_("重要性")),
            number_column(_("置信区间"), 1.3),
            number_column(_("满意度")),
            number_column(_("置信区间"), 1.3),
        ),
        rows=tuple(rows),
        source=_("资料来源：问卷调查。"),
        notes=(
            (
                _(
                    "注：重要性由该事项评价与总体评价的等级相关推得，数值越大关系越密切。"
                    "非概率样本不给置信区间。"
                ),
            ),
        ),
    )
    return [table]


def _quotes(f: Facts) -> list[Block]:
    quotes = [r for r in f.under("interview.quote") if r.text][:MOST_QUOTES]
    if not quotes:
        return []
    blocks: list[Block] = [
        Paragraph.of(_("座谈访谈中经本人确认的陈述摘录如下，身份以类别表示，细节已作必要处理。"))
    ]
    blocks += [
        Paragraph(
            (Verbatim(f"“{quote.text}”——{quote.label}", "cleared quote"),), ParagraphStyle.QUOTE
        )
        for quote in quotes
    ]
    return [Section(_("座谈访谈摘录"), tuple(blocks), id="quotes")]
