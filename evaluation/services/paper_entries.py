"""Paper questionnaires: keyed by two people, compared field by field, settled, then counted.

Leaves out the printable form (`surveys.web.paper`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, WrongState
from evaluation.language import _
from evaluation.services.public_surveys import channel_row, survey_row
from evaluation.storage import audit_trail
from evaluation.storage.models.survey import (
    PaperEntry,
    Survey,
    SurveyChannel,
    SurveyLedger,
    SurveyResponse,
)
from evaluation.storage.session import reading, unit_of_work
from evaluation.storage.survey_channels import questionnaire_of
from evaluation.storage.survey_ledger import OpenLedger
from surveys.answers import AnswerSet
from surveys.dispositions import disposition_of
from surveys.piping import answer_in_words
from surveys.routing import classified, find_path
from surveys.schema import Question, Questionnaire, QuestionType
from surveys.store import ChannelKind, ChannelState, Pace

_KEYERS = (Role.CHAIR, Role.SECRETARY, Role.INTERVIEWER, Role.ANALYST)


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper questionnaire in the list."""

    id: int
    serial: str
    is_keyed_twice: bool
    is_settled: bool
    n_differences: int
    may_key: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that two people read differently."""

    question: str
    text: str
    first: str
    second: str


def key_in(actor: Actor, channel_id: int, serial: str, answers: AnswerSet) -> bool:
    """Key one paper questionnaire; return whether both keyings are in now.

    The second keying must be by another person, who does not see the first.
    """
    require(actor, *_KEYERS)
    serial = serial.strip()
    if not serial or len(serial) > 40:
        raise InvalidInput(
            _("没有编号，或编号超过40个字。"), where=_("纸质卷编号"), remedy=_("请照卷面填写。")
        )
    with unit_of_work() as session:
        channel = _paper_channel(session, channel_id)
        entry = session.scalar(
            select(PaperEntry).where(
                PaperEntry.channel_id == channel_id, PaperEntry.serial == serial
            )
        )
        content = answers.to_json()
        if entry is None:
            entry = PaperEntry(
                channel_id=channel_id,
                serial=serial,
                first_answers=content,
                first_account_id=actor.account_id,
                second_answers=None,
                second_account_id=None,
                is_settled=False,
                settled_by_account_id=None,
            )
            session.add(entry)
        else:
            _key_second(actor, entry, content)
        session.flush()
        audit_trail.append(
            session, actor, "paper.key", f"channel:{channel_id}", {"entry": entry.id}
        )
        is_twice = entry.second_answers is not None
        if is_twice and entry.first_answers == entry.second_answers:
            _settle(session, actor, channel, entry, answers)
        return is_twice


def _key_second(actor: Actor, entry: PaperEntry, content: dict[str, object]) -> None:
    if entry.second_account_id is not None or entry.is_settled:
        raise Conflict(_("这份纸质卷已经录入两遍。"), remedy=_("请核对编号。"))
    if entry.first_account_id == actor.account_id:
        raise Conflict(
            _("第一遍由您录入。"), remedy=_("第二遍请由另一人录入，录入时看不到第一遍的内容。")
        )
    entry.second_answers, entry.second_account_id = content, actor.account_id


def list_entries(actor: Actor, channel_id: int) -> list[PaperView]:
    """List the paper questionnaires of a channel by serial number."""
    require(actor, *_KEYERS)
    with reading() as session:
        rows = session.scalars(
            select(PaperEntry)
            .where(PaperEntry.channel_id == channel_id)
            .order_by(PaperEntry.serial)
        ).all()
        return [
            PaperView(
                id=row.id,
                serial=row.serial,
                is_keyed_twice=row.second_account_id is not None,
                is_settled=row.is_settled,
                n_differences=len(_differing(row)),
                may_key=row.second_account_id is None and row.first_account_id != actor.account_id,
            )
            for row in rows
        ]


def _differing(entry: PaperEntry) -> list[str]:
    first, second = entry.first_answers, entry.second_answers
    if first is None or second is None:
        return []
    return sorted(code for code in {*first, *second} if first.get(code) != second.get(code))


def list_differences(actor: Actor, entry_id: int) -> list[Difference]:
    """Return what two people read differently, side by side."""
    require(actor, *_KEYERS)
    with reading() as session:
        entry = _entry(session, entry_id)
        asked = _questionnaire(session, entry)
        first = AnswerSet.from_json(entry.first_answers or {})
        second = AnswerSet.from_json(entry.second_answers or {})
        return [
            Difference(
                question=code,
                text=asked.question(code).text.get(asked.language),
                first=in_words(asked, asked.question(code), first),
                second=in_words(asked, asked.question(code), second),
            )
            for code in _differing(entry)
        ]


def in_words(asked: Questionnaire, question: Question, answers: AnswerSet) -> str:
    """Say one keyed answer in words; matrix rows one by one."""
    language = asked.language
    if question.type is QuestionType.MATRIX:
        parts = [
            (row.label.get(language), answer_in_words(asked, question, answers, language, row.code))
            for row in question.rows
        ]
        return "；".join(f"{label}：{words or _('空')}" for label, words in parts)
    return answer_in_words(asked, question, answers, language) or _("空")


def settle(actor: Actor, entry_id: int, takes_second: Mapping[str, bool]) -> None:
    """Settle every difference after a look at the paper, by a third look or together.

    ``takes_second`` says for each differing question whether the second keying is right.
    """
    require(actor, *_KEYERS)
    with unit_of_work() as session:
        entry = _entry(session, entry_id)
        if entry.is_settled:
            raise Conflict(_("这份纸质卷已经核定。"))
        differing = _differing(entry)
        if entry.second_answers is None or entry.first_answers is None:
            raise WrongState(_("这份纸质卷只录入了一遍。"), remedy=_("请先由另一人录入第二遍。"))
        if set(takes_second) != set(differing):
            raise InvalidInput(_("还有不一致的题没有核定。"), remedy=_("请逐题对照卷面选定。"))
        content = dict(entry.first_answers)
        for code in differing:
            if takes_second[code]:
                content.pop(code, None)
                if code in entry.second_answers:
                    content[code] = entry.second_answers[code]
        channel = _paper_channel(session, entry.channel_id)
        _settle(session, actor, channel, entry, AnswerSet.from_json(content))


def _settle(
    session: Session, actor: Actor, channel: SurveyChannel, entry: PaperEntry, answers: AnswerSet
) -> None:
    """Count the settled paper as a response; the keyings are deleted, the serial stays."""
    survey = survey_row(session, channel.survey_id)
    asked = questionnaire_of(survey)
    ledger_row = session.scalars(
        select(SurveyLedger).where(SurveyLedger.channel_id == channel.id).with_for_update()
    ).one()
    full = classified(asked, answers, today=clock.today())
    path = [c for c in find_path(asked, answers).questions if c in full.answers]
    n_answered = sum(full.get(code).is_given for code in path)
    disposition = disposition_of(
        n_answered,
        len(path),
        complete_share=survey.complete_share,
        partial_share=survey.partial_share,
    )
    session.add(
        SurveyResponse(
            id=secrets.token_hex(16),
            survey_id=survey.id,
            channel_id=channel.id,
            receipt_hash=None,
            submitted_on=clock.today(),
            language=asked.language,
            disposition=disposition,
            pace=Pace.UNKNOWN,
            answers=full.to_json(),
            quotas=[],
            invitation_number=None,
        )
    )
    ledger = OpenLedger.of(ledger_row)
    for name in ("started", "accepted", "mixed", disposition.value):
        ledger.count(name)
    ledger.write_to(ledger_row)
    n_differences = len(_differing(entry))
    entry.first_answers = entry.second_answers = None
    entry.is_settled, entry.settled_by_account_id = True, actor.account_id
    detail = {"entry": entry.id, "n_differences": n_differences}
    audit_trail.append(session, actor, "paper.settle", f"channel:{channel.id}", detail)


def _paper_channel(session: Session, channel_id: int) -> SurveyChannel:
    channel = channel_row(session, channel_id)
    if channel.kind is not ChannelKind.PAPER:
        raise WrongState(_("这不是纸质问卷的渠道。"), remedy=_("请另开一个纸质渠道。"))
    if channel.state is ChannelState.CLOSED:
        raise WrongState(_("这个渠道已经关闭。"))
    return channel


def _entry(session: Session, entry_id: int) -> PaperEntry:
    entry = session.get(PaperEntry, entry_id)
    if entry is None:
        raise InvalidInput(_("没有这份纸质卷。"), remedy=_("请从列表中重新选择。"))
    return entry


def _questionnaire(session: Session, entry: PaperEntry) -> Questionnaire:
    channel = channel_row(session, entry.channel_id)
    survey: Survey = survey_row(session, channel.survey_id)
    return questionnaire_of(survey)
