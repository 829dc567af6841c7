"""Where a problem is, in words, and the list in which problems are collected."""

from surveys.errors import Problem, Severity
from surveys.language import _
from surveys.schema import Question, Questionnaire, Section


class Collector:
    """Collects the problems of one questionnaire."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        place: Question | Section | str,
        what: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note one problem."""
        question = place.code if isinstance(place, Question) else ""
        where = place if isinstance(place, str) else self.where(place)
        self.problems.append(Problem(code, where, what, remedy, severity, question))

    def warn(self, code: str, place: Question | Section | str, what: str, remedy: str) -> None:
        """Note one problem that does not forbid publishing."""
        self.add(code, place, what, remedy, Severity.WARNING)

    def where(self, place: Question | Section) -> str:
        """Name a section or a question the way a reader finds it."""
        if isinstance(place, Section):
            return _("部分“{title}”").format(title=place.title or place.code)
        listed = [q for section in self.questionnaire.sections for q in section.questions]
        own = next((q for q in listed if q is place), None)
        for section in self.questionnaire.sections:
            for position, question in enumerate(section.questions, 1):
                if question is own or (own is None and question.code == place.code):
                    title = str(section.title) or section.code
                    return _("部分“{title}”第{position}题 {code}").format(
                        title=title, position=position, code=place.code
                    )
        return place.code
