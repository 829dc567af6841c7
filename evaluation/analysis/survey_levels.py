"""Scales with few answers: neighbouring levels merged until none is too small to be shown.

A withheld cell is of no use to a reader; merged neighbours are, and give nobody away. Leaves out
unordered options, whose small cells are withheld (`evaluation.analysis.survey_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from evaluation.analysis.surveys import Frequency, SurveyData, frequencies
from surveys.codebook import Variable

Groups = tuple[tuple[int, ...], ...]


def merged_levels(counts: Sequence[int], minimum: int) -> Groups:
    """Join neighbouring levels of a scale so that each group is empty or large enough.

    Parameters
    ----------
    counts : sequence of int
        Respondents at each level, in the order of the scale.
    minimum : int
        Smallest number of respondents that may be shown.

    Returns
    -------
    tuple of tuple of int
        Positions of the levels, group by group, in order. As many groups as possible; among
        partitions of equal size one in which the middle level stands alone, then the one with
        the smallest largest group. Empty when there are fewer than ``minimum`` respondents in all.

    Notes
    -----
    All partitions of neighbours are tried: 2^(k−1) for k levels, 16 for five.

    Examples
    --------
    >>> merged_levels([3, 7, 9, 8, 5], 5)
    ((0, 1), (2,), (3,), (4,))
    >>> merged_levels([0, 6, 9, 4, 1], 5)
    ((0,), (1,), (2,), (3, 4))
    >>> merged_levels([1, 1, 1, 0, 0], 5)
    ()
    """
    if not counts or 0 < sum(counts) < minimum:
        return ()
    usable = [
        groups
        for groups in map(_groups, product((False, True), repeat=len(counts) - 1))
        if all(not 0 < sum(counts[k] for k in group) < minimum for group in groups)
    ]
    middle = (len(counts) // 2,)
    return max(
        usable,
        key=lambda groups: (len(groups), middle in groups, -max(len(group) for group in groups)),
    )


def _groups(cuts: Sequence[bool]) -> Groups:
    groups = [[0]]
    for place, is_cut in enumerate(cuts, 1):
        if is_cut:
            groups.append([place])
        else:
            groups[-1].append(place)
    return tuple(tuple(group) for group in groups)


def merged_frequencies(data: SurveyData, variable: Variable, minimum: int) -> list[Frequency]:
    """Count the answers on a scale, levels merged where they would be too small to show.

    Parameters
    ----------
    data : SurveyData
        The responses.
    variable : Variable
        One scale item.
    minimum : int
        Smallest number of respondents that may be shown.

    Returns
    -------
    list of Frequency
        One row for each group; its code joins the codes of its levels with ``+``. Then the kinds
        of missing as :func:`~evaluation.analysis.surveys.frequencies` gives them. When there are
        too few answers in all, every level has the count −1.

    Examples
    --------
    >>> from surveys.codebook import variables
    >>> from surveys.export import frame
    >>> from surveys.loader import load_library
    >>> asked = load_library("QA")
    >>> rows = [{"QA12": {"value": code}} for code in "1122333334444555555"]
    >>> item = next(v for v in variables(asked) if v.name == "QA12")
    >>> found = merged_frequencies(SurveyData(asked, frame(asked, rows)), item, 5)
    >>> [(row.code, row.count) for row in found if not row.is_missing]
    [('1+2+3', 9), ('4+5', 10)]
    """
    plain = frequencies(data, variable)
    levels = [row for row in plain if not row.is_missing]
    missing = [row for row in plain if row.is_missing]
    groups = merged_levels([row.count for row in levels], minimum)
    if not groups:
        return [replace(row, count=-1, share=None, estimate=None) for row in levels] + missing
    column = data.table[variable.name]
    for group in groups:
        first, *others = [variable.numbers[levels[k].code] for k in group]
        column = column.where(~column.isin(others), first)
    joined = replace(data, table=data.table.assign(**{variable.name: column}))
    by_code = {row.code: row for row in frequencies(joined, variable)}
    return [
        replace(
            by_code[levels[group[0]].code],
            code="+".join(levels[k].code for k in group),
            label="、".join(levels[k].label for k in group),
        )
        for group in groups
    ] + missing
