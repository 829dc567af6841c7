"""Codebooks are valid DDI-Codebook 2.5, and count what is in the table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from defusedxml.ElementTree import fromstring

from surveys import export, loader
from surveys.codebook import variables
from surveys.exchange import ddi
from surveys.schema import Questionnaire

DATA = Path(__file__).parents[2] / "data"
PROFILE = xmlschema.XMLSchema11(DATA / "ddi" / "codebook_profile.xsd")
OFFICIAL = os.environ.get("HENGPING_TEST_DDI_SCHEMA", "")
"""Path of codebook.xsd of DDI-Codebook 2.5 with the files it imports beside it."""
CASES = [
    *(loader.LIBRARY / f"{code}.yaml" for code in loader.library_codes()),
    *sorted((DATA / "questionnaires" / "valid").glob("*.yaml")),
]
STUDY = {
    "producer": "评估团",
    "place": "武汉",
    "date": "2016-12-01",
    "title": "<律师> & “公众”",
    "abstract": "控制字符\x0b不能进来",
}
NAMES = {"d": "ddi:codebook:2_5"}


def documents(asked: Questionnaire) -> list[bytes]:
    rows: list[dict[str, Any]] = [{}, {}, {}]
    return [
        ddi.write(asked),
        ddi.write(asked, export.frame(asked, [])),
        ddi.write(asked, export.frame(asked, rows), study=STUDY),
    ]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_codebook_is_valid_against_the_profile(path: Path) -> None:
    for document in documents(loader.load(path)):
        PROFILE.validate(document.decode())


@pytest.mark.skipif(not OFFICIAL, reason="HENGPING_TEST_DDI_SCHEMA names no codebook.xsd")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_codebook_is_valid_against_the_official_schema(path: Path) -> None:
    official = xmlschema.XMLSchema(OFFICIAL)
    for document in documents(loader.load(path)):
        official.validate(document.decode())


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('version="2.5"', 'version="2.1"'),
        ('files="F1"', 'files="F2"'),
        ('<fileDscr ID="F1">', '<fileDscr ID="V1">'),
        ('type="freq"', 'type="share"'),
        ("<catValu>", "<txt/><catValu>"),
        ("<dataKind>survey</dataKind>", ""),
    ],
)
def test_profile_refuses_what_the_standard_refuses(good: str, bad: str) -> None:
    document = documents(loader.load_library("QA"))[2].decode()
    assert PROFILE.is_valid(document)
    assert good in document
    assert not PROFILE.is_valid(document.replace(good, bad))


def test_counts_and_labels_are_those_of_the_table() -> None:
    asked = loader.load_library("QA")
    rows: list[dict[str, Any]] = [{"QA12": {"value": str(1 + n % 5)}} for n in range(30)]
    root = fromstring(ddi.write(asked, export.frame(asked, rows)))
    assert len(root.findall(".//d:var", NAMES)) == len(variables(asked))
    found = {
        category.findtext("d:catValu", "", NAMES): category.findtext("d:catStat", "", NAMES)
        for category in root.findall(".//d:var[@name='QA12']/d:catgry", NAMES)
    }
    assert [found[str(code)] for code in range(1, 6)] == ["6"] * 5
    unanswered = root.find(".//d:var[@name='QA01']/d:sumStat[@type='invd']", NAMES)
    assert unanswered is not None
    assert unanswered.text == "30"
