"""Codebook of a questionnaire and its responses as DDI-Codebook 2.5 XML."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
import pandas as pd

from surveys.codebook import Kind, Variable, variables
from surveys.exchange.tables import value_labels
from surveys.schema import Questionnaire

NAMESPACE = "ddi:codebook:2_5"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_INTERVALS = {Kind.NUMBER: "contin"}
_UNDETERMINED = "und"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_CODE_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


def write(
    questionnaire: Questionnaire,
    table: pd.DataFrame | None = None,
    *,
    study: Mapping[str, str] | None = None,
    language: str | None = None,
) -> bytes:
    """Write the codebook; with a table, counts of cases and categories are in it.

    ``study`` may hold ``producer``, ``date`` (ISO), ``place``, ``title`` and ``abstract``.
    """
    chosen = language or questionnaire.language
    about = dict(study or {})
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", _LANGUAGE: _tag(chosen)})
    _study(SubElement(root, "stdyDscr"), questionnaire, about, chosen)
    _file(root, questionnaire, table)
    data = SubElement(root, "dataDscr")
    for place, variable in enumerate(variables(questionnaire, chosen), 1):
        element = _described(data, questionnaire, variable, place, chosen)
        _measured(element, variable, table)
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = _legal(text)
    return element


def _legal(text: str) -> str:
    """Leave out characters that XML cannot carry, single halves of surrogate pairs included."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def _tag(language: str) -> str:
    """Return a tag that ``xml:lang`` takes; a questionnaire may name its language in any words."""
    found = _CODE_IN_BRACKETS.search(language)
    tag = found[1] if found else language
    is_tag = _LANGUAGE_TAG.fullmatch(tag) and tag != "default"
    return tag if is_tag else _UNDETERMINED


def _study(
    parent: Element, questionnaire: Questionnaire, about: Mapping[str, str], language: str
) -> None:
    citation = SubElement(parent, "citation")
    titles = SubElement(citation, "titlStmt")
    _text(titles, "titl", about.get("title") or questionnaire.title.get(language))
    _text(titles, "IDNo", questionnaire.code)
    if about.get("producer"):
        _text(SubElement(citation, "prodStmt"), "producer", about["producer"])
    info = SubElement(parent, "stdyInfo")
    if about.get("abstract"):
        _text(info, "abstract", about["abstract"])
    summary = SubElement(info, "sumDscr")
    if about.get("date"):
        _text(summary, "collDate", about["date"], date=about["date"])
    if about.get("place"):
        _text(summary, "geogCover", about["place"])
    if questionnaire.population:
        _text(summary, "universe", questionnaire.population.get(language))
    _text(summary, "dataKind", "survey")
    if questionnaire.sampling:
        method = SubElement(parent, "method")
        _text(SubElement(method, "dataColl"), "sampProc", questionnaire.sampling.get(language))


def _file(root: Element, questionnaire: Questionnaire, table: pd.DataFrame | None) -> None:
    description = SubElement(root, "fileDscr", {"ID": "F1"})
    text = SubElement(description, "fileTxt")
    _text(text, "fileName", questionnaire.code)
    dimensions = SubElement(text, "dimensns")
    if table is not None:
        _text(dimensions, "caseQnty", str(len(table)))
    _text(dimensions, "varQnty", str(len(variables(questionnaire))))


def _described(
    data: Element, questionnaire: Questionnaire, variable: Variable, place: int, language: str
) -> Element:
    """Write what the questionnaire says about a variable.

    Identifiers count, because codes of questions and options may hold what no XML name can.
    """
    element = SubElement(
        data,
        "var",
        {
            "ID": f"V{place}",
            "name": _legal(variable.name),
            "files": "F1",
            "intrvl": _INTERVALS.get(variable.kind, "discrete"),
        },
    )
    _text(element, "labl", variable.label)
    question = questionnaire.question(variable.question)
    asked = SubElement(element, "qstn", {"ID": f"Q{place}"})
    _text(asked, "qstnLit", question.text.get(language))
    if question.hint:
        _text(asked, "ivuInstr", question.hint.get(language))
    if variable.is_numeric and variable.kind is not Kind.NUMBER:
        _range(element, variable)
    return element


def _measured(element: Element, variable: Variable, table: pd.DataFrame | None) -> None:
    """Write counts, categories and the format of a variable."""
    counts = _counts(variable, table)
    if table is not None and variable.is_numeric:
        valid = int((table[variable.name] >= 0).sum())
        _text(element, "sumStat", str(valid), type="vald")
        _text(element, "sumStat", str(len(table) - valid), type="invd")
    if variable.is_numeric:
        for number, label in value_labels(variable).items():
            attributes = {"missing": "Y"} if number < 0 else {}
            category = SubElement(element, "catgry", attributes)
            _text(category, "catValu", str(number))
            _text(category, "labl", label)
            if table is not None:
                _text(category, "catStat", str(counts.get(number, 0)), type="freq")
    form = {"type": "numeric" if variable.is_numeric else "character"}
    if variable.kind is Kind.DATE:
        form["category"] = "date"
    SubElement(element, "varFormat", form)


def _counts(variable: Variable, table: pd.DataFrame | None) -> dict[float, int]:
    if table is None or not variable.is_numeric:
        return {}
    return {
        float(value): int(n)
        for value, n in zip(
            *np.unique(table[variable.name].dropna(), return_counts=True), strict=True
        )
    }


def _range(element: Element, variable: Variable) -> None:
    valid = [number for number in variable.numbers.values() if number >= 0]
    if valid:
        limits = SubElement(element, "valrng")
        SubElement(limits, "range", {"min": str(min(valid)), "max": str(max(valid))})
    invalid = SubElement(element, "invalrng")
    SubElement(invalid, "range", {"min": "-6", "max": "-1"})
