"""Responses of other systems: a table and a questionnaire become a survey, all or nothing.

Columns and the meaning of certain cells are told by a person; every cell that cannot be read is
named, and nothing is stored while there is one. Reading the file is in `surveys.exchange`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import pandas as pd
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services.public_surveys import MINIMUM_CELL, SurveyPlan, channel_row, survey_of
from evaluation.services.questionnaire_files import refusal
from evaluation.services.rounds import require_round
from evaluation.services.survey_sources import SurveySource, source_questionnaire
from evaluation.storage import audit_trail
from evaluation.storage.models.questionnaire import SurveyTextCoding, SurveyWeighting
from evaluation.storage.models.survey import (
    QualityDecision,
    Survey,
    SurveyChannel,
    SurveyLedger,
    SurveyResponse,
)
from evaluation.storage.session import reading, unit_of_work
from surveys.answers import AnswerSet
from surveys.dispositions import Disposition, disposition_of
from surveys.errors import AnswersError, Problem
from surveys.exchange import columns_in, foreign_tables, responses_in
from surveys.exchange.columns_in import Target
from surveys.loader import content_hash
from surveys.routing import classified, find_path
from surveys.schema import Missing, Questionnaire
from surveys.store import ChannelKind, ChannelState, Pace

IMPORTERS = (Role.CHAIR, Role.ANALYST)
IMPORTED = (ChannelKind.IMPORTED, ChannelKind.IMPORTED_SAMPLE)
SHOWN_ROWS = 8
_SHORTEST_SOURCE = 4


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mapped:
    """What a person says of the table: columns by target, the meaning of certain cells."""

    columns: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, Missing] = field(default_factory=dict)


@dataclass(frozen=True)
class TableView:
    """A table before it is read: its columns, its first rows, and a guess."""

    columns: tuple[str, ...]
    n_rows: int
    first_rows: tuple[dict[str, str], ...]
    targets: tuple[Target, ...]
    suggested: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnreadText:
    """A text that could not be read, with how often it stands in its column."""

    column: str
    text: str
    n: int


@dataclass(frozen=True)
class CheckedResponses:
    """What would come in."""

    answers: tuple[AnswerSet, ...]
    problems: tuple[Problem, ...]
    unread: tuple[UnreadText, ...]
    unused_columns: tuple[str, ...]
    n_skipped: int
    """Answers to questions that the rules of the questionnaire skip; they are left out."""
    dispositions: Mapping[Disposition, int]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a table comes from, as the panel vouches for it."""

    source: str
    collected_on: date
    is_random_sample: bool = False


@dataclass(frozen=True, slots=True)
class ImportView:
    """One table that was taken over."""

    channel_id: int
    survey_title: str
    source: str
    kind: ChannelKind
    n: int


def preview(actor: Actor, source: SurveySource, upload: Upload) -> TableView:
    """Open a table and guess which column holds which question."""
    require(actor, *IMPORTERS)
    asked = source_questionnaire(source)
    table = _table(upload)
    names = [str(name) for name in table.columns]
    rows = table.head(SHOWN_ROWS).astype(str).to_dict("records")
    return TableView(
        columns=tuple(names),
        n_rows=len(table),
        first_rows=tuple({str(key): text for key, text in row.items()} for row in rows),
        targets=columns_in.targets(asked),
        suggested=columns_in.suggest(asked, names),
    )


def check(actor: Actor, source: SurveySource, upload: Upload, mapped: Mapped) -> CheckedResponses:
    """Read every row; every cell that cannot be read is in the result.

    Raises
    ------
    InvalidInput
        If the file is no table, or no column belongs to a question.
    """
    require(actor, *IMPORTERS)
    return _checked(source_questionnaire(source), upload, mapped)


def take_over(
    actor: Actor,
    round_id: int,
    source: SurveySource,
    upload: Upload,
    mapped: Mapped,
    provenance: Provenance,
) -> int:
    """Store the responses of a table, all of them or none; return the survey they belong to.

    They join the round's survey with the same questionnaire if there is one, in a channel of
    their own; else they make a survey.

    Raises
    ------
    InvalidInput
        If a cell cannot be read, or nothing is said of where the table comes from.
    Conflict
        If the table was taken over before, or the round has another edition of the questionnaire.
    """
    require(actor, *IMPORTERS)
    if len(provenance.source.strip()) < _SHORTEST_SOURCE:
        raise InvalidInput(
            _("没有写明答卷的来源。"),
            where=_("来源"),
            remedy=_("请写明由谁、用什么系统、在什么时间调查。"),
        )
    asked = source_questionnaire(source)
    checked = _checked(asked, upload, mapped)
    if checked.problems:
        raise refusal(
            checked.problems,
            _("有{n}处读不懂，没有导入任何答卷。").format(n=len(checked.problems)),
        )
    with unit_of_work() as session:
        require_round(session, round_id, RoundState.OPEN)
        survey = _survey(session, round_id, asked, provenance)
        channel = _channel(session, survey, upload, provenance)
        counts = _store(session, survey, channel, asked, checked, provenance.collected_on)
        session.add(
            SurveyLedger(channel_id=channel.id, counts=counts, taken={}, reserved=b"", used=b"")
        )
        detail = {
            "n": len(checked.answers),
            "file": hashlib.sha256(upload.content).hexdigest(),
            "source": provenance.source.strip(),
            "is_random_sample": provenance.is_random_sample,
        }
        audit_trail.append(session, actor, "survey.import", f"survey:{survey.id}", detail)
        return survey.id


def list_imports(actor: Actor, round_id: int) -> list[ImportView]:
    """List the tables taken over in a round."""
    require(actor, *IMPORTERS)
    with reading() as session:
        rows = session.execute(
            select(SurveyChannel, Survey.title, SurveyLedger.counts)
            .join(Survey, Survey.id == SurveyChannel.survey_id)
            .join(SurveyLedger, SurveyLedger.channel_id == SurveyChannel.id)
            .where(Survey.round_id == round_id, SurveyChannel.kind.in_(IMPORTED))
            .order_by(SurveyChannel.id)
        ).all()
        return [
            ImportView(channel.id, title, channel.title, channel.kind, counts.get("accepted", 0))
            for channel, title, counts in rows
        ]


def remove(actor: Actor, channel_id: int, reason: str) -> None:
    """Take an import back, with its codings and decisions; the trail keeps that it was there."""
    require(actor, *IMPORTERS)
    if len(reason.strip()) < _SHORTEST_SOURCE:
        raise InvalidInput(_("没有写明理由。"), where=_("理由"), remedy=_("请写明为什么撤销导入。"))
    with unit_of_work() as session:
        channel = channel_row(session, channel_id)
        if channel.kind not in IMPORTED:
            raise NotFound(_("这不是导入的答卷。"), remedy=_("请从列表中重新选择。"))
        survey = session.get_one(Survey, channel.survey_id)
        if survey.round_id is not None:
            require_round(session, survey.round_id, RoundState.OPEN)
        ids = select(SurveyResponse.id).where(SurveyResponse.channel_id == channel_id)
        for model in (SurveyTextCoding, QualityDecision):
            session.execute(delete(model).where(model.response_id.in_(ids)))
        session.execute(delete(SurveyResponse).where(SurveyResponse.channel_id == channel_id))
        session.execute(delete(SurveyLedger).where(SurveyLedger.channel_id == channel_id))
        session.delete(channel)
        session.flush()
        detail = {"source": channel.title, "reason": reason.strip()}
        audit_trail.append(session, actor, "survey.remove_import", f"survey:{survey.id}", detail)
        others = select(SurveyChannel.id).where(SurveyChannel.survey_id == survey.id)
        if session.scalar(others.limit(1)) is None:
            session.execute(delete(SurveyWeighting).where(SurveyWeighting.survey_id == survey.id))
            session.delete(survey)


@lru_cache(maxsize=4)
def _parsed(name: str, content: bytes) -> pd.DataFrame:
    return foreign_tables.read_file(content, name)


def _table(upload: Upload) -> pd.DataFrame:
    try:
        return _parsed(upload.name, upload.content)
    except AnswersError as error:
        raise refusal(error.problems, _("读不出答卷表。")) from error


def _checked(asked: Questionnaire, upload: Upload, mapped: Mapped) -> CheckedResponses:
    table = _table(upload)
    names = [target.name for target in columns_in.targets(asked)]
    chosen = {name: mapped.columns.get(name, "") for name in names}
    try:
        found = responses_in.answers_from(
            asked, table, responses_in.Reading(chosen, mapped.missing)
        )
    except AnswersError as error:
        raise refusal(error.problems, _("读不出答卷。")) from error
    full = [classified(asked, answers) for answers in found.answers]
    n_skipped = sum(
        answer.is_given and not after.get(code).is_given
        for before, after in zip(found.answers, full, strict=True)
        for code, answer in before.answers.items()
    )
    return CheckedResponses(
        answers=tuple(full),
        problems=tuple(found.problems),
        unread=tuple(
            UnreadText(column, text, n)
            for (column, text), n in sorted(found.unread.items(), key=lambda item: -item[1])
        ),
        unused_columns=found.unused_columns,
        n_skipped=n_skipped,
        dispositions=Counter(_disposition(asked, answers) for answers in full),
    )


def _disposition(asked: Questionnaire, full: AnswerSet) -> Disposition:
    given = AnswerSet({code: item for code, item in full.answers.items() if item.is_given})
    way = [code for code in find_path(asked, given).questions if code in full.answers]
    return disposition_of(sum(code in given.answers for code in way), len(way))


def _survey(
    session: Session, round_id: int, asked: Questionnaire, provenance: Provenance
) -> Survey:
    same = session.scalar(
        select(Survey)
        .where(Survey.round_id == round_id, Survey.questionnaire_code == asked.code)
        .order_by(Survey.id.desc())
        .limit(1)
    )
    if same is not None and same.questionnaire_hash != content_hash(asked):
        raise Conflict(
            _("本期已有用这份问卷另一版本开展的调查。"),
            remedy=_("请选择与那项调查相同的版本，或给问卷换一个代码。"),
        )
    if same is not None:
        return same
    plan = SurveyPlan(round_id, provenance.source.strip(), "", minimum_cell=MINIMUM_CELL)
    survey = survey_of(asked, plan)
    survey.closed_at = clock.now()
    session.add(survey)
    session.flush()
    return survey


def _channel(
    session: Session, survey: Survey, upload: Upload, provenance: Provenance
) -> SurveyChannel:
    mark = hashlib.sha256(f"{survey.id}:".encode() + upload.content).hexdigest()
    code = f"file{mark[:16]}"
    if session.scalar(select(SurveyChannel.id).where(SurveyChannel.code == code)):
        raise Conflict(_("这份答卷表已经导入过。"), remedy=_("如要重新导入，请先撤销上一次导入。"))
    channel = SurveyChannel(
        survey_id=survey.id,
        code=code,
        title=provenance.source.strip(),
        kind=ChannelKind.IMPORTED_SAMPLE if provenance.is_random_sample else ChannelKind.IMPORTED,
        state=ChannelState.CLOSED,
        opens_at=None,
        closes_at=None,
        daily_from=None,
        daily_until=None,
        quotas=[],
        created_at=clock.now(),
    )
    session.add(channel)
    session.flush()
    return channel


def _store(
    session: Session,
    survey: Survey,
    channel: SurveyChannel,
    asked: Questionnaire,
    checked: CheckedResponses,
    day: date,
) -> dict[str, int]:
    """Store the responses under random keys; their order in the table is not kept."""
    counts: Counter[str] = Counter()
    for full in checked.answers:
        disposition = _disposition(asked, full)
        counts.update(("started", "accepted", "mixed", disposition.value))
        session.add(
            SurveyResponse(
                id=secrets.token_hex(16),
                survey_id=survey.id,
                channel_id=channel.id,
                receipt_hash=None,
                submitted_on=day,
                language=asked.language,
                disposition=disposition,
                pace=Pace.UNKNOWN,
                answers=full.to_json(),
                quotas=[],
                invitation_number=None,
            )
        )
    return dict(counts)
