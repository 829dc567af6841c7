"""Random panels: never a conflicted pair, second readers of another firm, even loads."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pytest

from evaluation.domain.assignment import (
    Assignment,
    Candidate,
    FileToRead,
    Place,
    assign,
    files_read_twice,
)
from sampling.seed import generator

SEED = "41596728109384756012"


def _files(count: int, courts: int) -> list[FileToRead]:
    return [
        FileToRead(n, f"01{n % courts:02d}", hashlib.sha256(f"{SEED}|{n}".encode()).hexdigest())
        for n in range(count)
    ]


def _panel(random: np.random.Generator) -> tuple[list[FileToRead], set[int], list[Candidate], dict]:
    n_files, n_reviewers = int(random.integers(1, 30)), int(random.integers(2, 9))
    files = _files(n_files, int(random.integers(1, 5)))
    firms = int(random.integers(1, n_reviewers + 1))
    candidates = [Candidate(100 + n, f"firm {random.integers(firms)}") for n in range(n_reviewers)]
    density = random.random() * 0.6
    barred = {
        file.case_file_id: frozenset(c.reviewer_id for c in candidates if random.random() < density)
        for file in files
    }
    twice = {f.case_file_id for f in files_read_twice(files, float(random.random()), SEED)}
    return files, twice, candidates, barred


def _feasible_better(result: Assignment, candidates: list[Candidate], barred: dict) -> bool:
    """Tell whether one single move would still even out the loads."""
    loads, firms = result.loads(candidates), {c.reviewer_id: c.firm for c in candidates}
    for place, reader in result.readers.items():
        other = result.readers.get(Place(place.case_file_id, 1 - place.position))
        for target in firms:
            free = target not in barred[place.case_file_id]
            pair = other is None or firms[other] != firms[target]
            if free and pair and loads[reader] - loads[target] > 1:
                return True
    return False


def _check(random: np.random.Generator) -> None:
    files, twice, candidates, barred = _panel(random)
    result = assign(files, twice, candidates, barred, seed=SEED)
    firms = {c.reviewer_id: c.firm for c in candidates}
    places = {Place(f.case_file_id, 0) for f in files} | {Place(n, 1) for n in twice}
    assert set(result.readers) | set(result.unfilled) == places
    for place, reader in result.readers.items():
        assert reader not in barred[place.case_file_id]
        if place.position == 1:
            first = result.readers.get(Place(place.case_file_id, 0))
            assert first is None or firms[first] != firms[reader]
    for place in result.unfilled:
        allowed = [n for n in firms if n not in barred[place.case_file_id]]
        pairs = [1 for a, b in combinations(allowed, 2) if firms[a] != firms[b]]
        assert not allowed or (place.case_file_id in twice and not pairs)
    assert not _feasible_better(result, candidates, barred)


def test_random_panels_never_pair_a_conflict_and_stay_even() -> None:
    random = generator(f"{SEED}|panels")
    for _panel_number in range(400):
        _check(random)


@pytest.mark.slow
def test_ten_thousand_random_panels() -> None:
    random = generator(f"{SEED}|ten thousand panels")
    for _panel_number in range(10_000):
        _check(random)


def test_without_conflicts_loads_differ_by_at_most_one_and_visits_are_few() -> None:
    files = _files(600, 6)
    candidates = [Candidate(n, f"firm {n % 7}") for n in range(12)]
    twice = {file.case_file_id for file in files_read_twice(files, 0.2, SEED)}
    assert len(twice) == 120
    result = assign(files, twice, candidates, {}, seed=SEED)
    loads = result.loads(candidates)
    assert (min(loads.values()), max(loads.values()), result.unfilled) == (60, 60, ())
    courts = {file.case_file_id: file.court_code for file in files}
    visits = {(reader, courts[place.case_file_id]) for place, reader in result.readers.items()}
    assert len(visits) <= 36  # of 72 possible


def test_the_same_seed_gives_the_same_assignment_whatever_the_order_of_the_input() -> None:
    files = _files(40, 3)
    candidates = [Candidate(n, f"firm {n % 4}") for n in range(6)]
    one = assign(files, {1, 2, 3}, candidates, {}, seed=SEED)
    two = assign(files[::-1], {3, 2, 1}, candidates[::-1], {}, seed=SEED)
    other = assign(files, {1, 2, 3}, candidates, {}, seed=SEED + "x")
    assert one.readers == two.readers
    assert one.readers != other.readers


def test_reassignment_leaves_readings_under_way_alone() -> None:
    files = _files(40, 3)
    candidates = [Candidate(n, f"firm {n % 4}") for n in range(6)]
    before = assign(files, set(range(10)), candidates, {}, seed=SEED)
    gone = 3
    kept = {place: reader for place, reader in before.readers.items() if reader != gone}
    left = [candidate for candidate in candidates if candidate.reviewer_id != gone]
    after = assign(files, set(range(10)), left, {}, seed=SEED + "|2", fixed=kept)
    assert after.unfilled == ()
    assert {place: after.readers[place] for place in kept} == kept
    assert gone not in after.readers.values()
