"""Cross tables of one survey with small cells withheld, and changes between rounds with tests.

Leaves out how a table is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests

from evaluation.analysis.change import change
from evaluation.analysis.surveys import Floats, Frequency, GroupIndex, SurveyData
from sampling.estimate import Estimate
from surveys.codebook import Variable

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class CrossTable:
    """Counts and row shares of two variables; withheld cells hold None in both."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[float | None, ...], ...]
    row_shares: tuple[tuple[float | None, ...], ...]
    row_totals: tuple[int | None, ...]
    n: int
    n_withheld: int


@dataclass(frozen=True)
class ItemChange:
    """Change of one index between two rounds, with p-values corrected for many tests."""

    key: str
    label: str
    before: Estimate
    after: Estimate
    difference: float
    lower: float
    upper: float
    p_value: float
    p_holm: float
    p_benjamini_hochberg: float


def withheld_cells(counts: Counts, minimum: int) -> NDArray[np.bool_]:
    """Choose the cells to withhold so that none under the minimum can be worked out.

    Cells with 1 to ``minimum − 1`` respondents are withheld; then, as long as a row or a column
    with a total has exactly one withheld cell, the smallest other cell of it that is not empty
    is withheld too.

    Parameters
    ----------
    counts : ndarray of int, shape (r, c)
        Respondents in each cell.
    minimum : int
        Smallest number that may be shown.

    Returns
    -------
    ndarray of bool, shape (r, c)
        True where a cell must not be shown.

    References
    ----------
    Hundepool, A. et al. (2012). *Statistical Disclosure Control*, Wiley, sections 4.2–4.4.

    Examples
    --------
    >>> withheld_cells(np.array([[3, 20, 30], [15, 40, 50]]), 5).tolist()
    [[True, True, False], [True, True, False]]
    """
    hidden = (counts > 0) & (counts < minimum)
    for _pass in range(counts.size):
        before = hidden.copy()
        for axis in (0, 1):
            view, lines = (counts, hidden) if axis == 0 else (counts.T, hidden.T)
            for line in range(view.shape[0]):
                if lines[line].sum() == 1:
                    _hide_one_more(view[line], lines[line])
        if (hidden == before).all():
            break
    return hidden


def _hide_one_more(counts: Counts, hidden: NDArray[np.bool_]) -> None:
    candidates = np.flatnonzero(~hidden & (counts > 0))
    if candidates.size == 0:
        candidates = np.flatnonzero(~hidden)
    if candidates.size:
        hidden[candidates[np.argmin(counts[candidates])]] = True


def withheld_answers(rows: Sequence[Frequency], minimum: int) -> frozenset[int]:
    """Choose the rows of a frequency table to withhold, so that none can be worked out.

    Parameters
    ----------
    rows : sequence of Frequency
        One frequency table, missing included.
    minimum : int
        Smallest number of respondents that may be shown.

    Returns
    -------
    frozenset of int
        Positions of rows with 1 to ``minimum − 1`` respondents; when there is only one, the
        smallest other row too, because the total would give it away.

    Examples
    --------
    >>> from evaluation.analysis.surveys import Frequency
    >>> table = [Frequency(str(n), "", n, None, None) for n in (3, 20, 9)]
    >>> sorted(withheld_answers(table, 5))
    [0, 2]
    """
    counts = [row.count for row in rows]
    small = {k for k, n in enumerate(counts) if 0 < n < minimum}
    if len(small) == 1:
        others = [k for k, n in enumerate(counts) if n >= minimum]
        if others:
            small.add(min(others, key=lambda k: counts[k]))
    return frozenset(small)


def cross_table(
    data: SurveyData, row: Variable, column: Variable, *, minimum: int = 5
) -> CrossTable:
    """Count two variables against each other over substantive answers.

    Parameters
    ----------
    data : SurveyData
        The responses.
    row, column : Variable
        Two choice variables.
    minimum : int, default 5
        Smallest number of respondents a shown cell may have.

    Returns
    -------
    CrossTable
        Unweighted counts, and weighted shares in each row, in [0, 1].

    Examples
    --------
    >>> from surveys.codebook import variables
    >>> from surveys.export import frame
    >>> from surveys.loader import load_library
    >>> asked = load_library("QA")
    >>> answers = [{"QA14": {"value": v}, "QA12": {"value": "5"}} for v in "1" * 6 + "2" * 2]
    >>> by_name = {variable.name: variable for variable in variables(asked)}
    >>> table = cross_table(
    ...     SurveyData(asked, frame(asked, answers)), by_name["QA14"], by_name["QA12"]
    ... )
    >>> table.n, table.n_withheld, table.counts[1][4]
    (8, 4, None)
    """
    first, second = (data.table[variable.name].to_numpy() for variable in (row, column))
    row_codes, column_codes = _substantive(row), _substantive(column)
    inside = np.isin(first, [n for n, _label in row_codes]) & np.isin(
        second, [n for n, _label in column_codes]
    )
    counts = np.array(
        [
            [int((inside & (first == r) & (second == c)).sum()) for c, _label in column_codes]
            for r, _other in row_codes
        ],
        dtype=np.int64,
    )
    weighted = np.array(
        [
            [
                float(data.weights[inside & (first == r) & (second == c)].sum())
                for c, _l in column_codes
            ]
            for r, _other in row_codes
        ]
    )
    hidden = withheld_cells(counts, minimum)
    totals = weighted.sum(axis=1, keepdims=True)
    shares = np.divide(weighted, totals, out=np.zeros_like(weighted), where=totals > 0)
    return CrossTable(
        rows=tuple(label for _n, label in row_codes),
        columns=tuple(label for _n, label in column_codes),
        counts=_masked(counts.tolist(), hidden),
        row_shares=_masked(shares.tolist(), hidden),
        row_totals=tuple(int(n) if n == 0 or n >= minimum else None for n in counts.sum(axis=1)),
        n=int(inside.sum()),
        n_withheld=int(hidden.sum()),
    )


def _substantive(variable: Variable) -> list[tuple[int, str]]:
    return [
        (number, variable.labels[code])
        for code, number in variable.numbers.items()
        if code not in variable.missing_options
    ]


def _masked(
    values: list[list[float]], hidden: NDArray[np.bool_]
) -> tuple[tuple[float | None, ...], ...]:
    return tuple(
        tuple(None if hidden[r, c] else value for c, value in enumerate(line))
        for r, line in enumerate(values)
    )


def changes(
    before: GroupIndex, after: GroupIndex, labels: dict[str, str], *, confidence: float = 0.95
) -> list[ItemChange]:
    r"""Compare the indices of two rounds, question by question and as a whole.

    Samples of two rounds are independent. Nothing is compared without an interval on both sides.
    p-values are corrected over all comparisons of the group together.

    Parameters
    ----------
    before, after : GroupIndex
        Indices of the earlier and the later round.
    labels : dict
        Name of each question by its code; the group itself has the key ``""``.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    list of ItemChange
        The group first, then questions that both rounds asked; points of the index.

    References
    ----------
    Holm, S. (1979). *Scandinavian Journal of Statistics* 6, 65–70. Benjamini, Y., Hochberg, Y.
    (1995). *JRSS B* 57, 289–300.
    """
    pairs: list[tuple[str, Estimate, Estimate]] = []
    if before.estimate is not None and after.estimate is not None:
        pairs.append(("", before.estimate, after.estimate))
    for code, item in after.questions.items():
        earlier = before.questions.get(code)
        if earlier is not None and earlier.estimate is not None and item.estimate is not None:
            pairs.append((code, earlier.estimate, item.estimate))
    compared = [(key, a, b, change(a, b, confidence=confidence)) for key, a, b in pairs]
    tested = [row for row in compared if row[3].p_value is not None]
    p_values = [float(row[3].p_value or 0.0) for row in tested]
    holm, hochberg = _corrected(p_values, "holm"), _corrected(p_values, "fdr_bh")
    return [
        ItemChange(
            key,
            labels.get(key, key),
            a,
            b,
            found.difference,
            found.lower,
            found.upper,
            p_values[place],
            float(holm[place]),
            float(hochberg[place]),
        )
        for place, (key, a, b, found) in enumerate(tested)
    ]


def _corrected(p_values: Sequence[float], method: str) -> Floats:
    if not p_values:
        return np.zeros(0)
    return np.asarray(multipletests(p_values, method=method)[1], dtype=float)
