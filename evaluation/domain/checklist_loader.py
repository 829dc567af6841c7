"""Read a case-file review checklist: one pass finds every fault, the text's hash names the version.

Leaves out: where the file lies and which version a round uses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import yaml

from evaluation.domain import condition as conditions
from evaluation.domain.checklist import (
    Capture,
    CaseGrade,
    Checklist,
    Choice,
    Duration,
    HeaderField,
    Part,
    QualifiedRule,
    RatioRule,
    ReviewItem,
    Severity,
    TimeLimit,
)
from evaluation.domain.condition import CIRCUMSTANCE, Condition
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _

UNITS = ("days", "working_days", "months", "years", "hours")
MODES = ("within", "at_least", "more_than")


class _Reader:
    """Collects every fault while the raw mapping is read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, what: str) -> None:
        """Remember one fault; reading goes on."""
        self.faults.append(Fault(where, what, _("请更正清单文件后重新载入。"), "CHECKLIST"))

    def condition(self, raw: object, where: str) -> Condition | None:
        """Read an optional condition."""
        if raw is None:
            return None
        try:
            return conditions.parse(raw)
        except ValueError as problem:
            self.fault(where, _("适用条件写法不正确：{text}。").format(text=problem))
            return None

    def choices(self, raw: object, where: str) -> tuple[Choice, ...]:
        """Read a list of options."""
        found = []
        for entry in raw if isinstance(raw, list) else []:
            if not isinstance(entry, dict) or not entry.get("code") or not entry.get("zh"):
                self.fault(where, _("选项须写明代码和名称。"))
                continue
            found.append(
                Choice(
                    str(entry["code"]),
                    str(entry["zh"]),
                    str(entry.get("key", "")),
                    bool(entry.get("needs_note", False)),
                    bool(entry.get("automatic", False)),
                )
            )
        if len({choice.code for choice in found}) != len(found):
            self.fault(where, _("选项代码重复。"))
        return tuple(found)

    def duration(self, raw: object, where: str) -> Duration:
        """Read one duration such as ``{days: 7}``."""
        if isinstance(raw, dict) and len(raw) == 1:
            unit, amount = next(iter(raw.items()))
            if unit in UNITS and isinstance(amount, int) and amount > 0:
                return Duration(unit, amount)
        self.fault(where, _("期限写法不正确：{text}。").format(text=raw))
        return Duration("days", 1)

    def time_limit(self, raw: Mapping[str, Any], where: str) -> TimeLimit | None:
        """Read one time limit."""
        modes = [mode for mode in MODES if mode in raw]
        if len(modes) != 1 or "from" not in raw or "to" not in raw:
            self.fault(where, _("时限须写明起、止和一种期限。"))
            return None
        mode = modes[0]
        variants = []
        for variant in raw.get("variants", []):
            when = self.condition(variant.get("when"), where)
            if when is not None:
                variants.append((when, self.duration(variant.get(mode), where)))
        return TimeLimit(
            start=str(raw["from"]),
            end=str(raw["to"]),
            mode=mode,
            duration=self.duration(raw[mode], where),
            variants=tuple(variants),
            optional=bool(raw.get("optional", False)),
            exclude_periods=bool(raw.get("exclude_periods", False)),
            configurable=bool(raw.get("configurable", False)),
            repeat_until_years=int(raw.get("repeat_until_years", 0)),
            undecided_when=self.condition(raw.get("undecided_when"), where),
        )

    def item(self, raw: Mapping[str, Any], part: int) -> ReviewItem | None:
        """Read one item."""
        where = str(raw.get("id", _("第{part}部分").format(part=part)))
        missing = [key for key in ("id", "zh", "rule", "origin", "severity") if not raw.get(key)]
        if missing:
            self.fault(where, _("缺少字段：{names}。").format(names="、".join(missing)))
            return None
        if raw["severity"] not in set(Severity):
            self.fault(where, _("严重程度只能是A、B、C。"))
            return None
        limits = [self.time_limit(limit, where) for limit in raw.get("time_limits", [])]
        ratio, law = raw.get("ratio"), raw.get("law") or {}
        return ReviewItem(
            code=str(raw["id"]),
            part=part,
            text=str(raw["zh"]),
            rule=str(raw["rule"]),
            origin=str(raw["origin"]),
            severity=Severity(raw["severity"]),
            sub_volume=raw.get("volume") == "sub",
            enabled=bool(raw.get("enabled", True)),
            automatic=bool(raw.get("auto", False)),
            applies_when=self.condition(raw.get("applies_when"), where),
            time_limits=tuple(limit for limit in limits if limit is not None),
            ratio=RatioRule(ratio["numerator"], ratio["denominator"], float(ratio["at_least"]))
            if ratio
            else None,
            all_of=tuple((raw.get("derive") or {}).get("all_of", ())),
            options=tuple(raw.get("options", ())),
            captures=tuple(str(name) for name in raw.get("capture", ())),
            feeds=tuple(raw.get("feeds", ())),
            law=str(law.get("name", "")),
            law_status=str(law.get("status", "")),
            note=str(raw.get("note", "")),
            seed_ref=str(raw.get("seed_ref", "")),
        )

    def captures(self, raw: object, kind: str) -> tuple[Capture, ...]:
        """Read circumstances, dates or amounts."""
        return tuple(
            Capture(
                str(entry["code"]), str(entry["zh"]), int(entry["part"]), entry.get("kind", kind)
            )
            for entry in (raw if isinstance(raw, list) else [])
        )


def _check_references(checklist: Checklist, reader: _Reader) -> None:
    codes = [item.code for item in checklist.all_items()]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        reader.fault(code, _("项目编号重复。"))
    dates = {capture.code for capture in checklist.dates}
    amounts = {capture.code for capture in checklist.amounts}
    known = dates | amounts | {entry.code for entry in checklist.header} | {"excluded_days"}
    known |= {CIRCUMSTANCE + capture.code for capture in checklist.circumstances}
    for item in checklist.all_items():
        used: set[str] = set()
        for limit in item.time_limits:
            used |= {limit.start, limit.end} - dates
            for when, _duration in limit.variants:
                used |= when.fields() - known
        if item.applies_when is not None:
            used |= item.applies_when.fields() - known
        if item.ratio is not None:
            used |= {item.ratio.numerator, item.ratio.denominator} - amounts
        used |= set(item.all_of) - set(codes)
        for name in sorted(used):
            reader.fault(item.code, _("引用了没有定义的“{name}”。").format(name=name))
    rule = checklist.qualified
    for name in sorted(({*rule.required, *rule.later_items}) - set(codes)):
        reader.fault(rule.text, _("引用了没有定义的“{name}”。").format(name=name))


def load(text: str, optional_enabled: frozenset[str] = frozenset()) -> Checklist:
    """Read a checklist from the text of its YAML file.

    Raises
    ------
    InvalidInput
        If the file has faults; every fault is listed with its place.
    """
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise InvalidInput(
            _("清单文件不是有效的YAML。"), remedy=_("请检查缩进和标点。"), where=str(problem)[:200]
        ) from problem
    if not isinstance(raw, dict) or raw.get("schema_version") != 2:
        raise InvalidInput(_("清单文件的格式版本不是2。"), remedy=_("请使用本系统的清单格式。"))
    reader = _Reader()
    checklist = _build(raw, reader, hashlib.sha256(text.encode()).hexdigest(), optional_enabled)
    _check_references(checklist, reader)
    if reader.faults:
        raise InvalidInput(
            _("清单文件有{count}处问题。").format(count=len(reader.faults)), faults=reader.faults
        )
    return checklist


def _parts(raw: Mapping[str, Any], reader: _Reader) -> tuple[Part, ...]:
    parts = []
    for part in raw.get("parts", []):
        number = int(part["part"])
        items = [reader.item(entry, number) for entry in part.get("items", [])]
        parts.append(
            Part(
                number,
                str(part["zh"]),
                str(part["seed_ref"]),
                str(part["quote"]),
                tuple(item for item in items if item is not None),
            )
        )
    return tuple(parts)


def _header(raw: Mapping[str, Any], reader: _Reader) -> tuple[HeaderField, ...]:
    return tuple(
        HeaderField(
            str(entry["code"]),
            str(entry["zh"]),
            str(entry.get("source", "reviewer")),
            int(entry.get("part", 0)),
            reader.choices(entry.get("options"), str(entry["code"])),
        )
        for entry in raw.get("header", [])
    )


def _build(
    raw: Mapping[str, Any], reader: _Reader, sha256: str, optional_enabled: frozenset[str]
) -> Checklist:
    scoring, quality = raw["scoring"], raw["quality_control"]
    qualified = scoring["terminated_round_qualified"]
    later = qualified["required_from"]
    rule_when = reader.condition(qualified["applies_when"], str(qualified["zh"]))
    return Checklist(
        code=str(raw["checklist_code"]),
        version=str(raw["version"]),
        sha256=sha256,
        parts=_parts(raw, reader),
        header=_header(raw, reader),
        circumstances=reader.captures(raw.get("circumstances"), "flag"),
        dates=reader.captures(raw.get("dates"), "day"),
        amounts=reader.captures(raw.get("amounts"), "amount"),
        answers=reader.choices(raw.get("answers"), "answers"),
        na_reasons=reader.choices(raw.get("na_reasons"), "na_reasons"),
        verification=reader.choices(raw.get("verification"), "verification"),
        period_reasons=reader.choices(raw["excluded_periods"]["reasons"], "excluded_periods"),
        severity_points={str(k): int(v) for k, v in scoring["severity_points"].items()},
        case_grades=tuple(
            CaseGrade(
                str(grade["code"]),
                str(grade["zh"]),
                bool(grade["severe_fail_allowed"]),
                float(grade["at_least"]),
            )
            for grade in scoring["case_grades"]
        ),
        qualified=QualifiedRule(
            str(qualified["zh"]),
            rule_when or Condition("all"),
            tuple(qualified["required"]),
            tuple(later["items"]),
            later["closed_on_or_after"],
        ),
        not_applicable_limit=float(raw["thresholds"]["not_applicable_share"]),
        not_verified_limit=float(raw["thresholds"]["not_verified_share"]),
        double_share_default=float(quality["double_reading_share"]["default"]),
        gold_share_default=float(quality["gold_audit_share"]["default"]),
        kappa_target=float(quality["agreement"]["target"]["kappa"]),
        percent_target=float(quality["agreement"]["target"]["percent"]),
        rest_days_roll_over=bool(raw.get("rest_days_roll_over", True)),
        conflict_gate=str(raw["conflict_gate"]["zh"]),
        optional_enabled=optional_enabled,
    )
