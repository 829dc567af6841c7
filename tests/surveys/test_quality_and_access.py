"""Signs of doubtful responses, and the secrets people hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import access
from surveys.answers import Answer, AnswerSet
from surveys.loader import load_library
from surveys.quality import QualityFlag, contradictions_in, find_flags, is_straight_line
from surveys.store import Pace

QA = load_library("QA")


def matrix(points: str) -> AnswerSet:
    rows = QA.question("QA06").rows
    return AnswerSet({"QA06": Answer({r.code: p for r, p in zip(rows, points, strict=False)})})


@pytest.mark.parametrize(
    ("points", "expected"),
    [("333333", True), ("333334", False), ("3333", False), ("", False), ("555555", True)],
)
def test_straight_lines(points: str, expected: bool) -> None:
    assert is_straight_line(QA, matrix(points)) is expected


def test_contradictions_of_the_designer_are_found_and_named() -> None:
    both = AnswerSet({"QA01": Answer("3"), "QA03": Answer("2"), "QA08": Answer("1")})
    one = AnswerSet({"QA01": Answer("3"), "QA03": Answer("4"), "QA08": Answer("96")})
    flags = find_flags(QA, {"a": both, "b": one, "c": AnswerSet()})
    assert flags == {"a": (QualityFlag.CONTRADICTION,)}
    assert [item.code for item in contradictions_in(QA, both)] == [
        "none_but_some",
        "none_but_paid_out",
    ]


def test_flags_name_twins_echoes_and_pace_but_not_short_answers() -> None:
    full = AnswerSet(
        {**matrix("123451").answers, "QA01": Answer("1"), "QA12": Answer("2"), "QA13": Answer("3"),
         "QA15": Answer("希望尽快把案款发放给申请人。")}
    )  # fmt: skip
    other = full.with_answer("QA12", Answer("5"))
    flags = find_flags(
        QA,
        {"a": full, "b": full, "c": other, "d": AnswerSet({"QA01": Answer("1")}),
         "e": AnswerSet({"QA01": Answer("1")})},
        paces={"d": Pace.FAST},
    )  # fmt: skip
    assert flags == {
        "a": (QualityFlag.DUPLICATE, QualityFlag.SAME_TEXT),
        "b": (QualityFlag.DUPLICATE, QualityFlag.SAME_TEXT),
        "c": (QualityFlag.SAME_TEXT,),
        "d": (QualityFlag.TOO_FAST,),
    }


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=20))
def test_what_is_sealed_opens_only_with_its_key(content: object) -> None:
    key, other = access.draft_key("A" * 20), access.draft_key("B" * 20)
    sealed = access.seal(key, content)
    assert access.unseal(key, sealed) == content
    assert access.unseal(other, sealed) is None
    assert access.unseal(key, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None


@pytest.mark.parametrize("junk", [b"", b"short", b"x" * 40])
def test_junk_does_not_open(junk: bytes) -> None:
    assert access.unseal(access.draft_key("A" * 20), junk) is None


def test_codes_survive_being_copied_by_hand() -> None:
    code = access.new_resume_code()
    assert access.is_resume_code(code)
    assert access.normalise(access.grouped(code.lower(), 5)) == code
    assert access.normalise("o0 iIlL-1u") == "0011111"


def test_receipts_differ_by_draft_and_secret_and_repeat() -> None:
    first = access.receipt_code(b"secret one", "A" * 20)
    assert first == access.receipt_code(b"secret one", "A" * 20)
    assert first != access.receipt_code(b"secret two", "A" * 20)
    assert first != access.receipt_code(b"secret one", "B" * 20)
    assert access.receipt_hash(access.grouped(first).lower()) == access.receipt_hash(first)
