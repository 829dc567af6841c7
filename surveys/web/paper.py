"""The questionnaire on paper: every question with its item code, boxes to tick, lines to write.

Leaves out the way from HTML to PDF.
"""

from __future__ import annotations

from surveys import language as languages
from surveys.explanation import rule_in_words
from surveys.schema import Questionnaire, QuestionType
from surveys.web.rendering import environment, html_language


def render_paper(
    questionnaire: Questionnaire,
    *,
    language: str = "",
    organiser: str = "",
    contact: str = "",
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
                is_demonstration=is_demonstration,
                ways=_ways(questionnaire, chosen),
            )
        )


def _ways(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    """Say on paper when a question is to be answered: paper cannot skip by itself."""
    ways = {}
    for section in questionnaire.sections:
        for question in section.questions:
            rule = question.show or section.show
            if rule is not None:
                ways[question.code] = rule_in_words(questionnaire, rule, language)
    return ways
