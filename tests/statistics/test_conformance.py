"""Our numbers equal the reference values, and the published table of them is current."""

import pytest

from tests.statistics import conformance


@pytest.fixture(scope="module")
def gathered():
    return [row for _name, _source, rows in conformance.all_rows() for row in rows]


def test_every_comparison_agrees_or_says_why(gathered):
    silent = [row for row in gathered if row.compared and not row.agrees and not row.note]
    assert silent == []
    untold = [row for row in gathered if not row.compared and not row.note]
    assert untold == []


def test_nearly_all_comparisons_agree(gathered):
    compared = [row for row in gathered if row.compared]
    assert sum(row.agrees for row in compared) >= 0.98 * len(compared)
    assert len(compared) > 650


def test_the_published_table_is_current():
    assert conformance.PAGE.read_text(encoding="utf-8") == conformance.page(), (
        "run: python -m tests.statistics.conformance"
    )
