"""Checks that need the whole framework: references, repeated ids, sums, thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from evaluation.domain.framework import Framework
from evaluation.errors import Fault
from evaluation.language import _


def cross_checks(framework: Framework) -> Iterator[Fault]:
    """Yield every fault that one file alone does not show."""
    yield from _repeated_ids(framework)
    yield from _unknown_references(framework)
    yield from _numbers(framework)


def _repeated_ids(framework: Framework) -> Iterator[Fault]:
    lists: tuple[tuple[str, Iterable[str]], ...] = (
        ("framework.yaml · objectives", (item.id for item in framework.objectives)),
        ("framework.yaml · milestones", (item.id for item in framework.milestones)),
        ("indicators.yaml · data_fields", (item.code for item in framework.data_fields)),
        (
            "indicators.yaml · indicators",
            (item.id for item in (*framework.indicators, *framework.auxiliary)),
        ),
        ("evidence_checklist.yaml · items", (item.id for item in framework.evidence.items)),
        ("interview_guides.yaml · guides", (item.id for item in framework.guides)),
        ("ambiguities.yaml", (str(item.number) for item in framework.ambiguities)),
    )
    for where, ids in lists:
        for text, count in Counter(ids).items():
            if count > 1:
                yield Fault(
                    f"{where} · {text}",
                    _("编号重复{count}次。").format(count=count),
                    _("请改为不同的编号。"),
                )


def _unknown_references(framework: Framework) -> Iterator[Fault]:
    indicators = {item.id for item in (*framework.indicators, *framework.auxiliary)}
    objectives = {item.id for item in framework.objectives}
    groups = {group.code for group in framework.evidence.groups}
    references: list[tuple[str, Iterable[str], set[str]]] = [
        (f"framework.yaml · objectives · {item.id}", item.indicators, indicators)
        for item in framework.objectives
    ]
    references += [
        (
            f"framework.yaml · milestones · {item.id}",
            (key for key, _m in item.thresholds),
            indicators,
        )
        for item in framework.milestones
    ]
    references.append(
        ("framework.yaml · vetoes", (rule.indicator for rule in framework.vetoes.rules), indicators)
    )
    references += [
        (f"framework.yaml · measures · {item.code}", item.groups, groups)
        for item in framework.measures
    ]
    references += [
        (f"evidence_checklist.yaml · {item.id}", item.objectives, objectives)
        for item in framework.evidence.items
    ]
    for where, used, known in references:
        for text in used:
            if text not in known:
                yield Fault(
                    where,
                    _("引用的“{text}”不存在。").format(text=text),
                    _("请改正编号，或先定义它。"),
                )


def _numbers(framework: Framework) -> Iterator[Fault]:
    total = sum((item.indicator_weight or Decimal(0) for item in framework.indicators), Decimal(0))
    if total != 100:
        yield Fault(
            "indicators.yaml · indicators",
            _("九项指标的权重合计为{total}，应为100。").format(total=total),
            _("请调整权重，使合计为100。"),
        )
    for milestone in framework.milestones:
        for indicator_id, minimum in milestone.thresholds:
            if not 0 < minimum <= 1:
                yield Fault(
                    f"framework.yaml · milestones · {milestone.id} · {indicator_id}",
                    _("目标值“{minimum}”不在0与1之间。").format(minimum=minimum),
                    _("请写成小数，例如70%写作 0.70。"),
                )
    scores = [level.score for level in framework.evidence.ratings]
    if scores != list(range(len(scores))):
        yield Fault(
            "evidence_checklist.yaml · rating_scale",
            _("评分档次须从0起逐一递增。"),
            _("请按0、1、2……的顺序填写。"),
        )
