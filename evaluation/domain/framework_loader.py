"""Framework files → :class:`~evaluation.domain.framework.Framework`, every fault in one pass.

The content hash is taken from the data, not from the bytes of the files: comments and
line breaks do not change it. Left out: storing versions (``evaluation.services.frameworks``).
"""

from __future__ import annotations

import copy
import datetime
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import yaml

from evaluation.domain.framework import Framework
from evaluation.domain.framework_parts import (
    ambiguity,
    closure_method,
    definition,
    evidence_scheme,
    guide,
    measure,
    objective,
    phase,
    procedural_part,
    source_document,
    time_limit,
)
from evaluation.domain.framework_reader import Node
from evaluation.domain.framework_rules import cross_checks
from evaluation.domain.grading import Choice
from evaluation.domain.grading_reader import (
    grading,
    milestone,
    milestone_rules,
    scoring,
    vetoes,
)
from evaluation.domain.indicator_reader import data_field, indicator
from evaluation.errors import Fault, InvalidInput, NotFound
from evaluation.language import _

#: The files of a framework, in the order in which they are read.
FILES = (
    "framework.yaml",
    "indicators.yaml",
    "evidence_checklist.yaml",
    "ambiguities.yaml",
    "interview_guides.yaml",
)
DEFAULT_FRAMEWORK = "wuhan-2016"

Content = Mapping[str, object]

#: The safe loader written in C where PyYAML has it; it makes the same data many times faster.
_SAFE_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def canonical_json(content: Content) -> str:
    """Return the content as JSON with sorted keys and no spaces: the text that is hashed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(content: Content) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def read_files(texts: Mapping[str, str]) -> dict[str, object]:
    """Turn the YAML text of each file into plain data.

    Raises
    ------
    InvalidInput
        If a file is missing or is not YAML; every such file is named with the line.
    """
    content: dict[str, object] = {}
    faults: list[Fault] = []
    for name in FILES:
        if name not in texts:
            faults.append(Fault(name, _("缺少这个文件。"), _("请补上，或从内置框架复制。")))
            continue
        try:
            content[name] = _plain(_load_yaml(texts[name]))
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark
            row = mark.line + 1 if mark else 1
            where = _("{name} 第{row}行").format(name=name, row=row)
            faults.append(Fault(where, _("不是合法的 YAML。"), _("请检查缩进、冒号和引号。")))
        except yaml.YAMLError:
            faults.append(Fault(name, _("不是合法的 YAML。"), _("请检查文件编码和内容。")))
    if faults:
        raise InvalidInput(_("框架文件不完整或无法读取。"), where=_("评估框架"), faults=faults)
    return content


def bundled_content(code: str = DEFAULT_FRAMEWORK) -> dict[str, object]:
    """Return the plain data of a framework that ships with the application.

    Raises
    ------
    NotFound
        If no framework of this code ships with the application.
    """
    folder = resources.files("evaluation").joinpath("data", "frameworks", code)
    if not folder.is_dir():
        raise NotFound(
            _("没有代码为“{code}”的内置框架。").format(code=code),
            remedy=_("请检查代码，或导入自己的框架文件。"),
        )
    return copy.deepcopy(_bundled(code))


@lru_cache(maxsize=4)
def _bundled(code: str) -> dict[str, object]:
    folder = resources.files("evaluation").joinpath("data", "frameworks", code)
    return read_files({name: folder.joinpath(name).read_text("utf-8") for name in FILES})


def load_bundled(code: str = DEFAULT_FRAMEWORK) -> Framework:
    """Return a framework that ships with the application."""
    return parse(bundled_content(code))


def parse(content: Content) -> Framework:
    """Build the framework from plain data.

    Raises
    ------
    InvalidInput
        If anything is missing, out of range or refers to nothing; ``faults`` names every
        place in one pass, with the remedy.
    """
    faults: list[Fault] = []
    framework = _build(content, faults)
    if not faults:
        faults.extend(cross_checks(framework))
    if faults:
        raise InvalidInput(
            _("评估框架有{count}处问题，没有采用。").format(count=len(faults)),
            where=_("评估框架"),
            remedy=_("请逐处改正后重新导入。"),
            faults=faults,
        )
    return framework


def _build(content: Content, faults: list[Fault]) -> Framework:
    main, numbers, evidence, open_points, guides = (
        Node(content.get(name), name, faults) for name in FILES
    )
    fields = tuple(data_field(node) for node in numbers.nodes("data_fields", name_by="code"))
    codes = frozenset(item.code for item in fields)
    return Framework(
        code=main.text("code"),
        version=main.text("version"),
        content_hash=content_hash(content),
        title=main.text("title"),
        city=main.text("city"),
        source_document=source_document(main.node("source_document")),
        scope=main.text("scope"),
        goal=definition(main.node("goal")),
        phases=tuple(phase(node) for node in main.nodes("phases", name_by="name")),
        objectives=tuple(objective(node) for node in main.nodes("objectives", name_by="id")),
        verdicts=_choices(main, "verdict_scale"),
        difficulties_four=_choices(main, "difficulties_four"),
        difficulties_seven=main.texts("difficulties_seven"),
        definitions=tuple(definition(n) for n in main.nodes("definitions", name_by="name")),
        closure_methods=tuple(
            closure_method(node) for node in main.nodes("closure_methods", name_by="name")
        ),
        procedural_parts=tuple(
            procedural_part(node) for node in main.nodes("procedural_parts", name_by="name")
        ),
        time_limits=tuple(time_limit(node) for node in main.nodes("time_limits", name_by="name")),
        milestones=tuple(milestone(node) for node in main.nodes("milestones", name_by="id")),
        milestone_rules=milestone_rules(main.node("milestone_rules")),
        grading=grading(main.node("grading")),
        scoring=scoring(main.node("scoring")),
        vetoes=vetoes(main.node("vetoes")),
        measures=tuple(measure(node) for node in main.nodes("measures", name_by="name")),
        data_fields=fields,
        indicators=tuple(
            indicator(node, codes, scored=True)
            for node in numbers.nodes("indicators", name_by="id")
        ),
        auxiliary=tuple(
            indicator(node, codes, scored=False)
            for node in numbers.nodes("auxiliary", name_by="id")
        ),
        evidence=evidence_scheme(evidence),
        ambiguities=tuple(ambiguity(n) for n in open_points.nodes("ambiguities", name_by="number")),
        guides=tuple(guide(node) for node in guides.nodes("guides", name_by="id")),
    )


def _load_yaml(text: str) -> object:
    """Read one document with the safe loader; aliases are refused, for they can grow a file."""
    for token in yaml.scan(text, Loader=_SAFE_LOADER):
        if isinstance(token, yaml.AliasToken):
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=token.start_mark)
    return yaml.load(text, Loader=_SAFE_LOADER)  # noqa: S506 -- both are safe loaders


def _choices(main: Node, key: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(node.text("code"), node.text("name")) for node in main.nodes(key, name_by="code")
    )


def _plain(value: object) -> object:
    """Make YAML data JSON-safe: dates become text, floats stay out of exact numbers."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
