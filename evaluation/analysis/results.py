"""The frozen results of a round: every number that may be published, with its uncertainty.

A report is made from a :class:`ResultSet` and from nothing else, so each printed figure leads
back to one :class:`ResultValue`. Leaves out how a value was computed; ``method`` and ``source``
say it in words and ids.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self


class ResultKind(StrEnum):
    """What sort of number it is, and so how it may be printed."""

    ESTIMATE = "estimate"  # from a probability sample: has an interval
    COUNT = "count"  # exact count of what was recorded
    REPORTED = "reported"  # the court's own figure: exact, not verified
    SHARE = "share"  # share of recorded answers without a probability design: no interval
    SCORE = "score"  # points of the scoring rule
    TEXT = "text"  # a category: grade, verdict, state


class ResultUnit(StrEnum):
    """Unit of the value; rates stay in [0, 1] until they are printed."""

    RATE = "rate"
    PER_10K = "per_10k"
    DAYS = "days"
    POINTS = "points"
    FILES = "files"
    PERSONS = "persons"
    ITEMS = "items"
    FEN = "fen"
    INDEX = "index"
    COEFFICIENT = "coefficient"
    MINUTES = "minutes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ResultValue:
    """One publishable number or category.

    Attributes
    ----------
    id
        Dotted, stable over rounds: ``indicator.I1.city``, ``review.item.P1-02.court.0102``.
    value
        The number in its unit; ``None`` when it could not be computed (``note`` says why).
    lower, upper, standard_error, confidence, degrees_of_freedom
        Sampling uncertainty; all ``None`` for exact counts, reported figures and texts.
    numerator, denominator
        What a rate is made of, so that both can stand beside it.
    status
        ``final``, ``trial`` (printed with 试算), ``suppressed`` or ``undecidable``.
    label
        Chinese name for tables.
    """

    id: str
    kind: ResultKind
    value: float | None = None
    unit: ResultUnit = ResultUnit.NONE
    label: str = ""
    text: str = ""
    lower: float | None = None
    upper: float | None = None
    standard_error: float | None = None
    confidence: float | None = None
    degrees_of_freedom: float | None = None
    n_sampled: int | None = None
    n_population: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    method: str = ""
    source: str = ""
    status: str = "final"
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be printed honestly.

        Raises
        ------
        ValueError
            If a number is not finite, the interval does not hold the value, or an estimate
            carries no interval and no note. Say in ``note`` why there is none.
        """
        numbers = (self.value, self.lower, self.upper, self.standard_error)
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise ValueError(f"{self.id}: every number must be finite")
        if self.kind is ResultKind.ESTIMATE and self.value is not None:
            self._check_interval()

    def _check_interval(self) -> None:
        if self.lower is None or self.upper is None:
            if not self.note:
                raise ValueError(f"{self.id}: an estimate needs an interval or a note")
            return
        value = self.value if self.value is not None else math.nan
        slack = 1e-9 * max(1.0, abs(value))
        if not self.lower - slack <= value <= self.upper + slack:
            raise ValueError(f"{self.id}: {value} lies outside [{self.lower}, {self.upper}]")


class ResultSet:
    """All results of one round, ordered by id; equal content has equal hash.

    Examples
    --------
    >>> one = ResultValue("files.reviewed", ResultKind.COUNT, 600, ResultUnit.FILES)
    >>> results = ResultSet([one], meta={"round": "initial"})
    >>> results["files.reviewed"].value
    600
    >>> ResultSet.from_json(results.to_json()).sha256 == results.sha256
    True
    """

    def __init__(
        self, values: Iterable[ResultValue], *, meta: Mapping[str, Any] | None = None
    ) -> None:
        self._values: dict[str, ResultValue] = {}
        for value in values:
            if value.id in self._values:
                raise ValueError(f"two results share the id {value.id}")
            self._values[value.id] = value
        self.meta: dict[str, Any] = dict(meta or {})

    def __getitem__(self, result_id: str) -> ResultValue:
        """Return the result of this id; ``KeyError`` names the id."""
        return self._values[result_id]

    def get(self, result_id: str) -> ResultValue | None:
        """Return the result of this id, or ``None`` when the round has none."""
        return self._values.get(result_id)

    def __contains__(self, result_id: object) -> bool:
        """Tell whether the round has this result."""
        return result_id in self._values

    def __len__(self) -> int:
        """Count the results."""
        return len(self._values)

    def __iter__(self) -> Iterator[ResultValue]:
        """Go through the results in the order of their ids."""
        return iter(self._values[key] for key in sorted(self._values))

    def under(self, prefix: str) -> list[ResultValue]:
        """Return the results whose id begins with ``prefix + "."``, ordered by id."""
        start = f"{prefix}."
        return [value for value in self if value.id.startswith(start)]

    def to_json(self) -> str:
        """Write canonical JSON: sorted keys, no spaces, empty fields left out."""
        body = {"format": 1, "meta": self.meta, "results": [_compact(value) for value in self]}
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote."""
        body = json.loads(text)
        known = {item.name for item in fields(ResultValue)}
        values = [
            ResultValue(
                **{
                    **{key: row[key] for key in row if key in known},
                    "kind": ResultKind(row["kind"]),
                    "unit": ResultUnit(row.get("unit", ResultUnit.NONE)),
                }
            )
            for row in body["results"]
        ]
        return cls(values, meta=body["meta"])

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON, lowercase hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


_NAMES = tuple(item.name for item in fields(ResultValue))
_LEFT_OUT: dict[str, Any] = {"unit": ResultUnit.NONE, "status": "final"}


def _compact(value: ResultValue) -> dict[str, Any]:
    # dataclasses.asdict copies deeply and takes thirty times as long; nothing here is nested
    row = ((name, getattr(value, name)) for name in _NAMES)
    return {
        name: item
        for name, item in row
        if item is not None and item != "" and item != {} and item != _LEFT_OUT.get(name)
    }
