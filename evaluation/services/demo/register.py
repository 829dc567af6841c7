"""A register shaped like a Wuhan court's export, invented from a seed text.

It carries columns of party names and identity numbers, as real exports do, so that import can
show that it refuses them. Everything in it is made up; names are 甲 to 癸.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from openpyxl import Workbook

from sampling.seed import generator

HEADER = (
    "序号",
    "法院代码",
    "法院名称",
    "案号",
    "立案日期",
    "结案日期",
    "结案方式",
    "有无财产可供执行",
    "申请执行标的额",
    "实际到位金额",
    "申请执行人",
    "被执行人",
    "被执行人证件号码",
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LONGEST_DAYS = 400
_THREE_MONTHS_DAYS = 92
_TERMINATED = "终结本次执行程序"


@dataclass(frozen=True)
class RegisterPlan:
    """What the invented register looks like.

    ``completed_share`` and ``recovery_share`` rise from round to round in the demonstration;
    ``pace`` below 1 shortens all cases; ``early_share`` is the share of terminated rounds that stay
    closed within three months of filing, which the rules of December 2016 no longer allow;
    ``courts`` has code, name, mark in case numbers, and number of cases of each court.
    """

    seed: str
    year: int
    courts: Sequence[tuple[str, str, str, int]]
    with_property_share: float = 0.58
    completed_share: float = 0.72
    terminated_share: float = 0.33
    recovery_share: float = 0.62
    pace: float = 1.0
    early_share: float = 1.0


@dataclass(frozen=True)
class InventedCase:
    """One line of the invented register, as a court writes it."""

    court_code: str
    court_name: str
    case_number: str
    filed_on: date
    closed_on: date
    closure_method: str
    property_label: str
    claim_yuan: str
    recovered_yuan: str
    creditor: str
    debtor: str
    identity_number: str


def invent(plan: RegisterPlan) -> list[InventedCase]:
    """Return the cases of a register, the same for the same plan on every machine."""
    cases: list[InventedCase] = []
    for code, name, mark, n_cases in plan.courts:
        stream = generator(f"demonstration register|{plan.seed}|{plan.year}|{code}")
        numbers = np.sort(stream.choice(np.arange(1, 2 * n_cases + 50), n_cases, replace=False))
        cases += [
            _case(stream, plan, (code, name, mark), int(number)) for number in numbers.tolist()
        ]
    return cases


def _case(
    stream: np.random.Generator, plan: RegisterPlan, court: tuple[str, str, str], number: int
) -> InventedCase:
    code, name, mark = court
    closed_on = date(plan.year, 1, 1) + timedelta(days=int(stream.integers(0, 365)))
    lasted = int(np.clip(stream.gamma(2.2, 62.0) * plan.pace, 3, _LONGEST_DAYS))
    filed_on = closed_on - timedelta(days=lasted)
    has_property = bool(stream.random() < plan.with_property_share)
    method = _method(stream, plan, has_property)
    is_early = method == _TERMINATED and lasted <= _THREE_MONTHS_DAYS and plan.early_share < 1
    if is_early and stream.random() >= plan.early_share:
        filed_on -= timedelta(days=_THREE_MONTHS_DAYS)
    claim_fen = int(np.exp(stream.normal(np.log(6_800_000), 1.35)))
    recovered_fen = _recovered(stream, plan, method, claim_fen)
    kind = "执恢" if stream.random() < 0.04 else "执"
    return InventedCase(
        court_code=code,
        court_name=name,
        case_number=f"（{filed_on.year}）{mark}{kind}{number}号",
        filed_on=filed_on,
        closed_on=closed_on,
        closure_method=method,
        property_label="有" if has_property else "无",
        claim_yuan=f"{claim_fen / 100:.2f}",
        recovered_yuan=f"{recovered_fen / 100:.2f}",
        creditor=f"某{_STEMS[int(stream.integers(0, 10))]}公司",
        debtor=f"张某{_STEMS[int(stream.integers(0, 10))]}",
        identity_number=_identity_number(stream),
    )


def _method(stream: np.random.Generator, plan: RegisterPlan, has_property: bool) -> str:
    u = float(stream.random())
    if has_property:
        if u < plan.completed_share:
            return "执行完毕"
        return "终结执行" if u < plan.completed_share + 0.12 else "终结本次执行程序"
    if u < plan.terminated_share + 0.5:
        return "终结本次执行程序"
    return "终结执行" if u < 0.96 else ("销案" if u < 0.985 else "驳回申请")


def _recovered(stream: np.random.Generator, plan: RegisterPlan, method: str, claim_fen: int) -> int:
    if method == "执行完毕":
        return claim_fen
    share = float(stream.beta(1.2, 3.0)) * plan.recovery_share
    return int(claim_fen * share) if method in ("终结执行", "终结本次执行程序") else 0


def _identity_number(stream: np.random.Generator) -> str:
    """Return a number of the right form for a place code that does not exist."""
    body = f"999999{1950 + int(stream.integers(0, 50))}0101{int(stream.integers(0, 1000)):03d}"
    factors = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * factor for digit, factor in zip(body, factors, strict=True))
    return body + "10X98765432"[total % 11]


def as_xlsx(cases: Sequence[InventedCase]) -> bytes:
    """Return the register as the workbook that a court would hand over."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("执行案件")
    for row in _rows(cases):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(cases: Sequence[InventedCase]) -> bytes:
    """Return the register as CSV text in GB18030, as older systems export it."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(_rows(cases))
    return buffer.getvalue().encode("gb18030")


def _rows(cases: Sequence[InventedCase]) -> Iterator[tuple[str, ...]]:
    yield HEADER
    for number, case in enumerate(cases, start=1):
        yield (
            str(number),
            case.court_code,
            case.court_name,
            case.case_number,
            case.filed_on.isoformat(),
            case.closed_on.isoformat(),
            case.closure_method,
            case.property_label,
            case.claim_yuan,
            case.recovered_yuan,
            case.creditor,
            case.debtor,
            case.identity_number,
        )
