"""The questionnaire on paper: every question with its item code, boxes to tick, lines to write.

Leaves out the way from HTML to PDF.
"""

from __future__ import annotations

from surveys import language as languages
from surveys.explanation import rule_in_words
from surveys.schema import Questionnaire, QuestionType
from surveys.web.forms import instruction, is_same_instruction
from surveys.web.rendering import environment, html_language


def render_paper(
    questionnaire: Questionnaire,
    *,
    language: str = "",
    organiser: str = "",
    contact: str = "",
    retention: str = "",
    is_demonstration: bool = False,
) -> str:
    """Render the whole questionnaire as one HTML document for printing."""
    chosen = language or questionnaire.language
    with languages.use(chosen):
        numbers: dict[str, int] = {}
        for question in questionnaire.questions:
            if question.type is not QuestionType.NOTE:
                numbers[question.code] = len(numbers) + 1
        return (
            environment()
            .get_template("paper.html")
            .render(
                html_lang=html_language(chosen),
                asked=questionnaire,
                language=chosen,
                numbers=numbers,
                organiser=organiser,
                contact=contact,
                retention=retention,
                told=_told(questionnaire, chosen),
                is_demonstration=is_demonstration,
                ways=_ways(questionnaire, chosen),
            )
        )


def _told(questionnaire: Questionnaire, language: str) -> dict[str, tuple[str, ...]]:
    """Say below each question what the pages say: the author's hint and our own instruction."""
    told = {}
    for question in questionnaire.questions:
        hint = question.hint.get(language) if question.hint else ""
        said = instruction(question)
        if is_same_instruction(hint, said):
            hint = ""
        told[question.code] = tuple(words for words in (hint, said) if words)
    return told


def _ways(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    """Say on paper when a question is to be answered: paper cannot skip by itself."""
    ways = {}
    for section in questionnaire.sections:
        for question in section.questions:
            rule = question.show or section.show
            if rule is not None:
                ways[question.code] = rule_in_words(questionnaire, rule, language)
    return ways
