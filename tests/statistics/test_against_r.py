"""The command ``estimate`` gives what R survey gives, on random tables of every kind of design."""

import pytest

from tests.statistics import against_r


@pytest.mark.skipif(not against_r.installed(), reason="Rscript with the package survey is missing")
@pytest.mark.parametrize("n_questions", [6, pytest.param(None, marks=pytest.mark.slow)])
def test_random_tables_give_what_r_gives(n_questions):
    n_equal = 0
    for kind, question, ours, theirs, gap in against_r.compare(16, n_questions):
        told = f"{kind} {question.arguments}: {ours} but R {theirs}"
        if gap is None:
            assert theirs is None, told
            assert isinstance(ours, str), told
        else:
            assert gap <= 1e-7, told
            n_equal += 1
    assert n_equal >= (70 if n_questions else 400)
