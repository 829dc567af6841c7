"""Results about scores, grades, milestones and objectives, found under their ids."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.analysis.results import ResultValue
from evaluation.domain.framework import Objective
from evaluation.domain.grading import Milestone
from evaluation.domain.indicator import Indicator
from evaluation.language import _
from evaluation.services.report_content.facts import Facts


def indicator_result(f: Facts, indicator: Indicator) -> ResultValue | None:
    """Return the city value of an indicator."""
    return f.first(f"indicator.{indicator.id}.city", label=indicator.name)


def indicator_score(f: Facts, indicator: Indicator) -> ResultValue | None:
    """Return the points of an indicator for the city."""
    return f.first(
        f"score.{indicator.id}.city",
        f"score.indicator.{indicator.id}.city",
        label=_("{name}得分").format(name=indicator.name),
    )


def total_score(f: Facts) -> ResultValue | None:
    """Return the total of the city."""
    return f.first("score.total.city", "total.city", label=_("总分"))


def grade(f: Facts) -> ResultValue | None:
    """Return the grade of the city, which may be a trial."""
    return f.first("score.grade.city", "grade.city", label=_("等次"))


def court_results(f: Facts, indicator_id: str) -> list[ResultValue]:
    """Return the values of an indicator by court, in the order of the courts, never ranked."""
    found = {
        result.id.rsplit(".", 1)[1]: result
        for result in f.under(f"indicator.{indicator_id}.court")
        if result.value is not None
    }
    return [found[code] for code, _name in f.data.courts if code in found]


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One promised level and what was found."""

    milestone: Milestone
    name: str
    target: float
    result: ResultValue | None
    verdict: ResultValue | None


_THRESHOLDS = {
    "A1": ("completion", _("执行完毕案件占有财产可供执行案件")),
    "A2": ("recovery", _("标的金额到位率")),
}


def milestone_lines(f: Facts, milestone: Milestone) -> list[MilestoneLine]:
    """Return the promised levels of a milestone with their results."""
    lines = []
    for code, threshold in milestone.thresholds:
        key, name = _threshold_name(code)
        result = f.first(
            f"milestone.{milestone.id}.{key}",
            f"milestone.{milestone.id}.{code}",
            f"indicator.{code}.city",
            label=name,
        )
        verdict = f.results.get(f"milestone.{milestone.id}.{key}.verdict") or f.results.get(
            f"milestone.{milestone.id}.{code}.verdict"
        )
        lines.append(MilestoneLine(milestone, name, float(threshold), result, verdict))
    return lines


def _threshold_name(code: str) -> tuple[str, str]:
    if code in _THRESHOLDS:
        return _THRESHOLDS[code]
    if "amount" in code or "recover" in code:
        return _THRESHOLDS["A2"]
    return _THRESHOLDS["A1"]


def milestone_state(line: MilestoneLine) -> str:
    """Say whether a promised level is met; an interval across it leaves it open."""
    if line.verdict is not None and line.verdict.text:
        return line.verdict.text
    result = line.result
    if result is None or result.value is None:
        return _("未取得")
    if result.lower is not None and result.upper is not None:
        if result.lower >= line.target:
            return _("达到")
        if result.upper < line.target:
            return _("未达到")
        return _("样本不足以判定")
    return _("达到") if result.value >= line.target else _("未达到")


def verdict_of(f: Facts, objective: Objective) -> ResultValue | None:
    """Return the panel's verdict on an objective."""
    return f.first(
        f"objective.{objective.id}.verdict",
        label=_("目标“{name}”的判断").format(name=objective.short),
    )
