"""The ways through a questionnaire: what can be reached, dead ends, shortest and longest way.

Works on representatives: of all values that no rule can tell apart only one is tried. Leaves out
ranking answers and patterns of text, for which "answered" and "not answered" are tried.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from surveys.answers import NO_ANSWER, Answer, AnswerSet, missing_kind
from surveys.conditions import (
    Condition,
    Operator,
    Reference,
    Rule,
    conditions,
    referenced_questions,
)
from surveys.rules import evaluate
from surveys.schema import Question, Questionnaire, QuestionType, TextLength

MAX_STATES = 5_000
KEPT_STATES = 200  # once they cannot all be tried, examples of ways are enough
MAX_SUBSET_CODES = 6

READING_CHARACTERS_PER_SECOND = 5.0
ANSWER_SECONDS = {
    QuestionType.SINGLE: 3.0,
    QuestionType.LIKERT: 3.0,
    QuestionType.MULTIPLE: 6.0,
    QuestionType.NUMBER: 6.0,
    QuestionType.DATE: 8.0,
    QuestionType.TEXT: 10.0,
    QuestionType.NOTE: 0.0,
}
LONG_TEXT_SECONDS = 40.0
ROW_SECONDS = 3.0
RANK_SECONDS = 4.0


@dataclass(frozen=True)
class Way:
    """One way from the first question to the end."""

    questions: tuple[str, ...]
    answers: AnswerSet
    """Answers to the deciding questions that lead along this way."""
    seconds: float
    ended_by: str | None = None


@dataclass(frozen=True)
class Exploration:
    """Everything found on the ways through one questionnaire."""

    deciding: tuple[str, ...]
    reachable: frozenset[str]
    shortest: Way
    longest: Way
    endings: tuple[Way, ...]
    """For each question behind which a way can end, one example."""
    dead_ends: tuple[Way, ...]
    """Examples of ways that stop before the last section although nothing ends them."""
    is_complete: bool
    """False when there were too many ways to try them all."""


def seconds_for(questionnaire: Questionnaire, question: Question, language: str = "zh") -> float:
    """Estimate the seconds one question takes: reading, then answering."""
    texts = [question.text, *(option.label for option in questionnaire.options_of(question))]
    if question.hint:
        texts.append(question.hint)
    texts += [row.label for row in question.rows]
    reading = sum(len(text.get(language)) for text in texts) / READING_CHARACTERS_PER_SECOND
    if question.type is QuestionType.MATRIX:
        return reading + ROW_SECONDS * len(question.rows)
    if question.type is QuestionType.RANKING:
        return reading + RANK_SECONDS * len(question.options)
    if question.type is QuestionType.TEXT and question.length is TextLength.LONG:
        return reading + LONG_TEXT_SECONDS
    return reading + ANSWER_SECONDS[question.type]


def all_rules(questionnaire: Questionnaire) -> Iterator[Rule]:
    """Every rule that decides about the way."""
    for section in questionnaire.sections:
        if section.show is not None:
            yield section.show
        for question in section.questions:
            yield from (rule for rule in (question.show, question.end_when) if rule is not None)


def explore(questionnaire: Questionnaire, *, today: date | None = None) -> Exploration:
    """Try every distinguishable combination of deciding answers."""
    rules = list(all_rules(questionnaire))
    known, finished, is_complete = _tried(questionnaire, rules, today)
    endings: dict[str, Way] = {}
    for way in finished:
        endings.setdefault(way.questions[-1] if way.questions else "", way)
    return Exploration(
        deciding=tuple(question.code for question in known),
        reachable=frozenset(code for way in finished for code in way.questions),
        shortest=min(finished, key=lambda way: way.seconds),
        longest=max(finished, key=lambda way: way.seconds),
        endings=tuple(endings.values()),
        dead_ends=_dead_ends(questionnaire, endings.values()),
        is_complete=is_complete and can_be_decided(questionnaire, rules),
    )


def way_to(questionnaire: Questionnaire, code: str, *, today: date | None = None) -> Way | None:
    """Find the shortest way that comes past a question; None when none was found."""
    _known, finished, _is_complete = _tried(questionnaire, list(all_rules(questionnaire)), today)
    found = [way for way in finished if code in way.questions]
    return min(found, key=lambda way: way.seconds, default=None)


def _tried(
    questionnaire: Questionnaire, rules: list[Rule], today: date | None
) -> tuple[list[Question], list[Way], bool]:
    deciding = {code for rule in rules for code in referenced_questions(rule)}
    known = [question for question in questionnaire.questions if question.code in deciding]
    values = {
        question.code: representatives(questionnaire, question, rules, today=today)
        for question in known
    }
    states, is_complete = _walk(questionnaire, values, today)
    finished = [state for state in states if state.questions] or [Way((), AnswerSet(), 0.0)]
    return known, finished, is_complete


def can_be_decided(questionnaire: Questionnaire, rules: Iterable[Rule]) -> bool:
    """Whether representatives tell everything: not with patterns of text or ranks."""
    return not any(
        condition.operator is Operator.MATCHES
        or questionnaire.question(condition.question).type is QuestionType.RANKING
        for rule in rules
        for condition in conditions(rule)
    )


def _dead_ends(questionnaire: Questionnaire, endings: Iterable[Way]) -> tuple[Way, ...]:
    filled = [section for section in questionnaire.sections if section.questions]
    last = {question.code for question in filled[-1].questions} if filled else set()
    return tuple(
        way
        for way in endings
        if way.ended_by is None and way.questions and way.questions[-1] not in last
    )


def _walk(
    questionnaire: Questionnaire, values: dict[str, list[Answer]], today: date | None
) -> tuple[list[Way], bool]:
    needed_later = _needed_later(questionnaire)
    seconds = {
        question.code: seconds_for(questionnaire, question, questionnaire.language)
        for question in questionnaire.questions
    }
    ways = [Way((), AnswerSet(), 0.0)]
    ended: list[Way] = []
    most, needed_before = MAX_STATES, frozenset[str]()
    for section in questionnaire.sections:
        for question in section.questions:
            following: list[Way] = []
            for way in ways:
                shown = evaluate(section.show, way.answers, today=today) and evaluate(
                    question.show, way.answers, today=today
                )
                if not shown:
                    following.append(way)
                    continue
                for answer in values.get(question.code, [NO_ANSWER]):
                    step = _step(way, question, answer, seconds[question.code])
                    ends = question.end_when is not None and evaluate(
                        question.end_when, step.answers, today=today
                    )
                    (ended if ends else following).append(
                        replace(step, ended_by=question.code) if ends else step
                    )
            needed = needed_later[question.code]
            is_unchanged = len(following) == len(ways) and needed == needed_before
            ways, needed_before = following if is_unchanged else _merged(following, needed), needed
            if len(ways) > most:
                most = KEPT_STATES
                ways = ways[:most]
    return [*_merged(ways, frozenset()), *_merged(ended, frozenset())], most == MAX_STATES


def _step(way: Way, question: Question, answer: Answer, seconds: float) -> Way:
    return Way(
        (*way.questions, question.code),
        way.answers.with_answer(question.code, answer),
        way.seconds + seconds,
    )


def _needed_later(questionnaire: Questionnaire) -> dict[str, frozenset[str]]:
    """For each question the codes that rules behind it still look at."""
    needed: set[str] = set()
    result: dict[str, frozenset[str]] = {}
    for section in reversed(questionnaire.sections):
        for question in reversed(section.questions):
            result[question.code] = frozenset(needed)
            needed |= referenced_questions(question.show)
            needed |= referenced_questions(question.end_when)
            needed |= referenced_questions(section.show)
    return result


def _merged(ways: list[Way], needed: frozenset[str]) -> list[Way]:
    """Keep, of ways that no later rule can tell apart, those that matter for the report.

    Apart stay: different last questions, and the set of questions met (for reachability the
    union counts, so only ways that add a question are kept), the shortest and the longest.
    """
    groups: dict[tuple[object, ...], list[Way]] = {}
    looked_at = sorted(needed)
    for way in ways:
        # every way takes its answers from the same few objects
        seen = tuple([id(way.answers.get(code)) for code in looked_at])
        groups.setdefault((seen, way.questions[-1:], way.ended_by), []).append(way)
    kept: list[Way] = []
    for members in groups.values():
        chosen = [min(members, key=lambda way: way.seconds)]
        longest = max(members, key=lambda way: way.seconds)
        if longest is not chosen[0]:
            chosen.append(longest)
        met = {code for way in chosen for code in way.questions}
        for way in members:
            if not met.issuperset(way.questions):
                chosen.append(way)
                met.update(way.questions)
        kept += chosen
    return kept


def representatives(
    questionnaire: Questionnaire,
    question: Question,
    rules: Iterable[Rule],
    *,
    today: date | None = None,
) -> list[Answer]:
    """One answer out of each class of answers that the rules can tell apart."""
    about = [
        condition
        for rule in rules
        for condition in conditions(rule)
        if question.code in _sides(condition)
    ]
    distinct: dict[tuple[bool, ...], Answer] = {}
    compared = any(isinstance(condition.value, Reference) for condition in about)
    found: list[Answer] = []
    for answer in _possible(questionnaire, question, about):
        if compared:
            found.append(answer)
            continue
        alone = AnswerSet().with_answer(question.code, answer)
        truth = tuple(evaluate(condition, alone, today=today) for condition in about)
        distinct.setdefault(truth, answer)
    return found or list(distinct.values())


def _sides(condition: Condition) -> set[str]:
    other = {condition.value.question} if isinstance(condition.value, Reference) else set()
    return {condition.question, *other}


def _possible(
    questionnaire: Questionnaire, question: Question, about: list[Condition]
) -> Iterator[Answer]:
    options = [option.code for option in questionnaire.options_of(question)]
    if question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        yield from (Answer(code, missing_kind(questionnaire, question, code)) for code in options)
    elif question.type is QuestionType.MULTIPLE:
        yield from (Answer(codes) for codes in _subsets(question, about))
    elif question.type is QuestionType.MATRIX:
        rows = sorted({condition.row for condition in about if condition.row})
        yield from (Answer(cells) for cells in _cells(rows, options))
    elif question.type is QuestionType.NUMBER:
        yield from (Answer(number) for number in _numbers(question, about))
    elif question.type is QuestionType.DATE:
        yield from (Answer(day) for day in _days(question, about))
    elif question.type is QuestionType.TEXT:
        texts = [str(condition.value) for condition in about if isinstance(condition.value, str)]
        yield from (Answer(text) for text in ["文字", "很长的文字" * 200, *texts])
    elif question.type is QuestionType.RANKING and options:
        yield from (Answer((code, *(o for o in options if o != code))) for code in options)
    if not question.required:
        yield NO_ANSWER


def _subsets(question: Question, about: list[Condition]) -> Iterator[tuple[str, ...]]:
    mentioned = {
        str(code)
        for condition in about
        for code in (condition.value if isinstance(condition.value, tuple) else (condition.value,))
    }
    codes = [option.code for option in question.options if not option.exclusive]
    telling = [code for code in codes if code in mentioned][:MAX_SUBSET_CODES]
    silent = [code for code in codes if code not in mentioned]
    most = question.limits.max_choices or len(codes)
    least = max(question.limits.min_choices or 1, 1)
    for size in range(len(telling) + 1):
        for chosen in combinations(telling, size):
            for extra in range(len(silent) + 1):
                if least <= size + extra <= most:
                    picked = {*chosen, *silent[:extra]}
                    yield tuple(code for code in codes if code in picked)
    yield from ((option.code,) for option in question.options if option.exclusive)


def _cells(rows: list[str], options: list[str]) -> Iterator[dict[str, str]]:
    """Rows that rules look at vary one at a time beside a common answer."""
    for common in options:
        base = dict.fromkeys(rows, common)
        yield base
        for row in rows:
            for code in options:
                if code != common:
                    yield {**base, row: code}


def _constants(about: list[Condition]) -> list[float]:
    found = []
    for condition in about:
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        for value in values:
            try:
                found.append(float(value))  # type: ignore[arg-type]  # -- refused just below
            except (TypeError, ValueError):
                continue
    return found


def _numbers(question: Question, about: list[Condition]) -> Iterator[int | float]:
    limits = question.limits
    step = 10.0**-limits.decimals
    low = -math.inf if limits.minimum is None else limits.minimum
    high = math.inf if limits.maximum is None else limits.maximum
    anchors = {*_constants(about), *(edge for edge in (low, high) if math.isfinite(edge)), 0.0}
    tried = sorted({anchor + shift for anchor in anchors for shift in (-step, 0.0, step)})
    for number in tried:
        if low <= number <= high:
            yield int(number) if number == math.floor(number) else round(number, limits.decimals)


def _days(question: Question, about: list[Condition]) -> Iterator[str]:
    anchors = {date(2016, 5, 1)}
    texts = [question.limits.earliest, question.limits.latest]
    texts += [condition.value for condition in about if isinstance(condition.value, str)]
    for text in texts:
        try:
            anchors.add(date.fromisoformat(text or ""))
        except ValueError:
            continue
    for anchor in sorted(anchors):
        for shift in (-1, 0, 1):
            yield (anchor + timedelta(days=shift)).isoformat()
