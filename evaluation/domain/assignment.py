"""Who reads which file: random from the public seed, without conflicts, balanced, few visits.

The line of files is laid out court by court, in ticket order inside a court, and cut among the
reviewers in a seeded order, so that a court's files stay with few people. What a conflict forbids
is then placed elsewhere, and loads are evened out along chains of exchanges until no chain is
left. The same seed, files and panel always give the same assignment.

Leaves out: finding conflicts (`recusal`) and storing the result.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sampling.seed import generator


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reviewer who takes part, with the firm (or unit) that second readers must not share."""

    reviewer_id: int
    firm: str


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A drawn file: its court, and its ticket, which is its place in the draw."""

    case_file_id: int
    court_code: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Place:
    """One reading of one file that needs a reader."""

    case_file_id: int
    position: int  # 0 first reading, 1 second reading


@dataclass(frozen=True)
class Assignment:
    """The result: reader of each place, and the places that nobody may take."""

    readers: Mapping[Place, int]
    unfilled: tuple[Place, ...]

    def loads(self, candidates: Iterable[Candidate]) -> dict[int, int]:
        """Return the number of readings of each reviewer."""
        loads = {candidate.reviewer_id: 0 for candidate in candidates}
        for reviewer_id in self.readers.values():
            loads[reviewer_id] = loads.get(reviewer_id, 0) + 1
        return loads


def files_read_twice(
    files: Sequence[FileToRead], share: float, seed: str, purpose: str = "double"
) -> list[FileToRead]:
    """Return the files of a random sub-sample of at least ``share`` within each court.

    ``SHA-256(seed + "|" + purpose + "|" + ticket)`` ascending decides, so that anybody with the
    published draw can repeat the choice, and files already settled are as likely as others.
    """
    by_court: dict[str, list[FileToRead]] = {}
    for file in files:
        by_court.setdefault(file.court_code, []).append(file)
    chosen: list[FileToRead] = []
    for court in sorted(by_court):
        group = sorted(
            by_court[court],
            key=lambda file: hashlib.sha256(f"{seed}|{purpose}|{file.ticket}".encode()).digest(),
        )
        chosen += group[: math.ceil(share * len(group) - 1e-9)]
    return chosen


@dataclass
class _Table:
    """The state of one assignment while it is made."""

    candidates: Sequence[Candidate]
    barred: Mapping[int, frozenset[int]]
    courts: Mapping[int, str]
    readers: dict[Place, int] = field(default_factory=dict)
    fixed: set[Place] = field(default_factory=set)
    held: dict[int, dict[Place, None]] = field(default_factory=dict)
    visits: dict[int, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.firms = {one.reviewer_id: one.firm for one in self.candidates}
        for one in self.candidates:
            self.held.setdefault(one.reviewer_id, {})
            self.visits.setdefault(one.reviewer_id, {})

    def may_take(self, reviewer_id: int, place: Place) -> bool:
        """Tell whether no conflict and no other reading stands in the way."""
        if reviewer_id in self.barred.get(place.case_file_id, frozenset()):
            return False
        other = self.readers.get(Place(place.case_file_id, 1 - place.position))
        if other is None:
            return True
        return other != reviewer_id and self.firms.get(other) != self.firms[reviewer_id]

    def put(self, reviewer_id: int, place: Place) -> None:
        """Give a place to a reviewer."""
        self.readers[place] = reviewer_id
        self.held.setdefault(reviewer_id, {})[place] = None
        court = self.courts[place.case_file_id]
        visits = self.visits.setdefault(reviewer_id, {})
        visits[court] = visits.get(court, 0) + 1

    def take(self, place: Place) -> int:
        """Take a place back."""
        reviewer_id = self.readers.pop(place)
        del self.held[reviewer_id][place]
        self.visits[reviewer_id][self.courts[place.case_file_id]] -= 1
        return reviewer_id

    def load(self, reviewer_id: int) -> int:
        """Return how many readings a reviewer has."""
        return len(self.held[reviewer_id])

    def movable(self, source: int, target: int) -> Place | None:
        """Return a place that can change hands, at a court already visited if there is one."""
        visited = self.visits[target]
        fallback = None
        for place in reversed(self.held[source]):
            if place in self.fixed or not self.may_take(target, place):
                continue
            if visited.get(self.courts[place.case_file_id], 0) > 0:
                return place
            fallback = fallback or place
        return fallback

    def lighten(self, source: int, order: Mapping[int, int]) -> bool:
        """Move one reading away from a reviewer along a chain to somebody two or more lighter."""
        goal = self.load(source) - 2
        previous: dict[int, tuple[int, Place]] = {}
        queue, seen = deque([source]), {source}
        while queue:
            current = queue.popleft()
            others = sorted(self.firms, key=lambda one: (self.load(one), order[one]))
            for other in others:
                if other in seen:
                    continue
                place = self.movable(current, other)
                if place is None:
                    continue
                seen.add(other)
                previous[other] = (current, place)
                if self.load(other) <= goal:
                    return self._shift(source, other, previous)
                queue.append(other)
        return False

    def _shift(self, source: int, target: int, previous: Mapping[int, tuple[int, Place]]) -> bool:
        chain = []
        while target != source:
            giver, place = previous[target]
            chain.append((target, place))
            target = giver
        done: list[tuple[int, Place]] = []
        for receiver, place in chain:  # from the end: the lightest receives first
            giver = self.take(place)
            if self.may_take(receiver, place):
                self.put(receiver, place)
                done.append((giver, place))
                continue
            self.put(giver, place)  # a later link of the chain spoiled it: undo everything
            for former, moved in reversed(done):
                self.take(moved)
                self.put(former, moved)
            return False
        return True


def _shares(total: int, order: Sequence[int], extra_first: Sequence[int]) -> dict[int, int]:
    base, rest = divmod(total, len(order))
    shares = dict.fromkeys(order, base)
    for reviewer_id in extra_first[:rest]:
        shares[reviewer_id] += 1
    return shares


def _lay(
    table: _Table, line: Sequence[Place], order: Sequence[int], shares: dict[int, int]
) -> list[Place]:
    """Cut the line among the reviewers; return the places whose turn fell on a barred reader."""
    left, turn, waiting = dict(shares), 0, []
    for place in line:
        while turn < len(order) - 1 and left[order[turn]] == 0:
            turn += 1
        reviewer_id = order[turn]
        if table.may_take(reviewer_id, place):
            table.put(reviewer_id, place)
            left[reviewer_id] -= 1
        else:
            waiting.append(place)
    return waiting


def _fill(table: _Table, places: Iterable[Place], order: Mapping[int, int]) -> list[Place]:
    """Give each place to the lightest allowed reviewer, those already at the court first."""
    unfilled = []
    for place in places:
        court = table.courts[place.case_file_id]
        allowed = [one for one in table.firms if table.may_take(one, place)]
        if not allowed:
            unfilled.append(place)
            continue
        best = min(
            allowed,
            key=lambda one: (
                table.load(one),
                -min(1, table.visits[one].get(court, 0)),
                order[one],
            ),
        )
        table.put(best, place)
    return unfilled


def _balance(table: _Table, order: Mapping[int, int]) -> None:
    stuck: set[int] = set()
    while True:
        heavy = sorted(
            (one for one in table.firms if one not in stuck),
            key=lambda one: (-table.load(one), order[one]),
        )
        lightest = min((table.load(one) for one in table.firms), default=0)
        if not heavy or table.load(heavy[0]) <= lightest + 1:
            return
        if table.lighten(heavy[0], order):
            stuck.clear()
        else:
            stuck.add(heavy[0])


def _rescue(table: _Table, unfilled: Sequence[Place], order: Mapping[int, int]) -> list[Place]:
    """Free the first reading for somebody else where that lets a second reader in."""
    left = []
    for place in unfilled:
        other = Place(place.case_file_id, 1 - place.position)
        holder = table.readers.get(other)
        if holder is None or other in table.fixed:
            left.append(place)
            continue
        table.take(other)
        pairs = [
            (one, two)
            for one in sorted(table.firms, key=lambda each: (table.load(each), order[each]))
            for two in sorted(table.firms, key=lambda each: (table.load(each), order[each]))
            if table.firms[one] != table.firms[two]
            and table.may_take(one, other)
            and two not in table.barred.get(place.case_file_id, frozenset())
        ]
        if pairs:
            table.put(pairs[0][0], other)
            table.put(pairs[0][1], place)
        else:
            table.put(holder, other)
            left.append(place)
    return left


def assign(
    files: Sequence[FileToRead],
    read_twice: Iterable[int],
    candidates: Sequence[Candidate],
    barred: Mapping[int, frozenset[int]],
    *,
    seed: str,
    fixed: Mapping[Place, int] | None = None,
) -> Assignment:
    """Assign readers to every file, and second readers of another firm to those read twice.

    ``barred`` maps a file to the reviewers who may not see it. ``fixed`` holds readings that stay
    as they are (done, under way); only the rest is assigned. Readers of fixed places need not be
    candidates any more.
    """
    twice = set(read_twice)
    courts = {file.case_file_id: file.court_code for file in files}
    table = _Table(candidates, barred, courts)
    for place, reviewer_id in sorted(
        (fixed or {}).items(), key=lambda entry: (entry[0].case_file_id, entry[0].position)
    ):
        table.put(reviewer_id, place)
        table.fixed.add(place)
    ids = [candidate.reviewer_id for candidate in sorted(candidates, key=lambda c: c.reviewer_id)]
    if not ids:
        wanted = _wanted(files, twice, table.readers, {})
        return Assignment(dict(table.readers), tuple(wanted[0] + wanted[1]))
    random = generator(f"{seed}|assignment")
    order_list = [ids[i] for i in random.permutation(len(ids))]
    court_names = sorted(set(courts.values()))
    court_order = {court_names[i]: n for n, i in enumerate(random.permutation(len(court_names)))}
    order = {reviewer_id: n for n, reviewer_id in enumerate(order_list)}
    first, second = _wanted(files, twice, table.readers, court_order)
    if table.fixed:
        waiting = first + second
    else:
        shares = _shares(len(first), order_list, order_list)
        extra = len(first) % len(order_list)
        half = len(order_list) // 2
        turned = order_list[half:] + order_list[:half]
        late = order_list[extra:] + order_list[:extra]
        waiting = _lay(table, first, order_list, shares)
        waiting += _lay(table, second, turned, _shares(len(second), turned, late))
    unfilled = _fill(table, waiting, order)
    unfilled = _rescue(table, unfilled, order)
    _balance(table, order)
    return Assignment(dict(table.readers), tuple(unfilled))


def _wanted(
    files: Sequence[FileToRead],
    twice: set[int],
    taken: Mapping[Place, int],
    court_order: Mapping[str, int],
) -> tuple[list[Place], list[Place]]:
    line = sorted(files, key=lambda file: (court_order.get(file.court_code, 0), file.ticket))
    first = [Place(file.case_file_id, 0) for file in line]
    second = [Place(file.case_file_id, 1) for file in line if file.case_file_id in twice]
    return (
        [place for place in first if place not in taken],
        [place for place in second if place not in taken],
    )
