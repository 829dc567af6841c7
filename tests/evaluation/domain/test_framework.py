"""The bundled framework and what the loader refuses."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from evaluation.domain.framework_loader import (
    FILES,
    bundled_content,
    content_hash,
    load_bundled,
    parse,
    read_files,
)
from evaluation.domain.grading import WeightsStatus
from evaluation.errors import InvalidInput, NotFound

Change = Callable[[dict[str, Any]], None]


def test_bundled_framework_holds_what_the_plan_says() -> None:
    framework = load_bundled()
    assert [item.id for item in framework.objectives] == ["G1", "G2", "G3", "G4", "G5"]
    assert [item.id for item in framework.indicators] == [f"I{n}" for n in range(1, 10)]
    assert [item.id for item in framework.auxiliary] == [f"A{n}" for n in range(1, 14)]
    assert len(framework.evidence.items) == 137
    assert len(framework.procedural_parts) == 9
    assert len(framework.ambiguities) == 20
    assert [item.name for item in framework.grading.bands] == ["不达标", "达标", "良好", "优秀"]
    assert [(m.id, dict(m.thresholds)) for m in framework.milestones] == [
        ("M1", {"A1": Decimal("0.70"), "A2": Decimal("0.60")}),
        ("M2", {"A1": Decimal("0.80"), "A2": Decimal("0.70")}),
        ("M3", {"A1": Decimal("0.90"), "A2": Decimal("0.80")}),
    ]
    assert framework.scoring.weights_status is WeightsStatus.TRIAL


def test_weights_add_up_by_group() -> None:
    groups: dict[str, Decimal] = {}
    for item in load_bundled().indicators:
        groups[item.group] = groups.get(item.group, Decimal(0)) + (item.indicator_weight or 0)
    assert groups == {"fairness": 30, "efficiency": 30, "effect": 40}


def test_combined_variant_of_partial_completion_is_scored() -> None:
    indicator = load_bundled().indicator("I8")
    values = {"closed_completed": 60, "closed_partial": 15, "closed_total": 100}
    assert indicator.shown.numerator.evaluate(values) == 15
    assert indicator.scored.numerator.evaluate(values) == 75
    assert indicator.shown.anchors is None


def test_hash_ignores_comments_and_follows_content() -> None:
    content = bundled_content()
    changed = copy.deepcopy(content)
    changed["framework.yaml"]["title"] = "另一个标题"
    assert content_hash(content) == load_bundled().content_hash
    assert content_hash(changed) != content_hash(content)


def _main(content: dict[str, Any]) -> dict[str, Any]:
    return content["framework.yaml"]


def _first_indicator(content: dict[str, Any]) -> dict[str, Any]:
    return content["indicators.yaml"]["indicators"][0]


FAULTS: list[tuple[Change, str, str]] = [
    (lambda c: _main(c).pop("title"), "framework.yaml · title", "缺少这一项。"),
    (
        lambda c: _first_indicator(c).update(indicator_weight="13"),
        "indicators.yaml · indicators",
        "九项指标的权重合计为101，应为100。",
    ),
    (
        lambda c: _first_indicator(c).update(anchors=["0.5", "0.9", "0.8", "0.95", "1"]),
        "indicators.yaml · indicators · I1 · anchors",
        "锚点须依次增大或依次减小。",
    ),
    (
        lambda c: _first_indicator(c).update(anchors=["1", "0.9", "0.8", "0.7", "0.6"]),
        "indicators.yaml · indicators · I1 · anchors",
        "锚点的方向与指标方向不一致。",
    ),
    (
        lambda c: _first_indicator(c).update(indicator_weight=12.0),
        "indicators.yaml · indicators · I1 · indicator_weight",
        "“12.0”不是精确小数。",
    ),
    (
        lambda c: _first_indicator(c)["variants"][0].update(numerator="no_such_field"),
        "indicators.yaml · indicators · I1 · variants · item_level · numerator",
        "统计字段“no_such_field”没有定义。",
    ),
    (
        lambda c: _first_indicator(c)["variants"][0].update(numerator="filed_cases * 2"),
        "indicators.yaml · indicators · I1 · variants · item_level · numerator",
        "算式“filed_cases * 2”无法识别。",
    ),
    (
        lambda c: _main(c)["grading"]["boundary_policy"].update(default="up"),
        "framework.yaml · grading · boundary_policy · default",
        "“up”不在可选项中。",
    ),
    (
        lambda c: _main(c)["grading"]["bands"][1].update(to="79"),
        "framework.yaml · grading · bands",
        "“达标”与“良好”两档之间有空隙或重叠。",
    ),
    (
        lambda c: _main(c)["objectives"][0].update(indicators=["I99"]),
        "framework.yaml · objectives · G1",
        "引用的“I99”不存在。",
    ),
    (
        lambda c: _main(c)["milestones"][0]["thresholds"].update(A1="70"),
        "framework.yaml · milestones · M1 · A1",
        "目标值“70”不在0与1之间。",
    ),
    (
        lambda c: c["evidence_checklist.yaml"]["groups"][0]["items"][0].update(id="E-AN-02"),
        "evidence_checklist.yaml · items · E-AN-02",
        "编号重复2次。",
    ),
]


@pytest.mark.parametrize(("change", "where", "what"), FAULTS)
def test_fault_is_named_with_its_place(change: Change, where: str, what: str) -> None:
    content = copy.deepcopy(bundled_content())
    change(content)
    with pytest.raises(InvalidInput) as caught:
        parse(content)
    assert [(fault.where, fault.what) for fault in caught.value.faults] == [(where, what)]
    assert all(fault.remedy for fault in caught.value.faults)


def test_all_faults_come_in_one_pass() -> None:
    content = copy.deepcopy(bundled_content())
    _main(content).pop("title")
    _main(content).pop("city")
    _first_indicator(content).pop("plain")
    with pytest.raises(InvalidInput) as caught:
        parse(content)
    assert len(caught.value.faults) == 3


def test_missing_and_broken_files_are_named_together() -> None:
    texts = dict.fromkeys(FILES, "format: 1\n")
    del texts["indicators.yaml"]
    texts["ambiguities.yaml"] = "a: [1\nb: 2"
    with pytest.raises(InvalidInput) as caught:
        read_files(texts)
    assert [fault.where for fault in caught.value.faults] == [
        "indicators.yaml",
        "ambiguities.yaml 第2行",
    ]


def test_unknown_bundled_framework_is_named() -> None:
    with pytest.raises(NotFound, match="nowhere"):
        load_bundled("nowhere")
