"""Which questions a respondent meets, on which pages: recomputed from the answers each time.

Returns codes of questions, never links; turning a code into a link is the page's work.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from surveys import piping
from surveys.answers import Answer, AnswerSet
from surveys.conditions import referenced_questions
from surveys.rules import evaluate
from surveys.schema import (
    Missing,
    Option,
    PageMode,
    Question,
    Questionnaire,
    QuestionType,
    Section,
)

_BREAKS, _PAGES = "_page_breaks", "_pages_by_way"
_MOST_WAYS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Path:
    """The questions on the way, in order, and where the questionnaire was ended early."""

    questions: tuple[str, ...]
    ended_by: str | None = None
    """Code of the screening question that ended it, if one did."""


@dataclass(frozen=True, slots=True)
class Page:
    """Questions shown together. ``key`` is the code of the first one that can appear on it."""

    key: str
    section: str
    questions: tuple[str, ...]
    opens_section: bool = False
    """Whether the section's title and introduction belong on this page."""


def find_path(
    questionnaire: Questionnaire, answers: AnswerSet, *, today: date | None = None
) -> Path:
    """Find the questions a respondent with these answers is asked.

    Rules see only answers to questions that are themselves on the path, so an answer left over
    from a way no longer taken cannot open anything.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.
    answers : AnswerSet
        Answers so far; may hold answers off the path.
    today : datetime.date, optional
        Day that stands for the operand *today* in rules.

    Returns
    -------
    Path
        Question codes in order (notes included), and the question that ended the way, if any.

    Examples
    --------
    >>> from surveys.loader import loads
    >>> asked = loads('''
    ... {format: 1, code: Q, title: t, sections: [{code: s, title: s, questions: [
    ...   {code: a, type: number, text: 多少件？, end_when: {question: a, equals: 0}},
    ...   {code: b, type: text, text: 为什么？, show: {question: a, greater: 5}},
    ...   {code: c, type: text, text: 还有吗？}]}]}''')
    >>> find_path(asked, AnswerSet({"a": Answer(3)})).questions
    ('a', 'c')
    >>> find_path(asked, AnswerSet({"a": Answer(0)}))
    Path(questions=('a',), ended_by='a')
    """
    on_path: list[str] = []
    earlier: dict[str, Answer] = {}
    seen = AnswerSet(earlier)
    for section in questionnaire.sections:
        if section.show is not None and not evaluate(section.show, seen, today=today):
            continue
        for question in section.questions:
            if question.show is not None and not evaluate(question.show, seen, today=today):
                continue
            on_path.append(question.code)
            if question.code in answers.answers:
                earlier[question.code] = answers.answers[question.code]
            if question.end_when is not None and evaluate(question.end_when, seen, today=today):
                return Path(tuple(on_path), ended_by=question.code)
    return Path(tuple(on_path))


def path(
    questionnaire: Questionnaire, answers: AnswerSet, *, today: date | None = None
) -> tuple[str, ...]:
    """Question codes on the way of these answers; see :func:`find_path`.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.
    answers : AnswerSet
        Answers so far.
    today : datetime.date, optional
        Day that stands for the operand *today* in rules.

    Returns
    -------
    tuple of str
        Codes in order.
    """
    return find_path(questionnaire, answers, today=today).questions


def page_breaks(questionnaire: Questionnaire) -> tuple[tuple[str, ...], ...]:
    """Divide all questions into the pages they can appear on, whatever the answers.

    With one section a page, a section is broken before a question that depends on an answer
    given on the same page (its rule or a token in its text), and after a question that may end
    the questionnaire: so every page can be shown complete without a script. A note stays with
    the question that follows it.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.

    Returns
    -------
    tuple of tuple of str
        Question codes page by page.

    Examples
    --------
    >>> from surveys.loader import loads
    >>> page_breaks(loads('''
    ... {format: 1, code: Q, title: t, sections: [{code: s, title: s, questions: [
    ...   {code: a, type: number, text: 多少件？},
    ...   {code: b, type: text, text: 为什么？},
    ...   {code: c, type: text, text: "{a}件都办结了吗？"}]}]}'''))
    (('a', 'b'), ('c',))
    """
    known: tuple[tuple[str, ...], ...] | None = questionnaire.__dict__.get(_BREAKS)
    if known is None:
        known = tuple(
            tuple(question.code for question in page)
            for section in questionnaire.sections
            for page in _pages_of_section(questionnaire, section)
        )
        # Every request asks; kept beside the questionnaire's own cached properties.
        questionnaire.__dict__[_BREAKS] = known
    return known


def _pages_of_section(questionnaire: Questionnaire, section: Section) -> list[list[Question]]:
    result: list[list[Question]] = [[]]
    for question in section.questions:
        current = result[-1]
        here = {earlier.code for earlier in current}
        only_notes = all(earlier.type is QuestionType.NOTE for earlier in current)
        one_each = questionnaire.page_mode is PageMode.QUESTION and not only_notes
        ends = any(earlier.end_when is not None for earlier in current)
        if current and (one_each or ends or here & _depends_on(question)):
            result.append([])
        result[-1].append(question)
    return [page for page in result if page]


def _depends_on(question: Question) -> set[str]:
    texts = [question.text, *(row.label for row in question.rows)]
    texts += [option.label for option in question.options]
    if question.hint:
        texts.append(question.hint)
    piped = {
        code
        for text in texts
        for _language, wording in text.translations
        for code, _row in piping.tokens(wording)
    }
    return piped | set(referenced_questions(question.show))


def find_pages(
    questionnaire: Questionnaire, answers: AnswerSet, *, today: date | None = None
) -> tuple[Page, ...]:
    """Pages a respondent with these answers meets, each with the questions shown on it.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.
    answers : AnswerSet
        Answers so far.
    today : datetime.date, optional
        Day that stands for the operand *today* in rules.

    Returns
    -------
    tuple of Page
        Pages in order; a page on which nothing would be shown is left out.
    """
    return pages_of(questionnaire, find_path(questionnaire, answers, today=today))


def pages_of(questionnaire: Questionnaire, way: Path) -> tuple[Page, ...]:
    """Pages of a way that is known already.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.
    way : Path
        The questions asked, from :func:`find_path`.

    Returns
    -------
    tuple of Page
        Pages in order; a page on which nothing would be shown is left out.
    """
    known: dict[tuple[str, ...], tuple[Page, ...]]
    known = questionnaire.__dict__.setdefault(_PAGES, {})
    found = known.get(way.questions)
    if found is not None:
        return found
    on_path = set(way.questions)
    pages = []
    opened: set[str] = set()
    for codes in page_breaks(questionnaire):
        shown = tuple(code for code in codes if code in on_path)
        if not shown:
            continue
        section = questionnaire.section_of(codes[0]).code
        pages.append(Page(codes[0], section, shown, opens_section=section not in opened))
        opened.add(section)
    if len(known) >= _MOST_WAYS_KEPT:
        known.clear()
    known[way.questions] = tuple(pages)
    return known[way.questions]


def classified(
    questionnaire: Questionnaire,
    answers: AnswerSet,
    *,
    reached: str | None = None,
    today: date | None = None,
    way: tuple[str, ...] | None = None,
) -> AnswerSet:
    """Give every question an answer or the reason why there is none.

    Off the path: ``not_applicable``. On the path but behind the last page reached:
    ``not_reached``. Reached and left empty: ``not_answered``. Answers off the path are dropped.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.
    answers : AnswerSet
        Answers given.
    reached : str, optional
        Last question the respondent saw; None when the questionnaire was completed.
    today : datetime.date, optional
        Day that stands for the operand *today* in rules.
    way : tuple of str, optional
        Codes of the questions on the way, if they are known already.

    Returns
    -------
    AnswerSet
        One entry for each question that takes an answer.

    Examples
    --------
    >>> from surveys.loader import loads
    >>> asked = loads('''
    ... {format: 1, code: Q, title: t, sections: [{code: s, title: s, questions: [
    ...   {code: a, type: number, text: 多少件？},
    ...   {code: b, type: text, text: 为什么？, show: {question: a, greater: 5}},
    ...   {code: c, type: text, text: 还有吗？}]}]}''')
    >>> full = classified(asked, AnswerSet({"a": Answer(3)}), reached="a")
    >>> full.get("b").missing.value, full.get("c").missing.value
    ('not_applicable', 'not_reached')
    """
    way = path(questionnaire, answers, today=today) if way is None else way
    on_way = set(way)
    seen = set(way[: way.index(reached) + 1] if reached in way else way)
    full = {}
    for question in questionnaire.questions:
        if question.type is QuestionType.NOTE:
            continue
        answer = answers.get(question.code)
        if question.code not in on_way:
            answer = Answer(missing=Missing.NOT_APPLICABLE)
        elif not answer.is_given and answer.missing is None:
            kind = Missing.NOT_ANSWERED if question.code in seen else Missing.NOT_REACHED
            answer = Answer(missing=kind)
        full[question.code] = answer
    return AnswerSet(full)


def option_order(question: Question, options: Sequence[Option], key: str) -> tuple[Option, ...]:
    """Order in which one respondent sees the options.

    Parameters
    ----------
    question : Question
        The question; only one with ``random_order`` is shuffled.
    options : sequence of Option
        Its options in the order written.
    key : str
        Something that stays the same for one respondent, so that going back shows the same
        order.

    Returns
    -------
    tuple of Option
        Options fixed at their place, exclusive ones and "don't know" included, stay where they
        were written.

    Notes
    -----
    Sorted by SHA-256 of key, question code and option code: uniform over all orders for an
    unpredictable key, and the same on every machine.

    Examples
    --------
    >>> from surveys.schema import Text
    >>> abc = [Option(code, Text.of(code)) for code in "abc"]
    >>> asked = Question("q", QuestionType.SINGLE, Text.of("？"), random_order=True)
    >>> [option.code for option in option_order(asked, abc, "respondent 1")]
    ['b', 'c', 'a']
    """
    if not question.random_order:
        return tuple(options)

    def stays(option: Option) -> bool:
        return option.fixed or option.exclusive or option.missing is not None

    moving = sorted(
        (option for option in options if not stays(option)),
        key=lambda option: hashlib.sha256(f"{key}|{question.code}|{option.code}".encode()).digest(),
    )
    waiting = iter(moving)
    return tuple(option if stays(option) else next(waiting) for option in options)
