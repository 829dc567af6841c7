"""Edits of a questionnaire, each returning a new one: sections, questions, translations.

Only moves things; whether the result makes sense is judged in `surveys.checks`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from surveys.schema import Question, Questionnaire, QuestionType, Scale, Section, Text

T = TypeVar("T")


def free_code(taken: set[str], wanted: str) -> str:
    """Find a code nobody has: the wanted one, else with a number behind it."""
    lowered = {code.lower() for code in taken}
    if wanted.lower() not in lowered:
        return wanted
    number = 2
    while f"{wanted[:28]}_{number}".lower() in lowered:
        number += 1
    return f"{wanted[:28]}_{number}"


def next_question_code(questionnaire: Questionnaire) -> str:
    """Code for a new question: the questionnaire's code and the next number."""
    taken = {question.code for question in questionnaire.questions}
    number = len(taken) + 1
    while f"{questionnaire.code}{number:02d}" in taken:
        number += 1
    return f"{questionnaire.code}{number:02d}"


def _swapped(items: tuple[T, ...], position: int, step: int) -> tuple[T, ...]:
    target = position + step
    if not 0 <= target < len(items):
        return items
    moved = list(items)
    moved[position], moved[target] = moved[target], moved[position]
    return tuple(moved)


def add_section(questionnaire: Questionnaire, title: str) -> Questionnaire:
    """Add an empty section at the end."""
    taken = {section.code for section in questionnaire.sections}
    code = free_code(taken, f"s{len(questionnaire.sections) + 1}")
    section = Section(code, Text.of(title, questionnaire.language), ())
    return replace(questionnaire, sections=(*questionnaire.sections, section))


def replace_section(questionnaire: Questionnaire, code: str, section: Section) -> Questionnaire:
    """Put another section in the place of one."""
    return replace(
        questionnaire,
        sections=tuple(section if old.code == code else old for old in questionnaire.sections),
    )


def remove_section(questionnaire: Questionnaire, code: str) -> Questionnaire:
    """Take a section and its questions out."""
    kept = tuple(section for section in questionnaire.sections if section.code != code)
    return replace(questionnaire, sections=kept)


def move_section(questionnaire: Questionnaire, code: str, step: int) -> Questionnaire:
    """Move a section up (−1) or down (+1)."""
    position = [section.code for section in questionnaire.sections].index(code)
    return replace(questionnaire, sections=_swapped(questionnaire.sections, position, step))


def _in_section(
    questionnaire: Questionnaire,
    code: str,
    change: Callable[[tuple[Question, ...]], tuple[Question, ...]],
) -> Questionnaire:
    return replace(
        questionnaire,
        sections=tuple(
            replace(section, questions=change(section.questions))
            if section.code == code
            else section
            for section in questionnaire.sections
        ),
    )


def add_question(
    questionnaire: Questionnaire, section: str, question: Question, after: str | None = None
) -> Questionnaire:
    """Add a question to a section, behind another one or at the end."""

    def change(questions: tuple[Question, ...]) -> tuple[Question, ...]:
        codes = [item.code for item in questions]
        place = codes.index(after) + 1 if after in codes else len(codes)
        return (*questions[:place], question, *questions[place:])

    return _in_section(questionnaire, section, change)


def replace_question(questionnaire: Questionnaire, code: str, question: Question) -> Questionnaire:
    """Put another question in the place of one."""
    return _in_section(
        questionnaire,
        questionnaire.section_of(code).code,
        lambda questions: tuple(question if old.code == code else old for old in questions),
    )


def remove_question(questionnaire: Questionnaire, code: str) -> Questionnaire:
    """Take a question out."""
    return _in_section(
        questionnaire,
        questionnaire.section_of(code).code,
        lambda questions: tuple(old for old in questions if old.code != code),
    )


def duplicate_question(questionnaire: Questionnaire, code: str) -> tuple[Questionnaire, str]:
    """Put a copy with a new code behind a question; return its code."""
    question = questionnaire.question(code)
    new = next_question_code(questionnaire)
    tags = replace(question.tags, trend=False)
    copy = replace(question, code=new, tags=tags, end_when=None, validations=())
    section = questionnaire.section_of(code).code
    return add_question(questionnaire, section, copy, after=code), new


def move_question(questionnaire: Questionnaire, code: str, step: int) -> Questionnaire:
    """Move a question up (−1) or down (+1); at the edge it goes to the next section."""
    section = questionnaire.section_of(code)
    codes = [question.code for question in section.questions]
    position = codes.index(code)
    if 0 <= position + step < len(codes):
        return _in_section(
            questionnaire, section.code, lambda items: _swapped(items, position, step)
        )
    sections = [item.code for item in questionnaire.sections]
    target = sections.index(section.code) + step
    if not 0 <= target < len(sections):
        return questionnaire
    question = questionnaire.question(code)
    without = remove_question(questionnaire, code)
    return _in_section(
        without,
        sections[target],
        lambda items: (*items, question) if step < 0 else (question, *items),
    )


def move_to_section(questionnaire: Questionnaire, code: str, section: str) -> Questionnaire:
    """Move a question to the end of another section."""
    question = questionnaire.question(code)
    return add_question(remove_question(questionnaire, code), section, question)


def add_from(
    questionnaire: Questionnaire, section: str, source: Questionnaire, codes: list[str]
) -> Questionnaire:
    """Copy questions of another questionnaire, with the scales they need and without rules."""
    result = questionnaire
    for code in codes:
        question = source.question(code)
        scale = source.scale_of(question)
        if scale is not None:
            result, question = _with_scale(result, question, scale)
        taken = {item.code for item in result.questions}
        copy = replace(
            question, code=free_code(taken, code), show=None, end_when=None, validations=()
        )
        result = add_question(result, section, copy)
    return result


def _with_scale(
    questionnaire: Questionnaire, question: Question, scale: Scale
) -> tuple[Questionnaire, Question]:
    for own in questionnaire.scales:
        if own == scale:
            return questionnaire, question
    code = free_code({own.code for own in questionnaire.scales}, scale.code)
    added = replace(scale, code=code)
    return (
        replace(questionnaire, scales=(*questionnaire.scales, added)),
        replace(question, scale=code),
    )


def new_question(questionnaire: Questionnaire, kind: QuestionType, text: str) -> Question:
    """Start a question of a type, with the first scale when it needs one."""
    scale = questionnaire.scales[0].code if questionnaire.scales else None
    needs_scale = kind in (QuestionType.LIKERT, QuestionType.MATRIX)
    return Question(
        code=next_question_code(questionnaire),
        type=kind,
        text=Text.of(text, questionnaire.language),
        scale=scale if needs_scale else None,
    )


def texts(questionnaire: Questionnaire) -> list[Text]:
    """All texts of a questionnaire in a fixed order."""
    return list(_walk(questionnaire))


def _walk(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _walk(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _walk(item)


def with_translations(
    questionnaire: Questionnaire, language: str, translations: list[str]
) -> Questionnaire:
    """Give all texts their translation, in the order of :func:`texts`; blank ones stay as is."""
    waiting = iter(translations)

    def changed(value: Any) -> Any:
        if isinstance(value, Text):
            words = next(waiting).strip()
            return value.with_translation(language, words) if words else value
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{f.name: changed(getattr(value, f.name)) for f in fields(value)}
            )
        if isinstance(value, tuple):
            return tuple(changed(item) for item in value)
        if isinstance(value, Mapping):
            return {key: changed(item) for key, item in value.items()}
        return value

    result: Questionnaire = changed(questionnaire)
    if language not in result.languages:
        result = replace(result, languages=(*result.languages, language))
    return result
