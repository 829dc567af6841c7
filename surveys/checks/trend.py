"""Trend items: the same words and options in every round, or no comparison over time."""

from surveys.checks.place import Collector
from surveys.errors import Problem
from surveys.language import _
from surveys.schema import Question, Questionnaire


def check_trend(previous: Questionnaire, current: Questionnaire) -> list[Problem]:
    """List trend items whose wording, type, options, rows or scale changed, or that are gone."""
    collector = Collector(current)
    for old in previous.questions:
        if not old.tags.trend:
            continue
        new = current.find_question(old.code)
        if new is None:
            collector.add(
                "trend_missing",
                _("题目 {code}").format(code=old.code),
                _("趋势题“{text}”被删去了。").format(text=old.text),
                _("请恢复这道题，以便与前几期比较。"),
            )
            continue
        changed = [
            name for name, is_same in _comparisons(previous, old, current, new) if not is_same
        ]
        if changed:
            collector.add(
                "trend_changed",
                new,
                _("趋势题的{parts}与上一期不同。").format(parts="、".join(changed)),
                _("请改回上一期的写法；确需新题的，请另用新代码。"),
            )
    return collector.problems


def _comparisons(
    previous: Questionnaire, old: Question, current: Questionnaire, new: Question
) -> list[tuple[str, bool]]:
    old_scale, new_scale = previous.scale_of(old), current.scale_of(new)
    shared = [code for code in previous.languages if code in current.languages]
    return [
        (_("题型"), old.type == new.type),
        (_("题面"), all(old.text.get(code) == new.text.get(code) for code in shared)),
        (_("选项"), old.options == new.options),
        (_("行"), old.rows == new.rows),
        (_("量表"), (old_scale and old_scale.options) == (new_scale and new_scale.options)),
        (_("计分方向"), old.reverse == new.reverse),
        (_("取值范围"), old.limits == new.limits),
    ]
