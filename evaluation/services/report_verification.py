"""Recompute every figure of a published PDF from the package inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evaluation.analysis.results import ResultSet
from evaluation.errors import EvaluationError, InvalidInput
from evaluation.language import _
from evaluation.services.report_content import figure_text
from reports import manifest
from reports.errors import PackageError, ReportError


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a file found; ``faults`` is empty when everything agrees."""

    pdf_sha256: str
    round_code: str
    edition: int
    is_draft: bool
    is_demonstration: bool
    n_figures: int
    n_recomputed: int
    n_derived: int
    n_in_text: int
    n_in_chart: int
    faults: tuple[str, ...]


def verify_pdf(content: bytes) -> Verification:
    """Check a report file against its own package; needs no database.

    Raises
    ------
    InvalidInput
        If the file is no report of ours: use the file as it was published.
    """
    try:
        package = manifest.package_of(content)
    except PackageError as error:
        raise InvalidInput(error.what, remedy=error.remedy) from error
    sets = {code: ResultSet.from_json(text) for code, text in package["results"].items()}
    faults = [
        _("“{code}”的结果与所载指纹不符。").format(code=code)
        for code, results in sets.items()
        if results.sha256 != package["results_sha256"].get(code)
    ]
    printed = manifest.text_of(content)
    recomputed = derived = in_text = in_chart = 0
    for figure in package["figures"]:
        text = figure["text"]
        fault, is_derived = _check(figure, package, sets)
        derived += is_derived
        recomputed += not is_derived and fault is None
        if fault:
            faults.append(fault)
        if figure.get("place") == "chart":
            in_chart += 1
        elif text.replace(" ", "") in printed:
            in_text += 1
        else:
            faults.append(
                _("正文中找不到数字“{text}”（{id}）。").format(text=text, id=figure["result"])
            )
    return Verification(
        manifest.sha256(content),
        package["round"],
        package["edition"],
        package["is_draft"],
        package["is_demonstration"],
        len(package["figures"]),
        recomputed,
        derived,
        in_text,
        in_chart,
        tuple(faults),
    )


def _check(
    figure: dict[str, str],
    package: dict[str, Any],
    sets: dict[str, ResultSet],
) -> tuple[str | None, bool]:
    reference, part = figure["result"], figure["part"]
    if reference.startswith("derived:"):
        value = package["derived"].get(reference.removeprefix("derived:"))
        same = value is not None and f"{value:,}" == figure["text"]
        return (None if same else _mismatch(figure, str(value))), True
    try:
        expected = figure_text.written(sets, package["round"], reference, part)
    except (KeyError, EvaluationError, ReportError):
        expected = None
    return (None if expected == figure["text"] else _mismatch(figure, expected or "—")), False


def _mismatch(figure: dict[str, str], expected: str) -> str:
    return _("{id}：印为“{text}”，按结果应为“{expected}”。").format(
        id=figure["result"], text=figure["text"], expected=expected
    )
