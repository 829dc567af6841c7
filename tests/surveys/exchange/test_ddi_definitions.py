"""Codebooks and our profile keep to the definitions of the official schema, element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import xmlschema
import yaml
from defusedxml.ElementTree import fromstring
from xmlschema.validators import XsdElement, XsdGroup

from surveys import export, loader
from surveys.exchange import ddi
from surveys.schema import Questionnaire

DATA = Path(__file__).parents[2] / "data"
PROFILE = xmlschema.XMLSchema11(DATA / "ddi" / "codebook_profile.xsd")
CASES = [
    *(loader.LIBRARY / f"{code}.yaml" for code in loader.library_codes()),
    *sorted((DATA / "questionnaires" / "valid").glob("*.yaml")),
]
STUDY = {"producer": "评估团", "place": "武汉", "date": "2016-12-01", "abstract": "摘要"}
XML = "{http://www.w3.org/XML/1998/namespace}"
XS = "http://www.w3.org/2001/XMLSchema"
TIMES = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


@dataclass
class Attribute:
    """What the official schema says about an attribute."""

    type: str
    values: frozenset[str] = frozenset()
    required: bool = False
    default: str | None = None
    fixed: str | None = None


@dataclass
class Definition:
    """What the official schema says about an element."""

    children: list[tuple[tuple[str, ...], str]]
    text: bool
    attributes: dict[str, Attribute] = field(default_factory=dict)

    def pattern(self) -> re.Pattern[str]:
        """Build an expression for the names of the children, each with a space after it."""
        parts = (f"(?:(?:{'|'.join(names)}) ){times}" for names, times in self.children)
        return re.compile("".join(parts))


def _attributes(written: dict[str, Any]) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for kind, names in written.items():
        for name in names.split() if isinstance(names, str) else ():
            found[name.rstrip("!")] = Attribute(kind, required=name.endswith("!"))
        for name, words in names.items() if isinstance(names, dict) else ():
            values = words.split()
            found[name.rstrip("!")] = Attribute(
                "NMTOKEN" if words[0] != "~" else "string",
                frozenset(value.lstrip("=~") for value in values),
                name.endswith("!"),
                next((value[1:] for value in values if value[0] == "="), None),
                next((value[1:] for value in values if value[0] == "~"), None),
            )
    return found


def _definitions() -> dict[str, Definition]:
    content = yaml.safe_load((DATA / "ddi" / "codebook_definitions.yaml").read_text("utf-8"))
    everywhere = _attributes(content["globals"])
    return {
        name: Definition(
            [
                (tuple(part.rstrip("?*+").strip("()").split("|")), part[len(part.rstrip("?*+")) :])
                for part in written.get("children", "").split()
            ],
            written.get("text", False),
            everywhere | _attributes(written.get("attributes", {})),
        )
        for name, written in content["elements"].items()
    }


DEFINITIONS = _definitions()


def local(name: str | None) -> str:
    return (name or "").replace(XML, "xml:").rpartition("}")[2]


def document(asked: Questionnaire, language: str | None = None) -> Element:
    content = ddi.write(asked, export.frame(asked, [{}, {}]), study=STUDY, language=language)
    PROFILE.validate(content.decode())
    root: Element = fromstring(content)
    return root


def faults(root: Element) -> Iterator[str]:
    """Say where a document differs from the official definitions."""
    for element in root.iter():
        name = local(element.tag)
        official = DEFINITIONS[name]
        if not official.pattern().fullmatch("".join(f"{local(child.tag)} " for child in element)):
            yield f"{name}: children"
        texts = [element.text, *(child.tail for child in element)]
        if not official.text and any(text and text.strip() for text in texts):
            yield f"{name}: text"
        if not official.text and not official.children and any(texts):
            yield f"{name}: not empty"
        given = {local(key): value for key, value in element.attrib.items()}
        yield from (f"{name}: no @{key}" for key in given.keys() - official.attributes.keys())
        for key, attribute in official.attributes.items():
            if attribute.required and key not in given:
                yield f"{name}: @{key} is missing"
            if attribute.values and given.get(key, min(attribute.values)) not in attribute.values:
                yield f"{name}: @{key}={given[key]}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_documents_keep_to_the_definitions(path: Path) -> None:
    assert not list(faults(document(loader.load(path))))


def test_definitions_cover_what_is_written_and_no_more() -> None:
    elements: set[str] = set()
    attributes: set[tuple[str, str]] = set()
    for path in CASES:
        for element in document(loader.load(path)).iter():
            elements.add(local(element.tag))
            attributes |= {(local(element.tag), local(name)) for name in element.attrib}
    assert elements == DEFINITIONS.keys()
    assert attributes == {
        (local(element.name), local(name))
        for element in profile_elements()
        for name in element.attributes
    }


def group_of(element: XsdElement) -> XsdGroup | None:
    content = getattr(element.type, "content", None)
    return content if isinstance(content, XsdGroup) else None


def profile_children(element: XsdElement) -> list[XsdElement]:
    children = list(group_of(element) or ())
    named = [child for child in children if isinstance(child, XsdElement)]
    assert named == children, "the profile uses plain sequences only"
    return named


def profile_elements() -> list[XsdElement]:
    """List the elements of the profile, those of one name at different places apart."""
    found: list[XsdElement] = []
    waiting = [PROFILE.elements["codeBook"]]
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting += profile_children(element)
    return found


PROFILE_ELEMENTS = profile_elements()


@pytest.mark.parametrize("element", PROFILE_ELEMENTS, ids=lambda element: local(element.name))
def test_profile_restricts_the_content_of_the_official_schema(element: XsdElement) -> None:
    official = DEFINITIONS[local(element.name)]
    assert official.text or not (
        element.type.has_mixed_content() or element.type.has_simple_content()
    )
    children = profile_children(element)
    group = group_of(element)
    if group and children:
        assert (group.model, group.min_occurs, group.max_occurs) == ("sequence", 1, 1)
    waiting = {local(child.name): child for child in children}
    assert len(waiting) == len(children)
    order = []
    for place, (names, times) in enumerate(official.children):
        least, most = TIMES[times]
        here = [waiting.pop(name) for name in names if name in waiting]
        order += [(children.index(child), place) for child in here]
        assert sum(child.min_occurs for child in here) >= least
        if most is not None:
            assert sum(child.max_occurs or 9 for child in here) <= most
    assert not waiting, "no such child in the official schema"
    places = [place for _, place in sorted(order)]
    assert places == sorted(places)


@pytest.mark.parametrize("element", PROFILE_ELEMENTS, ids=lambda element: local(element.name))
def test_profile_restricts_the_attributes_of_the_official_schema(element: XsdElement) -> None:
    official = DEFINITIONS[local(element.name)].attributes
    given = {local(name): attribute for name, attribute in element.attributes.items()}
    assert given.keys() <= official.keys()
    for name, attribute in official.items():
        if name not in given:
            assert not attribute.required
            continue
        ours = given[name]
        assert ours.use == "required" or not attribute.required
        assert ours.use == "required" or ours.default == attribute.default
        assert ours.use == "required" or ours.fixed == attribute.fixed
        assert attribute.fixed in (None, ours.fixed)
        assert ours.type is not None
        if attribute.type != "language":
            assert ours.type.is_derived(PROFILE.maps.types[f"{{{XS}}}{attribute.type}"])
        if attribute.values and attribute.fixed is None:
            assert set(ours.type.enumeration or [None]) <= attribute.values


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<citation>", "<stdyInfo /><citation>"),
        ("<titl>", "<titl>1</titl><titl>"),
        ("<titl>", "<IDNo>1</IDNo><titl>"),
        ("<fileName>", "<dimensns /><fileName>"),
        ('<catgry missing="Y">', '<varFormat /><catgry missing="Y">'),
        ('intrvl="discrete"', 'intrvl="nominal"'),
        ('files="F1" ', 'files="F1" label="x" '),
        ('name="QA01" ', ""),
        ('<sumStat type="vald">', "<sumStat>"),
        ('missing="Y"', 'missing="yes"'),
        ('<range min="', '<range low="1" min="'),
        ("<dataDscr>", "<dataDscr>x"),
    ],
)
def test_definitions_refuse_what_the_standard_refuses(good: str, bad: str) -> None:
    asked = loader.load_library("QA")
    content = ddi.write(asked, export.frame(asked, [{}]), study=STUDY).decode()
    assert good in content
    assert list(faults(fromstring(content.replace(good, bad, 1))))


ODD = """
format: 1
code: T1
title: 标题
languages: ["{language}"]
sections:
- code: S
  title: 部分
  questions:
  - code: Q1
    type: multiple
    text: 问
    options: [{{code: a b, label: x}}, {{code: "+", label: y}}]
  - {{code: Q2, type: date, text: 日期}}
"""


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("zh-Hans", "zh-Hans"),
        ("English (en)", "en"),
        ("中文", "und"),
        ("zh_CN", "und"),
        ("default", "und"),
    ],
)
def test_words_of_a_questionnaire_do_not_break_the_document(
    tmp_path: Path, language: str, tag: str
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(ODD.format(language=language), encoding="utf-8")
    root = document(loader.load(path))
    assert not list(faults(root))
    assert root.get(f"{XML}lang") == tag
    found = {element.get("name"): element for element in root.iter(f"{{{ddi.NAMESPACE}}}var")}
    assert list(found) == ["Q1_a b", "Q1_+", "Q2"]
    form = found["Q2"].find(f"{{{ddi.NAMESPACE}}}varFormat")
    assert form is not None
    assert form.attrib == {"type": "character", "category": "date"}


def test_characters_that_xml_cannot_carry_are_left_out() -> None:
    title = "甲\ud800乙\x0b丙\ufffe丁\U0001f600"
    content = ddi.write(loader.load_library("QA"), study={"title": title})
    found = fromstring(content).find(f".//{{{ddi.NAMESPACE}}}titl")
    assert found is not None
    assert found.text == "甲乙丙丁\U0001f600"


def test_questions_are_written_in_the_language_the_document_names() -> None:
    asked = loader.load(DATA / "questionnaires" / "valid" / "two_languages.yaml")
    first, second = asked.languages
    for language in (first, second):
        root = document(asked, language)
        assert root.get(f"{XML}lang") == language
        literal = root.find(f".//{{{ddi.NAMESPACE}}}qstnLit")
        assert literal is not None
        question = next(item for item in asked.questions if item.text.has(second))
        assert literal.text == question.text.get(language)
        assert question.text.get(first) != question.text.get(second)
