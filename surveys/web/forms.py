"""A question as the page shows it, and a sent page as answers with the problems beside fields.

Leaves out the words of built-in messages (`surveys.parsing`) and HTML (the templates).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from surveys.answers import NO_ANSWER, AnswerSet
from surveys.language import _, current_language
from surveys.parsing import MAX_LENGTH, InputProblem, parse, raw_of
from surveys.piping import day_in_words, piped
from surveys.routing import Page, option_order
from surveys.rules import failed_validations
from surveys.schema import Limits, Option, Question, Questionnaire, QuestionType, TextLength

Raw = Mapping[str, Sequence[str]]
_WITH_TOKENS = "_questions_with_tokens"
#: What a browser takes at least: far more than any limit, so that what is too long is not cut
#: without a word but comes back with the sentence of `surveys.parsing`.
_ROOM = {TextLength.SHORT: 2_000, TextLength.LONG: 10_000}


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option on a page."""

    code: str
    id: str
    label: str
    is_chosen: bool
    is_exclusive: bool = False
    is_apart: bool = False
    text_field: str = ""
    text: str = ""
    text_problem: str = ""
    rank: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a matrix: a small question of its own."""

    field: str
    id: str
    label: str
    options: tuple[OptionView, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question on a page, with what was answered and what is wrong with it."""

    code: str
    id: str
    type: str
    number: int
    text: str
    hint: str
    is_required: bool
    options: tuple[OptionView, ...] = ()
    rows: tuple[RowView, ...] = ()
    value: str = ""
    parts: tuple[str, str, str] = ("", "", "")
    unit: str = ""
    is_long: bool = False
    is_whole: bool = False
    room: int = 0
    ranks: tuple[int, ...] = ()
    problem: str = ""
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Respondent:
    """What one respondent's pages are made from."""

    questionnaire: Questionnaire
    answers: AnswerSet
    language: str
    order_key: str
    today: date


def field_id(name: str) -> str:
    """Return the HTML id of a field name; links in the error summary lead there."""
    return "f-" + name.replace(".", "-")


def problem_id(questionnaire: Questionnaire, problem: InputProblem) -> str:
    """Return the HTML id that a problem's link leads to."""
    question = questionnaire.find_question(problem.field)
    if question is None:
        return field_id(problem.field)
    if question.type is QuestionType.RANKING and question.options:
        return field_id(f"{question.code}.rank.{question.options[0].code}")
    if question.type is QuestionType.MATRIX and question.rows:
        return field_id(f"{question.code}.{question.rows[0].code}")
    return field_id(question.code)


def read_page(
    person: Respondent, page: Page, raw: Raw
) -> tuple[AnswerSet, tuple[InputProblem, ...]]:
    """Read the questions of one page; the answers hold what could be understood."""
    given = dict(person.answers.answers)
    problems: list[InputProblem] = []
    asked = [person.questionnaire.question(code) for code in page.questions]
    for question in asked:
        if question.type is QuestionType.NOTE:
            continue
        parsed = parse(
            person.questionnaire, question, raw, language=person.language, today=person.today
        )
        problems.extend(parsed.problems)
        if parsed.answer is NO_ANSWER:
            given.pop(question.code, None)
        else:
            given[question.code] = parsed.answer
    answers = AnswerSet(given)
    faulty = {problem.field.partition(".")[0] for problem in problems}
    for question in asked:
        if not question.validations or question.code in faulty:
            continue
        code = question.code
        for failed in failed_validations(question, answers, today=person.today):
            message = failed.validation.message.get(person.language)
            problems.append(InputProblem(code, "validation", message))
    return answers, tuple(problems)


def has_tokens(questionnaire: Questionnaire, question: Question) -> bool:
    """Tell whether a text of the question may contain an earlier answer."""
    known: dict[str, bool] = questionnaire.__dict__.setdefault(_WITH_TOKENS, {})
    found = known.get(question.code)
    if found is None:
        found = known[question.code] = _has_tokens(questionnaire, question)
    return found


def _has_tokens(questionnaire: Questionnaire, question: Question) -> bool:
    texts = [question.text, *(row.label for row in question.rows)]
    texts += [option.label for option in questionnaire.options_of(question)]
    texts += [question.hint] if question.hint else []
    return any("{" in words for text in texts for _code, words in text.translations)


def without_faults(answers: AnswerSet, problems: Sequence[InputProblem]) -> AnswerSet:
    """Drop the answers that have a fault, so that only checked answers are kept."""
    faulty = {problem.field.partition(".")[0] for problem in problems}
    return AnswerSet({c: item for c, item in answers.answers.items() if c not in faulty})


def page_views(
    person: Respondent,
    page: Page,
    first_number: int,
    raw: Raw | None = None,
    problems: Sequence[InputProblem] = (),
) -> tuple[QuestionView, ...]:
    """Prepare the questions of one page; ``raw`` is what was just typed, if it had faults."""
    by_field: dict[str, str] = {}
    for problem in problems:
        by_field.setdefault(problem.field, problem.message)
    views, number = [], first_number
    for code in page.questions:
        question = person.questionnaire.question(code)
        given = raw if raw is not None else raw_of(question, person.answers.get(code))
        views.append(_Viewer(person, question, given, by_field).view(number))
        number += question.type is not QuestionType.NOTE
    return tuple(views)


def instruction(question: Question) -> str:
    """Say what an answer must keep to; the same for every respondent, on screens and on paper."""
    say = _INSTRUCTIONS.get(question.type)
    return say(question.limits) if say else ""


def _choices_told(limits: Limits) -> str:
    if limits.max_choices and limits.min_choices:
        return _("可选{low}至{high}项。").format(low=limits.min_choices, high=limits.max_choices)
    if limits.max_choices:
        return _("可多选，最多{high}项。").format(high=limits.max_choices)
    return _("可多选。")


def _ranking_told(limits: Limits) -> str:
    if limits.max_choices:
        return _("请选出最重要的{high}项，1 表示最重要。").format(high=limits.max_choices)
    return _("请排出先后，1 表示最重要。")


def _number_told(limits: Limits) -> str:
    if limits.minimum is not None and limits.maximum is not None:
        return _("请填写{low}至{high}之间的数字。").format(
            low=_plain(limits.minimum), high=_plain(limits.maximum)
        )
    if limits.minimum is not None:
        return _("请填写不小于{low}的数字。").format(low=_plain(limits.minimum))
    if limits.maximum is not None:
        return _("请填写不大于{high}的数字。").format(high=_plain(limits.maximum))
    return ""


def _date_told(limits: Limits) -> str:
    low, high = _bound_told(limits.earliest), _bound_told(limits.latest)
    if low and high:
        return _("请填写不早于{low}、不晚于{high}的日期。").format(low=low, high=high)
    if low:
        return _("请填写不早于{low}的日期。").format(low=low)
    return _("请填写不晚于{high}的日期。").format(high=high) if high else ""


def _bound_told(bound: str | None) -> str:
    if bound is None:
        return ""
    if bound == "today":  # a word and no day: blank pages are kept in memory
        return _("今天")
    return day_in_words(date.fromisoformat(bound), current_language())


def _text_told(limits: Limits) -> str:
    return _("最多{high}字。").format(high=limits.max_length) if limits.max_length else ""


_INSTRUCTIONS: Mapping[QuestionType, Callable[[Limits], str]] = {
    QuestionType.MULTIPLE: _choices_told,
    QuestionType.RANKING: _ranking_told,
    QuestionType.NUMBER: _number_told,
    QuestionType.DATE: _date_told,
    QuestionType.TEXT: _text_told,
}


def is_same_instruction(hint: str, said: str) -> bool:
    """Tell whether the author's hint is what we say anyway."""
    return hint.rstrip("。") == said.rstrip("。")


def _plain(number: float) -> str:
    return f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"


def _room(question: Question) -> int:
    limit = question.limits.max_length or MAX_LENGTH[question.length]
    return max(2 * limit, _ROOM[question.length])


class _Viewer:
    def __init__(
        self, person: Respondent, question: Question, raw: Raw, problems: Mapping[str, str]
    ) -> None:
        self.person = person
        self.question = question
        self.raw = raw
        self.problems = problems
        self.language = person.language

    def first(self, field: str) -> str:
        values = self.raw.get(field)
        return values[0] if values else ""

    def text(self, text: str) -> str:
        if "{" not in text:
            return text
        return piped(self.person.questionnaire, text, self.person.answers, self.language)

    def view(self, number: int) -> QuestionView:
        question, code = self.question, self.question.code
        is_ranking = question.type is QuestionType.RANKING
        rows = tuple(self._row(row.code, row.label.get(self.language)) for row in question.rows)
        options = () if rows else self._options(code)
        own_problem = self.problems.get(code, "")
        if is_ranking and not own_problem:
            own_problem = next(
                (m for f, m in self.problems.items() if f.startswith(f"{code}.rank.")), ""
            )
        hint = self.text(question.hint.get(self.language)) if question.hint else ""
        constraint = instruction(question)
        if is_same_instruction(hint, constraint):
            hint = ""
        return QuestionView(
            code=code,
            id=field_id(code),
            type=question.type.value,
            number=0 if question.type is QuestionType.NOTE else number,
            text=self.text(question.text.get(self.language)),
            hint=hint,
            is_required=question.required,
            options=options,
            rows=rows,
            value=self.first(code),
            parts=self._date_parts() if question.type is QuestionType.DATE else ("", "", ""),
            unit=question.unit.get(self.language) if question.unit else "",
            is_long=question.length is TextLength.LONG,
            is_whole=question.limits.decimals == 0,
            room=_room(question),
            ranks=tuple(range(1, len(options) + 1)) if is_ranking else (),
            problem=own_problem,
            constraint=constraint,
        )

    def _ordered(self) -> tuple[Option, ...]:
        options = self.person.questionnaire.options_of(self.question)
        return option_order(self.question, options, self.person.order_key)

    def _options(self, field: str) -> tuple[OptionView, ...]:
        chosen = set(self.raw.get(field) or ())
        is_scale, code = self.question.is_scale, self.question.code
        views = []
        for place, option in enumerate(self._ordered()):
            rank_field = f"{code}.rank.{option.code}"
            text_field = f"{code}.other.{option.code}" if option.with_text else ""
            is_ranking = self.question.type is QuestionType.RANKING
            name = rank_field if is_ranking else f"{field}.{option.code}"
            views.append(
                OptionView(
                    code=option.code,
                    id=field_id(name) if place or is_ranking else field_id(field),
                    label=self.text(option.label.get(self.language)),
                    is_chosen=option.code in chosen,
                    is_exclusive=option.exclusive,
                    is_apart=is_scale and option.missing is not None,
                    text_field=text_field,
                    text=self.first(text_field) if text_field else "",
                    text_problem=self.problems.get(text_field, "") if text_field else "",
                    rank=self.first(rank_field) if is_ranking else "",
                )
            )
        return tuple(views)

    def _row(self, row: str, label: str) -> RowView:
        field = f"{self.question.code}.{row}"
        return RowView(
            field=field,
            id=field_id(field),
            label=self.text(label),
            options=self._options(field),
            problem=self.problems.get(field, ""),
        )

    def _date_parts(self) -> tuple[str, str, str]:
        code = self.question.code
        year, month, day = (self.first(f"{code}.{part}") for part in ("year", "month", "day"))
        if not (year or month or day):
            whole = self.first(code).split("-")
            if len(whole) == 3:
                year, month, day = whole[0], whole[1].lstrip("0"), whole[2].lstrip("0")
        return year, month, day
