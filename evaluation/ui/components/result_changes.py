"""Results of a round beside those of the round before, with the error of the difference."""

from __future__ import annotations

from evaluation.analysis.change import change
from evaluation.analysis.results import ResultKind, ResultSet, ResultValue
from evaluation.domain.framework import Framework
from evaluation.language import _
from evaluation.ui.components import result_words, table
from sampling.estimate import Estimate


def show(results: ResultSet, earlier: tuple[str, ResultSet] | None, framework: Framework) -> None:
    """Show the change of every indicator that has the same source in both rounds."""
    if earlier is None:
        table.show([], empty=_("没有上期封存的结果可供比较。"))
        return
    name, before = earlier
    rows = []
    for indicator in (*framework.indicators, *framework.auxiliary):
        key = f"indicator.{indicator.id}.city"
        old, new = before.get(key), results.get(key)
        if old is None or new is None or old.value is None or new.value is None:
            continue
        rows.append(
            {
                _("指标"): f"{indicator.id} {indicator.name}",
                name: result_words.value(old),
                _("本期"): result_words.value(new),
                **_difference(old, new),
            }
        )
    table.show(rows, empty=_("两期没有共同的指标数值。"))


def _difference(old: ResultValue, new: ResultValue) -> dict[str, str]:
    if old.kind is not new.kind:
        return {
            _("变化"): "—",
            _("变化的置信区间"): "—",
            _("说明"): _("两期数据来源不同，不作比较"),
        }
    found = change(_estimate(old), _estimate(new))
    if new.kind is not ResultKind.ESTIMATE or found.p_value is None:
        words, ends = _("精确统计数，无抽样误差"), "—"
    else:
        ends = " — ".join(result_words.signed(end, new.unit) for end in (found.lower, found.upper))
        words = _("有显著变化") if found.p_value < 0.05 else _("在抽样误差范围内")
    return {
        _("变化"): result_words.signed(found.difference, new.unit),
        _("变化的置信区间"): ends,
        _("说明"): words,
    }


def _estimate(value: ResultValue) -> Estimate:
    point = value.value or 0.0
    return Estimate(
        point,
        value.standard_error or 0.0,
        point if value.lower is None else value.lower,
        point if value.upper is None else value.upper,
        value.confidence or 0.95,
        value.n_sampled or 0,
        value.n_population,
        value.degrees_of_freedom or 1.0,
        value.method,
    )
