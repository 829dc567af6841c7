"""Indices of a survey: values worked out by hand, properties, and coverage by simulation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.analysis.survey_levels import merged_frequencies, merged_levels
from evaluation.analysis.survey_relations import importance_gaps, mean_of, reliability
from evaluation.analysis.survey_tables import changes, withheld_cells
from evaluation.analysis.surveys import (
    SurveyData,
    choice_variables,
    frequencies,
    group_indices,
    index_scores,
)
from sampling.seed import generator
from sampling.structure import survey_design
from surveys.codebook import variables
from surveys.export import frame
from surveys.loader import load_library, loads
from surveys.schema import Questionnaire
from surveys.scoring import scale_items

TWO = loads(
    """{format: 1, code: T, title: t, scales: [{code: five, title: s, points: [
    {code: 1, label: a}, {code: 2, label: b}, {code: 3, label: c}, {code: 4, label: d},
    {code: 5, label: e}], dont_know: {code: 98, label: x, missing: dont_know}}],
    sections: [{code: s, title: s, questions: [
    {code: p, type: likert, scale: five, text: p, tags: {trend: true}},
    {code: m, type: matrix, scale: five, text: m, rows: [{code: a, label: a},
     {code: b, label: b, reverse: true}]},
    {code: n, type: number, text: n, limits: {minimum: 0}}]}]}"""
)


def data(
    rows: list[dict[str, object]], asked: Questionnaire = TWO, *, design: bool = True
) -> SurveyData:
    table = frame(asked, rows)
    return SurveyData(asked, table, survey_design(n_rows=len(rows)) if design else None)


def row(p: int, a: int, b: int, n: int = 0) -> dict[str, object]:
    return {
        "p": {"value": str(p)},
        "m": {"value": {"a": str(a), "b": str(b)}},
        "n": {"value": n},
    }


HAND = [row(5, 4, 2), row(3, 2, 4), row(4, 3, 3), row(1, 1, 5)]


def test_index_and_standard_error_by_hand() -> None:
    # p: 5,3,4,1 → 100,50,75,0, mean 56.25; m_a: 75,25,50,0, mean 37.5; m_b reversed: 4,2,3,1 →
    # the same. Group: half p, a quarter each row. Person: 87.5, 37.5, 62.5, 0, mean 46.875,
    # sample variance 1399.74, so the standard error is sqrt(1399.74 / 4).
    found = group_indices(data(HAND))
    assert [item.value for item in found.items] == [56.25, 37.5, 37.5]
    assert found.value == pytest.approx(46.875)
    persons = np.array([87.5, 37.5, 62.5, 0.0])
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(46.875)
    assert found.estimate.standard_error == pytest.approx(persons.std(ddof=1) / math.sqrt(4))
    assert found.estimate.degrees_of_freedom == 3


def test_open_link_has_the_same_value_and_no_interval() -> None:
    found = group_indices(data(HAND, design=False))
    assert found.value == pytest.approx(46.875)
    assert found.estimate is None
    assert all(item.estimate is None for item in found.items)
    assert all(f.estimate is None for f in frequencies(data(HAND, design=False), variables(TWO)[0]))


def test_dont_know_moves_no_index() -> None:
    with_unknown = [*HAND, {"p": {"value": "98", "missing": "dont_know"}}]
    found = group_indices(data(with_unknown))
    assert found.questions["p"].value == 56.25
    assert (found.questions["p"].n_valid, found.questions["p"].n_dont_know) == (4, 1)


answers = st.lists(
    st.builds(row, st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)), min_size=3, max_size=20
)


@settings(max_examples=25, deadline=None)
@given(answers)
def test_index_lies_between_0_and_100_and_ignores_the_order(rows: list[dict[str, object]]) -> None:
    found, again = group_indices(data(rows)), group_indices(data(rows[::-1]))
    assert found.value is not None
    assert 0 <= found.value <= 100
    assert again.value == pytest.approx(found.value)
    if found.estimate is not None and again.estimate is not None:
        assert again.estimate.standard_error == pytest.approx(found.estimate.standard_error)


@settings(max_examples=25, deadline=None)
@given(answers)
def test_answering_the_opposite_mirrors_the_index(rows: list[dict[str, object]]) -> None:
    table = frame(TWO, rows)
    mirrored = table.assign(**{name: 6 - table[name] for name in ("p", "m_a", "m_b")})
    first = group_indices(SurveyData(TWO, table))
    second = group_indices(SurveyData(TWO, mirrored))
    assert first.value is not None
    assert second.value == pytest.approx(100 - first.value)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=5
        )
    )
)
def test_no_row_or_column_gives_a_single_withheld_cell_away(counts: list[list[int]]) -> None:
    table = np.array(counts)
    hidden = withheld_cells(table, 5)
    assert hidden[(table > 0) & (table < 5)].all()
    for lines in (hidden, hidden.T):
        for line in lines:
            assert line.sum() != 1 or line.size == 1


def test_changes_are_corrected_together() -> None:
    chance = generator("changes of an index, test of survey tables")
    before = data([row(*chance.integers(1, 5, 3)) for _ in range(60)])
    after = data([row(*chance.integers(2, 6, 3)) for _ in range(60)])
    rows = changes(group_indices(before), group_indices(after), {"": "指数"})
    assert [item.key for item in rows] == ["", "p", "m"]
    ordered = sorted(rows, key=lambda item: item.p_value)
    assert ordered[0].p_holm == pytest.approx(min(1.0, 3 * ordered[0].p_value))
    assert all(item.p_value <= item.p_benjamini_hochberg <= item.p_holm + 1e-12 for item in rows)


def test_importance_follows_what_moves_with_the_whole() -> None:
    rows = [row(1 + k % 5, 1 + k % 5, 3 + (k * 7) % 3) for k in range(60)]
    gaps = importance_gaps(data(rows), "p")
    assert gaps[0].item.variable == "m_a"
    assert gaps[0].importance == pytest.approx(100.0)
    assert gaps[0].importance_estimate is None  # perfect agreement leaves nothing to estimate from
    least = gaps[-1]
    assert least.satisfaction_estimate is not None
    assert least.satisfaction_estimate.value == pytest.approx(least.satisfaction)


def test_importance_has_an_interval_only_where_respondents_were_drawn() -> None:
    chance = generator("importance with noise, test of survey tables")
    rows = []
    for _ in range(80):
        whole = int(chance.integers(1, 6))
        near = int(np.clip(whole + chance.integers(-1, 2), 1, 5))
        rows.append(row(whole, near, int(chance.integers(1, 6))))
    drawn = importance_gaps(data(rows), "p")
    assert [gap.item.variable for gap in drawn] == ["m_a", "m_b"]
    for gap in drawn:
        found = gap.importance_estimate
        assert found is not None
        assert 0 <= found.lower <= found.value <= found.upper <= 100
        assert found.value == pytest.approx(gap.importance)
    opened = importance_gaps(data(rows, design=False), "p")
    assert [gap.importance for gap in opened] == [gap.importance for gap in drawn]
    assert all(gap.importance_estimate is None for gap in opened)
    assert all(gap.satisfaction_estimate is None for gap in opened)


def test_reliability_needs_complete_answers_and_reversal() -> None:
    rows = [row(3, 1 + k % 5, 5 - k % 5) for k in range(30)]
    found = reliability(data(rows), "m")
    assert found.alpha is not None
    assert found.alpha.value == pytest.approx(1.0)
    assert found.n_complete == 30
    assert reliability(data(HAND), "m").alpha is None


def test_mean_of_a_number_question() -> None:
    found = mean_of(data([row(1, 1, 1, n) for n in (2, 4, 9)]), "n")
    assert found is not None
    assert found.value == pytest.approx(5.0)
    assert mean_of(data(HAND, design=False), "n") is None


def test_library_has_one_frequency_table_for_each_choice() -> None:
    asked = load_library("QA")
    empty = SurveyData(asked, frame(asked, []))
    names = [variable.name for variable in choice_variables(asked)]
    assert "QA04_1" in names
    assert "QA06_a" in names
    assert all(row.count == 0 for row in frequencies(empty, choice_variables(asked)[0]))


@pytest.mark.slow
def test_interval_covers_the_true_index() -> None:
    chance = generator("coverage of the group index, 2,000 samples of 80 persons")
    population = pd.DataFrame(
        {
            "p": chance.choice([1, 2, 3, 4, 5, -5], 20_000, p=[0.1, 0.2, 0.3, 0.2, 0.1, 0.1]),
            "m_a": chance.choice([1, 2, 3, 4, 5], 20_000),
        }
    )
    population["m_b"] = 6 - np.clip(population["m_a"] + chance.integers(-1, 2, 20_000), 1, 5)
    population["n"] = 0.0
    truth = group_indices(SurveyData(TWO, population)).value
    assert truth is not None
    covered, values = 0, []
    for _ in range(2_000):
        sample = population.iloc[chance.choice(len(population), 80, replace=False)]
        estimate = group_indices(SurveyData(TWO, sample, survey_design(n_rows=80))).estimate
        assert estimate is not None
        covered += estimate.lower <= truth <= estimate.upper
        values.append(estimate.value)
    assert 0.935 <= covered / 2_000 <= 0.965
    assert np.mean(values) == pytest.approx(truth, abs=0.25)
    assert len(scale_items(TWO)) == 3
    assert index_scores(SurveyData(TWO, population), scale_items(TWO)[0]).shape == (20_000,)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=7), st.integers(2, 6))
def test_merged_levels_are_neighbours_and_never_too_small(counts: list[int], minimum: int) -> None:
    groups = merged_levels(counts, minimum)
    if 0 < sum(counts) < minimum:
        assert groups == ()
        return
    assert [k for group in groups for k in group] == list(range(len(counts)))
    totals = [sum(counts[k] for k in group) for group in groups]
    assert all(total == 0 or total >= minimum for total in totals)
    if all(n == 0 or n >= minimum for n in counts):
        assert len(groups) == len(counts)


def test_merged_shares_are_sums_with_an_interval_of_their_own() -> None:
    levels = [1] * 2 + [2] * 4 + [3] * 10 + [4] * 8 + [5] * 6 + [98]
    found = data([row(level, 3, 3) for level in levels])
    item = next(v for v in variables(TWO) if v.name == "p")
    plain = {answer.code: answer for answer in frequencies(found, item)}
    merged = {answer.code: answer for answer in merged_frequencies(found, item, 5)}
    assert list(merged) == ["1+2", "3", "4", "5", "98"]
    joined = merged["1+2"]
    assert joined.count == plain["1"].count + plain["2"].count
    assert joined.share == pytest.approx((plain["1"].share or 0) + (plain["2"].share or 0))
    assert merged["3"] == plain["3"]
    assert joined.estimate is not None
    assert joined.estimate.lower < joined.estimate.value < joined.estimate.upper
