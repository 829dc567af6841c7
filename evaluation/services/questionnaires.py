"""Questionnaires: take from the library or a file, edit, test, publish, compare, export.

A published version is frozen and hashed; trend items of it can never change again. Two people who
edit one draft are told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.questionnaire_version import (
    EDITABLE,
    VersionState,
    require_editable,
    require_move,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services.questionnaire_files import (
    QuestionnaireFormat,
    WrittenFile,
    read_questionnaire,
    refusal,
    write_questionnaire,
)
from evaluation.storage import audit_trail
from evaluation.storage.models.questionnaire import Questionnaire as QuestionnaireRow
from evaluation.storage.models.questionnaire import QuestionnaireVersion
from evaluation.storage.session import reading, unit_of_work
from surveys.checks import check, check_trend, errors_only
from surveys.difference import Change, difference
from surveys.errors import Problem
from surveys.loader import canonical_json, content_hash, library_codes, load_library, loads
from surveys.schema import Purpose, Questionnaire, Section, Text

DESIGNERS = (Role.DESIGNER, Role.CHAIR)
READERS = (
    Role.DESIGNER,
    Role.CHAIR,
    Role.SECRETARY,
    Role.ANALYST,
    Role.REVIEWER,
    Role.INTERVIEWER,
    Role.OBSERVER,
)


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version as a list shows it."""

    id: int
    questionnaire_id: int
    code: str
    title: str
    number: int
    state: VersionState
    content_hash: str
    revision: int
    note: str
    changed_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class LibraryView:
    """One questionnaire of the library."""

    code: str
    title: str
    population: str
    n_questions: int
    n_trend: int


@dataclass(frozen=True)
class Opened:
    """One version with its content, and what it is compared with."""

    version: VersionView
    questionnaire: Questionnaire
    previous: Questionnaire | None
    """Last version published before this one; its trend items are fixed."""

    @property
    def is_editable(self) -> bool:
        """Whether it is still a draft."""
        return self.version.state in EDITABLE

    @property
    def fixed_questions(self) -> frozenset[str]:
        """Codes of the trend items that may not change."""
        if self.previous is None:
            return frozenset()
        return frozenset(q.code for q in self.previous.questions if q.tags.trend)


def list_library(actor: Actor) -> list[LibraryView]:
    """List the questionnaires that come with the application."""
    require(actor, *READERS)
    found = [load_library(code) for code in library_codes()]
    return [
        LibraryView(
            questionnaire.code,
            str(questionnaire.title),
            str(questionnaire.population or ""),
            len(questionnaire.questions),
            sum(question.tags.trend for question in questionnaire.questions),
        )
        for questionnaire in found
    ]


def library_questionnaire(actor: Actor, code: str) -> Questionnaire:
    """Return one questionnaire of the library."""
    require(actor, *READERS)
    if code not in library_codes():
        raise NotFound(_("题库里没有这份问卷。"))
    return load_library(code)


def list_versions(actor: Actor) -> list[VersionView]:
    """List all versions, by questionnaire, newest first."""
    require(actor, *READERS)
    with reading() as session:
        rows = session.execute(
            select(QuestionnaireVersion, QuestionnaireRow)
            .join(QuestionnaireRow, QuestionnaireRow.id == QuestionnaireVersion.questionnaire_id)
            .order_by(QuestionnaireRow.code, QuestionnaireVersion.number.desc())
        ).all()
        return [_view(version, row) for version, row in rows]


def open_version(actor: Actor, version_id: int) -> Opened:
    """Return one version with its content."""
    require(actor, *READERS)
    with reading() as session:
        version, row = _rows(session, version_id)
        return Opened(_view(version, row), loads(version.content), _previous(session, version))


def create_blank(actor: Actor, code: str, title: str, purpose: Purpose = Purpose.SURVEY) -> int:
    """Start an empty questionnaire with one section."""
    require(actor, *DESIGNERS)
    if not title.strip():
        raise InvalidInput(_("没有填写标题。"), where=_("标题"), remedy=_("请填写问卷标题。"))
    if not (code.isascii() and code.isidentifier() and len(code) <= 32):
        raise InvalidInput(
            _("问卷代码不合规则。"),
            where=_("代码"),
            remedy=_("请以英文字母开头，只用英文字母、数字和下划线，不超过32个字符。"),
        )
    first = Section("s1", Text.of(_("第一部分")), ())
    questionnaire = Questionnaire(code, Text.of(title.strip()), (first,), purpose=purpose)
    with unit_of_work() as session:
        if session.scalar(select(QuestionnaireRow.id).where(QuestionnaireRow.code == code)):
            raise Conflict(_("已有代码相同的问卷。"), remedy=_("请换一个代码。"))
        return _add(session, actor, questionnaire, _("新建"))


def create_from_library(actor: Actor, code: str) -> int:
    """Take a questionnaire of the library over as a draft."""
    require(actor, *DESIGNERS)
    questionnaire = library_questionnaire(actor, code)
    with unit_of_work() as session:
        return _add(session, actor, questionnaire, _("取自题库"))


def import_file(actor: Actor, name: str, content: bytes) -> tuple[int, tuple[Problem, ...]]:
    """Take a questionnaire from a file over as a draft; return what was not taken over.

    Raises
    ------
    InvalidInput
        If there is no questionnaire in the file; every fault is named, nothing is stored.
    """
    require(actor, *DESIGNERS)
    read = read_questionnaire(name, content)
    with unit_of_work() as session:
        version_id = _add(session, actor, read.questionnaire, _("从文件导入"))
    return version_id, read.losses


def new_draft(actor: Actor, version_id: int, note: str = "") -> int:
    """Start the next version from an existing one."""
    require(actor, *DESIGNERS)
    with unit_of_work() as session:
        version, _row = _rows(session, version_id)
        return _add(session, actor, loads(version.content), note.strip() or _("新版本"))


def save(actor: Actor, version_id: int, questionnaire: Questionnaire, revision: int) -> int:
    """Store an edited draft; return its new revision.

    Raises
    ------
    WrongState
        If the version is frozen: start a new draft.
    Conflict
        If somebody else saved in the meantime: load again.
    InvalidInput
        If a fixed trend item was changed.
    """
    require(actor, *DESIGNERS)
    with unit_of_work() as session:
        version, row = _rows(session, version_id)
        require_editable(version.state)
        if version.revision != revision:
            raise Conflict(
                _("别人刚刚修改过这份草稿。"), remedy=_("请重新载入后再改；您的修改尚未保存。")
            )
        if questionnaire.code != row.code:
            raise InvalidInput(_("问卷代码不能修改。"), remedy=_("请另建一份问卷。"))
        previous = _previous(session, version)
        if previous is not None and (broken := check_trend(previous, questionnaire)):
            raise refusal(broken, _("趋势题不能改动，这次修改没有保存。"))
        version.content = canonical_json(questionnaire)
        version.content_hash = content_hash(questionnaire)
        version.revision = revision + 1
        version.changed_at = clock.now()
        version.account_id = actor.account_id
        row.title = str(questionnaire.title)
        return version.revision


def problems_of(opened: Opened) -> list[Problem]:
    """List every problem of a version, changed trend items among them."""
    return check(opened.questionnaire, opened.previous)


def move(actor: Actor, version_id: int, wanted: VersionState) -> None:
    """Send a draft to testing or back, publish it, or close a published version.

    Raises
    ------
    InvalidInput
        If it is to be published and has errors; every one is named.
    """
    require(actor, *DESIGNERS)
    with unit_of_work() as session:
        version, row = _rows(session, version_id)
        require_move(version.state, wanted)
        questionnaire = loads(version.content)
        if wanted is VersionState.PUBLISHED:
            errors = errors_only(check(questionnaire, _previous(session, version)))
            if errors:
                raise refusal(errors, _("问卷还有错误，不能发布。"))
            version.published_at = clock.now()
        if wanted is VersionState.CLOSED:
            version.closed_at = clock.now()
        version.state = wanted
        version.changed_at = clock.now()
        audit_trail.append(
            session,
            actor,
            f"questionnaire.{wanted.value}",
            f"questionnaire:{row.code}",
            {"number": version.number, "sha256": version.content_hash},
        )


def compare(actor: Actor, before_id: int, after_id: int) -> list[Change]:
    """Say in sentences what changed between two versions."""
    before, after = open_version(actor, before_id), open_version(actor, after_id)
    return difference(before.questionnaire, after.questionnaire)


def export(actor: Actor, version_id: int, kind: QuestionnaireFormat) -> WrittenFile:
    """Write a version as a file."""
    require(actor, *READERS)
    return write_questionnaire(open_version(actor, version_id).questionnaire, kind)


def xlsform_losses(actor: Actor, version_id: int) -> tuple[Problem, ...]:
    """Say what other programs would not take from the XLSForm of a version."""
    require(actor, *READERS)
    return export(actor, version_id, QuestionnaireFormat.XLSFORM).losses


def _rows(session: Session, version_id: int) -> tuple[QuestionnaireVersion, QuestionnaireRow]:
    found = session.execute(
        select(QuestionnaireVersion, QuestionnaireRow)
        .join(QuestionnaireRow, QuestionnaireRow.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id)
    ).first()
    if found is None:
        raise NotFound(_("没有这个问卷版本。"), remedy=_("请从列表中重新选择。"))
    return found[0], found[1]


def _previous(session: Session, version: QuestionnaireVersion) -> Questionnaire | None:
    content = session.scalar(
        select(QuestionnaireVersion.content)
        .where(
            QuestionnaireVersion.questionnaire_id == version.questionnaire_id,
            QuestionnaireVersion.number < version.number,
            QuestionnaireVersion.published_at.is_not(None),
        )
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
    return None if content is None else loads(content)


def _add(session: Session, actor: Actor, questionnaire: Questionnaire, note: str) -> int:
    row = session.scalar(
        select(QuestionnaireRow).where(QuestionnaireRow.code == questionnaire.code)
    )
    if row is None:
        row = QuestionnaireRow(
            code=questionnaire.code,
            title=str(questionnaire.title),
            account_id=actor.account_id,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
    last = session.scalar(
        select(func.max(QuestionnaireVersion.number)).where(
            QuestionnaireVersion.questionnaire_id == row.id
        )
    )
    version = QuestionnaireVersion(
        questionnaire_id=row.id,
        number=(last or 0) + 1,
        state=VersionState.DRAFT,
        content=canonical_json(questionnaire),
        content_hash=content_hash(questionnaire),
        revision=1,
        test_token=None,
        note=note,
        account_id=actor.account_id,
        created_at=clock.now(),
        changed_at=clock.now(),
        published_at=None,
        closed_at=None,
    )
    session.add(version)
    session.flush()
    audit_trail.append(
        session,
        actor,
        "questionnaire.draft",
        f"questionnaire:{row.code}",
        {"number": version.number, "note": note},
    )
    return version.id


def _view(version: QuestionnaireVersion, row: QuestionnaireRow) -> VersionView:
    return VersionView(
        version.id,
        row.id,
        row.code,
        row.title,
        version.number,
        version.state,
        version.content_hash,
        version.revision,
        version.note,
        version.changed_at,
        version.published_at,
    )
