"""Everything a section needs to speak: bound numbers, changes by rule, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from evaluation.analysis.results import ResultKind, ResultSet, ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.indicator import Direction
from evaluation.domain.report import BOUND, NarrativeEntry, NarrativeKind
from evaluation.language import _
from evaluation.services.report_content import figure_text
from evaluation.services.report_content.inputs import ReportInput, RoundFacts
from reports import numbers
from reports.document import Number, Part, Parts, Verbatim

UNIT_WORDS = {ResultUnit.DAYS: _("天"), ResultUnit.POINTS: _("分")}
#: Two-sided 5 % point of the normal distribution; both rounds rest on hundreds of files.
CRITICAL_VALUE = 1.959964


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one result since an earlier round."""

    word: str
    difference: float
    is_significant: bool | None
    parts: Parts


@dataclass
class Facts:
    """The results of a round, asked for by id; remembers what was asked for and not there."""

    data: ReportInput
    missing: dict[str, str] = field(default_factory=dict)
    derived: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> RoundKind:
        """Kind of the round."""
        return self.data.round.kind

    @property
    def results(self) -> ResultSet:
        """Results of this round."""
        return self.data.results

    @property
    def is_trial(self) -> bool:
        """Whether the indicator weights are still trial values."""
        return str(self.data.framework.scoring.weights_status) in {"trial", "default_trial"}

    @property
    def previous(self) -> tuple[RoundFacts, ResultSet] | None:
        """The round before this one."""
        return self.data.earlier[-1] if self.data.earlier else None

    def get(self, result_id: str, label: str = "") -> ResultValue | None:
        """Return a result that can be printed; note it as missing when there is none."""
        result = self.results.get(result_id)
        if result is None or (result.value is None and result.kind is not ResultKind.TEXT):
            reason = result.note if result is not None else ""
            self.missing[result_id] = (
                f"{label or (result.label if result else result_id)}\t{reason}"
            )
            return None
        return result

    def first(self, *result_ids: str, label: str = "") -> ResultValue | None:
        """Return the first of several results that is there."""
        for result_id in result_ids:
            result = self.results.get(result_id)
            if result is not None and (result.value is not None or result.text):
                return result
        known = next((one for one in result_ids if one in self.results), result_ids[0])
        return self.get(known, label)

    def under(self, prefix: str) -> list[ResultValue]:
        """Return the results below a prefix that can be printed."""
        return [r for r in self.results.under(prefix) if r.value is not None or r.text]

    def number(self, result: ResultValue | None, part: str = "value") -> Part:
        """Print one part of a result, or say that it was not obtained."""
        if result is None:
            return _("〔本期未取得〕")
        return Number(figure_text.figure_of(result, part), result.id, part)

    def of(self, result_id: str, part: str = "value", label: str = "") -> Part:
        """Print one part of the result of this id."""
        return self.number(self.get(result_id, label), part)

    def count(self, key: str, value: int) -> Number:
        """Print a count of listed things; the package carries it under ``derived``."""
        self.derived[key] = value
        return Number(numbers.decimal(value, 0), f"derived:{key}")

    def with_interval(self, result: ResultValue | None) -> Parts:
        """Print a value with its interval, or with what it is when there is none."""
        if result is None:
            return (_("〔本期未取得〕"),)
        value = self.number(result)
        if result.lower is None or result.upper is None:
            return (value,)
        level = numbers.confidence_in_words(result.confidence or 0.95)
        label = Number(level, result.id, "confidence_words")
        return (
            value,
            "（",
            label,
            Number(figure_text.figure_of(result, "interval"), result.id, "interval"),
            "）",
        )

    def measured(self, result: ResultValue | None) -> Parts:
        """Print a value with its unit word, where the unit is not part of the figure."""
        if result is None:
            return (_("〔本期未取得〕"),)
        return (self.number(result), UNIT_WORDS.get(result.unit, ""))

    def interval_cell(self, result: ResultValue | None) -> Part:
        """Print an interval for a table."""
        if result is None or result.lower is None or result.upper is None:
            return "—"
        return self.number(result, "interval")

    def fraction_cell(self, result: ResultValue | None) -> Parts | str:
        """Print numerator and denominator for a table."""
        if result is None or result.numerator is None or result.denominator is None:
            return "—"
        return (self.number(result, "numerator"), "／", self.number(result, "denominator"))

    def change(
        self, result: ResultValue | None, earlier: tuple[RoundFacts, ResultSet] | None = None
    ) -> Change | None:
        """Say how a result changed since an earlier round, tested when both are estimates."""
        chosen = earlier or self.previous
        if result is None or chosen is None or result.value is None:
            return None
        facts, results = chosen
        before = results.get(result.id)
        if before is None or before.value is None or not self.is_comparable(result.id):
            return None
        difference = result.value - before.value
        significant = _is_significant(result, before)
        word = numbers.change_in_words(difference, is_significant=significant)
        reference = f"{self.data.round.code}/{result.id}~{facts.code}/{before.id}"
        size = Number(figure_text.difference_of(result, before), reference, "difference")
        return Change(word, difference, significant, _change_parts(word, size))

    def is_comparable(self, result_id: str) -> bool:
        """Tell whether the crosswalk lets an indicator be compared, and both have one source.

        A court's own figure and a value from the reviewed sample are never subtracted.
        """
        pieces = result_id.split(".")
        entry = self.data.comparability.get(pieces[1] if len(pieces) > 1 else "")
        if entry is not None and entry[0] == "not_comparable":
            return False
        now = self.results.get(result_id)
        before = self.previous[1].get(result_id) if self.previous is not None else None
        return now is None or before is None or now.kind is before.kind

    def is_better(self, indicator_id: str, difference: float) -> bool | None:
        """Tell whether a change of an indicator is for the better, if its direction says so."""
        direction = self.data.framework.indicator(indicator_id).direction
        if direction not in {Direction.HIGHER, Direction.LOWER} or difference == 0:
            return None
        return (difference > 0) == (direction is Direction.HIGHER)

    def narrative(self, *kinds: NarrativeKind) -> list[NarrativeEntry]:
        """Return what the panel wrote, in its order."""
        chosen = [entry for entry in self.data.narrative if entry.kind in kinds]
        return sorted(chosen, key=lambda entry: (entry.position, entry.id))

    def bind(self, text: str) -> Parts:
        """Fill the results into a text of the panel; its other words stand as written."""
        parts: list[Part] = []
        position = 0
        for found in BOUND.finditer(text):
            parts.append(Verbatim(text[position : found.start()], "panel"))
            reference, _bar, part = found[1].partition("|")
            parts.append(self.number(self.get(reference.strip()), part or "value"))
            position = found.end()
        parts.append(Verbatim(text[position:], "panel"))
        return tuple(part for part in parts if not (isinstance(part, Verbatim) and not part.text))

    def court_name(self, code: str) -> str:
        """Return the name of a court."""
        return dict(self.data.courts).get(code, code)


def _is_significant(later: ResultValue, earlier: ResultValue) -> bool | None:
    """Test a difference of independent rounds; exact figures are not tested."""
    if later.standard_error is None and earlier.standard_error is None:
        return None
    error = math.hypot(later.standard_error or 0.0, earlier.standard_error or 0.0)
    if error == 0 or later.value is None or earlier.value is None:
        return None
    return abs(later.value - earlier.value) > CRITICAL_VALUE * error


def _change_parts(word: str, size: Number) -> Parts:
    if word in {_("提高"), _("下降")}:
        return (word, size)
    return (word,)


def join(items: Iterable[Parts | Part], mark: str = "、") -> Parts:
    """Put several texts in a row with a mark between them."""
    parts: list[Part] = []
    for item in items:
        if parts:
            parts.append(mark)
        parts.extend(item if isinstance(item, tuple) else (item,))
    return tuple(parts)
