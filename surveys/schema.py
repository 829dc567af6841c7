"""A questionnaire as frozen data: sections, questions, options, scales.

Rule trees are in `surveys.conditions`. Knows nothing of answers, files, databases or screens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from surveys.conditions import Rule

FORMAT = 1


class QuestionType(StrEnum):
    """How a question is asked and what an answer to it looks like."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    LIKERT = "likert"
    MATRIX = "matrix"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    RANKING = "ranking"
    NOTE = "note"


class PageMode(StrEnum):
    """One section or one question on a page."""

    SECTION = "section"
    QUESTION = "question"


class TextLength(StrEnum):
    """One line or several lines of free text."""

    SHORT = "short"
    LONG = "long"


class Purpose(StrEnum):
    """What a questionnaire is used for; the public runner shows only surveys."""

    SURVEY = "survey"
    REVIEW = "review"
    RATING = "rating"
    INTERVIEW = "interview"


class Missing(StrEnum):
    """Why there is no substantive answer. Missing is never one thing."""

    NOT_REACHED = "not_reached"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"
    DONT_KNOW = "dont_know"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one or several languages, in the order they were written."""

    translations: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str | Mapping[str, str], language: str = "zh") -> "Text":
        """Build from a plain string in ``language`` or from a mapping language → string."""
        if isinstance(text, str):
            return cls(((language, text),))
        return cls(tuple(text.items()))

    def get(self, language: str) -> str:
        """Text in ``language``, else in the first language there is, else empty."""
        for code, text in self.translations:
            if code == language:
                return text
        return self.translations[0][1] if self.translations else ""

    def has(self, language: str) -> bool:
        """Whether there is a text that is not blank in ``language``."""
        return any(code == language and text.strip() for code, text in self.translations)

    def with_translation(self, language: str, text: str) -> "Text":
        """Return a copy that says ``text`` in ``language``; other languages stay."""
        changed = dict(self.translations)
        changed[language] = text
        return Text(tuple(changed.items()))

    def __str__(self) -> str:
        """Text in the first language."""
        return self.translations[0][1] if self.translations else ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a respondent can choose."""

    code: str
    label: Text
    exclusive: bool = False
    """Choosing it excludes every other option (multiple choice)."""
    with_text: bool = False
    """Choosing it opens a text field ("other, please say")."""
    fixed: bool = False
    """Keeps its place when the order is random."""
    missing: Missing | None = None
    """Set for options such as "don't know" that are no substantive answer."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An ordered scale shared by several questions; codes of points are whole numbers."""

    code: str
    title: Text
    points: tuple[Option, ...]
    dont_know: Option | None = None
    """Offered beside the scale and never part of a mean."""

    @property
    def lowest(self) -> int:
        """Smallest numeric value of a point."""
        return min(int(point.code) for point in self.points)

    @property
    def highest(self) -> int:
        """Largest numeric value of a point."""
        return max(int(point.code) for point in self.points)

    @property
    def options(self) -> tuple[Option, ...]:
        """All points, then the don't-know option if there is one."""
        return self.points if self.dont_know is None else (*self.points, self.dont_know)


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of a matrix."""

    code: str
    label: Text
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule that must hold for a given answer, and what to say when it does not."""

    rule: Rule
    message: Text


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that cannot both be true: the rule that then holds, and what it means in words.

    Respondents never see it; responses for which it holds are flagged for a person to look at.
    """

    code: str
    rule: Rule
    message: Text


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of an answer; which of them count depends on the question type."""

    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    earliest: str | None = None
    """ISO date, or ``today``."""
    latest: str | None = None
    min_choices: int | None = None
    max_choices: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """What a question is for; none of it is shown to respondents."""

    informs: tuple[str, ...] = ()
    """Sections of the plan, indicators, objectives the answer informs."""
    objective: bool = False
    """Asks what happened, not what the respondent thinks."""
    trend: bool = False
    """Asked with the same words and options in every round."""
    sensitive: bool = False
    role: str = ""
    """``stratum``, ``weighting``, ``screening`` or empty."""
    note: str = ""

    @property
    def is_stratum(self) -> bool:
        """Whether the question divides respondents into groups for analysis."""
        return self.role == "stratum"


@dataclass(frozen=True)
class Question:
    """One question with everything needed to show, check and analyse it."""

    code: str
    type: QuestionType
    text: Text
    hint: Text | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    scale: str | None = None
    rows: tuple[Row, ...] = ()
    reverse: bool = False
    """High values are bad: scored as lowest + highest − value."""
    random_order: bool = False
    length: TextLength = TextLength.SHORT
    unit: Text | None = None
    limits: Limits = Limits()
    show: Rule | None = None
    end_when: Rule | None = None
    """When true after the answer, the questionnaire ends here (screening)."""
    end_text: Text | None = None
    validations: tuple[Validation, ...] = ()
    messages: Mapping[str, Text] = field(default_factory=dict)
    """Own wording for built-in messages, by message code (see ``surveys.answers.MESSAGES``)."""
    index_weight: float = 1.0
    """Share in the group index, relative to the other scale questions; 0 leaves it out."""
    tags: Tags = Tags()

    @property
    def is_scale(self) -> bool:
        """Whether answers are points of a scale."""
        return self.type in (QuestionType.LIKERT, QuestionType.MATRIX)

    def option(self, code: str) -> Option | None:
        """Find one of the question's own options."""
        return next((option for option in self.options if option.code == code), None)

    def is_reversed(self, row: str | None = None) -> bool:
        """Whether the question, or one row of it, is scored in reverse."""
        return self.reverse or any(item.reverse for item in self.rows if item.code == row)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together, shown or skipped together."""

    code: str
    title: Text
    questions: tuple[Question, ...]
    introduction: Text | None = None
    show: Rule | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What a respondent reads and ticks before the first question."""

    text: Text
    checkbox: Text
    legal_basis: Text | None = None


@dataclass(frozen=True)
class Questionnaire:
    """A whole questionnaire, format 1."""

    code: str
    title: Text
    sections: tuple[Section, ...]
    languages: tuple[str, ...] = ("zh",)
    purpose: Purpose = Purpose.SURVEY
    page_mode: PageMode = PageMode.SECTION
    population: Text | None = None
    sampling: Text | None = None
    minimum_responses: Text | None = None
    note: Text | None = None
    introduction: Text | None = None
    consent: Consent | None = None
    thanks: Text | None = None
    excludes_panel: bool = False
    """Members of the evaluation panel and people of their firms may not answer."""
    scales: tuple[Scale, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def language(self) -> str:
        """The language the questionnaire is written in first."""
        return self.languages[0]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order, notes included."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def _by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    @cached_property
    def _scales_by_code(self) -> dict[str, Scale]:
        return {scale.code: scale for scale in self.scales}

    @cached_property
    def _section_by_question(self) -> dict[str, Section]:
        return {
            question.code: section for section in self.sections for question in section.questions
        }

    def question(self, code: str) -> Question:
        """Get a question by code; KeyError if there is none."""
        return self._by_code[code]

    def find_question(self, code: str) -> Question | None:
        """Find a question by code."""
        return self._by_code.get(code)

    def section_of(self, question: str) -> Section:
        """Section that holds the question."""
        return self._section_by_question[question]

    def scale_of(self, question: Question) -> Scale | None:
        """Scale a question refers to, if it exists."""
        return self._scales_by_code.get(question.scale) if question.scale else None

    def options_of(self, question: Question) -> tuple[Option, ...]:
        """Options a respondent sees: the question's own, or those of its scale."""
        if question.is_scale:
            scale = self.scale_of(question)
            return scale.options if scale else ()
        return question.options

    def find_option(self, question: Question, code: str) -> Option | None:
        """Find an option among those a respondent sees."""
        return next((item for item in self.options_of(question) if item.code == code), None)
