"""Analysis of a survey for the panel: indices, answers, cross tables, changes, downloads.

Everything is withheld while an anonymous survey has fewer responses than its minimum. Figures of
open links come without intervals; the groups are never averaged with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.analysis import survey_relations, survey_tables
from evaluation.analysis.survey_levels import merged_frequencies
from evaluation.analysis.survey_relations import Gap, Reliability
from evaluation.analysis.survey_tables import CrossTable, ItemChange, withheld_answers
from evaluation.analysis.surveys import (
    Frequency,
    GroupIndex,
    SurveyData,
    choice_variables,
    frequencies,
    group_indices,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import survey_data
from evaluation.services.public_surveys import survey_row
from evaluation.services.results.surveys import overall_question
from evaluation.services.survey_data import Basis, Loaded
from evaluation.storage import audit_trail
from evaluation.storage.models.questionnaire import SurveyWeighting
from evaluation.storage.models.survey import Survey
from evaluation.storage.queries import response_texts, responses
from evaluation.storage.queries.response_texts import ResponseText
from evaluation.storage.session import reading, unit_of_work
from surveys.codebook import Kind, Variable, variables
from surveys.exchange import ddi, tables
from surveys.schema import Questionnaire, QuestionType

READERS = (Role.CHAIR, Role.ANALYST, Role.DESIGNER, Role.OBSERVER)
SMALLEST_CELL = 5


@dataclass(frozen=True)
class AnsweredVariable:
    """One choice variable with its frequencies."""

    variable: Variable
    rows: tuple[Frequency, ...]


@dataclass(frozen=True)
class SurveyFigures:
    """What the page shows of one survey and one basis."""

    survey_id: int
    questionnaire: Questionnaire
    basis: Basis
    bases: tuple[Basis, ...]
    n: int
    n_excluded: int
    weighting: str
    weighting_fault: str
    index: GroupIndex
    index_with_excluded: GroupIndex | None
    answers: tuple[AnsweredVariable, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_probability(self) -> bool:
        """Whether figures rest on a probability sample."""
        return self.basis is Basis.INVITED


@dataclass(frozen=True)
class Sources:
    """Kinds of responses a survey has, and the one to begin with; none while withheld."""

    bases: tuple[Basis, ...]
    first: Basis | None


def sources(actor: Actor, survey_id: int) -> Sources:
    """Tell which kinds of responses a survey has, whether or not there are enough of each."""
    require(actor, *READERS)
    with reading() as session:
        survey = survey_row(session, survey_id)
        stored = response_texts.list_texts(session, survey_id)
        first = survey_data.first_shown(stored, survey.minimum_cell)
    return Sources(tuple(survey_data.bases(stored)), first)


def withheld_words(minimum: int, basis: Basis | None) -> str:
    """Say why nothing is shown, and of which kind of responses if one was chosen."""
    if basis is None:
        return _("答卷不足{n}份，暂不显示结果。").format(n=minimum)
    return _("“{group}”不足{n}份，暂不显示结果。").format(
        group=survey_data.basis_title(basis), n=minimum
    )


def figures(actor: Actor, survey_id: int, basis: Basis | None = None) -> SurveyFigures | None:
    """Measure a survey; None while it is withheld or nobody answered."""
    require(actor, *READERS)
    with reading() as session:
        survey = survey_row(session, survey_id)
        stored = response_texts.list_texts(session, survey_id)
        loaded = _load(session, survey, stored, basis)
        if loaded is None or loaded.data.n < survey.minimum_cell:
            return None
        whole = (
            survey_data.load_from(session, survey, stored, loaded.basis, with_excluded=True)
            if loaded.n_excluded
            else None
        )
    present = tuple(survey_data.bases(stored))
    data = loaded.data
    overall = overall_question(data.questionnaire)
    return SurveyFigures(
        survey_id=survey_id,
        questionnaire=data.questionnaire,
        basis=loaded.basis,
        bases=present,
        n=data.n,
        n_excluded=loaded.n_excluded,
        weighting=loaded.weighting,
        weighting_fault=loaded.weighting_fault,
        index=group_indices(data),
        index_with_excluded=group_indices(whole.data) if whole else None,
        answers=tuple(
            AnsweredVariable(variable, _shown(data, variable))
            for variable in choice_variables(data.questionnaire)
        ),
        gaps=tuple(survey_relations.importance_gaps(data, overall) if overall else ()),
    )


def _load(
    session: Session, survey: Survey, stored: Sequence[ResponseText], basis: Basis | None
) -> Loaded | None:
    chosen = basis or survey_data.first_shown(stored, survey.minimum_cell)
    return None if chosen is None else survey_data.load_from(session, survey, stored, chosen)


def _shown(data: SurveyData, variable: Variable) -> tuple[Frequency, ...]:
    """Protect small cells: neighbouring levels of a scale are merged, options are withheld."""
    if variable.kind is Kind.POINT:
        return tuple(merged_frequencies(data, variable, SMALLEST_CELL))
    rows = frequencies(data, variable)
    small = withheld_answers(rows, SMALLEST_CELL)
    return tuple(
        Frequency(row.code, row.label, -1, None, None, row.is_missing) if k in small else row
        for k, row in enumerate(rows)
    )


def _loaded(actor: Actor, survey_id: int, basis: Basis | None) -> tuple[Survey, Loaded]:
    require(actor, *READERS)
    with reading() as session:
        survey = survey_row(session, survey_id)
        stored = response_texts.list_texts(session, survey_id)
        loaded = _load(session, survey, stored, basis)
    if loaded is None or loaded.data.n < survey.minimum_cell:
        raise NotFound(withheld_words(survey.minimum_cell, basis), remedy=_("请等待更多答卷。"))
    return survey, loaded


@dataclass(frozen=True)
class Crossed:
    """A cross table with its test; the test is None where there is no probability design."""

    table: CrossTable
    p_value: float | None


def cross(
    actor: Actor, survey_id: int, row: str, column: str, basis: Basis | None = None
) -> Crossed:
    """Cross two variables; small cells are withheld so that they cannot be worked out."""
    survey, loaded = _loaded(actor, survey_id, basis)
    by_name = {variable.name: variable for variable in choice_variables(loaded.data.questionnaire)}
    if row not in by_name or column not in by_name or row == column:
        raise InvalidInput(_("请选择两道不同的选择题。"))
    minimum = max(SMALLEST_CELL, survey.minimum_cell if not survey.is_anonymous else SMALLEST_CELL)
    table = survey_tables.cross_table(loaded.data, by_name[row], by_name[column], minimum=minimum)
    test = survey_relations.association(loaded.data, by_name[row], by_name[column])
    return Crossed(table, test.p_value if test else None)


def reliabilities(actor: Actor, survey_id: int, basis: Basis | None = None) -> list[Reliability]:
    """Estimate α and ω of each matrix question; takes some seconds."""
    _survey, loaded = _loaded(actor, survey_id, basis)
    return [
        survey_relations.reliability(loaded.data, question.code)
        for question in loaded.data.questionnaire.questions
        if question.type is QuestionType.MATRIX
    ]


def changes_since(actor: Actor, survey_id: int, earlier_survey_id: int) -> list[ItemChange]:
    """Test the change of each index between two surveys with the same questionnaire code."""
    survey, after = _loaded(actor, survey_id, Basis.INVITED)
    earlier, before = _loaded(actor, earlier_survey_id, Basis.INVITED)
    if survey.questionnaire_code != earlier.questionnaire_code:
        raise InvalidInput(
            _("两次调查用的不是同一份问卷，不能比较。"), remedy=_("请选择同一人群的另一期。")
        )
    labels = {q.code: str(q.text) for q in after.data.questionnaire.questions}
    trend = {q.code for q in after.data.questionnaire.questions if q.tags.trend}
    labels[""] = _("评价指数")
    found = survey_tables.changes(group_indices(before.data), group_indices(after.data), labels)
    return [item for item in found if item.key in trend or not item.key]


def earlier_surveys(actor: Actor, survey_id: int) -> list[tuple[int, str]]:
    """Surveys of earlier rounds with the same questionnaire code, newest first."""
    require(actor, *READERS)
    with reading() as session:
        survey = survey_row(session, survey_id)
        rows = session.execute(
            select(Survey.id, Survey.title, Survey.published_at)
            .where(
                Survey.questionnaire_code == survey.questionnaire_code,
                Survey.published_at < survey.published_at,
            )
            .order_by(Survey.published_at.desc(), Survey.id.desc())
        ).all()
    return [(row[0], f"{row[1]}（{row[2]:%Y-%m-%d}）") for row in rows]


def set_margins(
    actor: Actor, survey_id: int, margins: Mapping[str, Mapping[str, float]], source: str
) -> None:
    """Weight a survey to known distributions; an empty mapping takes the weighting back."""
    require(actor, Role.ANALYST)
    if margins and len(source.strip()) < 4:
        raise InvalidInput(
            _("没有写明边际数据的来源。"), remedy=_("请写明来源，例如统计年鉴的名称和年份。")
        )
    survey, loaded = _loaded(actor, survey_id, None)
    if margins:
        survey_data.check_margins(loaded.data, margins)
    with unit_of_work() as session:
        row = session.get(SurveyWeighting, survey.id)
        if row is None:
            row = SurveyWeighting(survey_id=survey.id)
            session.add(row)
        row.margins = {name: dict(shares) for name, shares in margins.items()}
        row.source = source.strip()
        row.account_id = actor.account_id
        row.changed_at = clock.now()
        audit_trail.append(
            session,
            actor,
            "survey.weighting",
            f"survey:{survey_id}",
            {"variables": sorted(margins), "source": source.strip()},
        )


def margins_of(actor: Actor, survey_id: int) -> tuple[dict[str, dict[str, float]], str]:
    """Return the margins of a survey and their source."""
    require(actor, *READERS)
    with reading() as session:
        row = session.get(SurveyWeighting, survey_id)
        return (dict(row.margins), row.source) if row else ({}, "")


def download(actor: Actor, survey_id: int, kind: tables.TableFormat | None) -> tuple[str, bytes]:
    """Write the responses with labels; without a kind, the DDI codebook with counts.

    Texts stay inside the panel: only analysts may take the table out.
    """
    require(actor, Role.CHAIR, Role.ANALYST)
    with reading() as session:
        survey = survey_row(session, survey_id)
        stored = [row for row in responses.list_responses(session, survey_id) if row.is_included]
        questionnaire = survey_data.questionnaire_of(survey)
    if not stored:
        raise NotFound(_("没有可以导出的答卷。"), remedy=_("请等待更多答卷。"))
    table = survey_data.export_table(questionnaire, stored)
    with unit_of_work() as session:
        detail = {"format": str(kind or "ddi"), "n": len(stored)}
        audit_trail.append(session, actor, "survey.export", f"survey:{survey_id}", detail)
    if kind is None:
        return f"{survey.questionnaire_code}.xml", ddi.write(questionnaire, table)
    return f"{survey.questionnaire_code}.{kind.value}", tables.write(table, questionnaire, kind)


def number_means(
    actor: Actor, survey_id: int, basis: Basis | None = None
) -> list[dict[str, object]]:
    """Means of the number questions, with intervals where there is a design."""
    _survey, loaded = _loaded(actor, survey_id, basis)
    rows: list[dict[str, object]] = []
    for variable in variables(loaded.data.questionnaire):
        question = loaded.data.questionnaire.question(variable.question)
        if question.type is not QuestionType.NUMBER:
            continue
        column = loaded.data.table[variable.name]
        valid = column[column >= 0]
        estimate = survey_relations.mean_of(loaded.data, variable.name)
        if len(valid) < SMALLEST_CELL:
            continue
        rows.append(
            {
                "label": variable.label,
                "n": len(valid),
                "mean": float(estimate.value if estimate else valid.mean()),
                "median": float(valid.median()),
                "lower": estimate.lower if estimate else None,
                "upper": estimate.upper if estimate else None,
            }
        )
    return rows
