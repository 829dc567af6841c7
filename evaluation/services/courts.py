"""The courts under evaluation: take over a list, add, correct, leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import resources

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotFound
from evaluation.language import N_, _
from evaluation.storage import audit_trail
from evaluation.storage.models.court import Court
from evaluation.storage.session import reading, unit_of_work

LEVEL_TITLES = {"intermediate": N_("中级人民法院"), "basic": N_("基层人民法院")}

#: Offices whose names differ from court to court (gap 20 of the plan).
UNIT_TITLES = {
    "enforcement_bureau": N_("执行局"),
    "enforcement_tribunal": N_("执行裁判庭"),
    "review_unit": N_("执行审查部门"),
    "command_centre": N_("执行指挥中心"),
}
_CODE = re.compile(r"[0-9A-Za-z]{1,20}")


@dataclass(frozen=True, slots=True)
class CourtDraft:
    """What is entered about a court. ``case_mark`` is the court's mark in case numbers: 鄂0102."""

    code: str
    name: str
    short_name: str
    level: str
    district: str
    case_mark: str
    units: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CourtView:
    """A court as lists and other services see it."""

    id: int
    code: str
    name: str
    short_name: str
    level: str
    district: str
    case_mark: str
    position: int
    units: tuple[tuple[str, str], ...]
    is_active: bool


def install_bundled(actor: Actor, list_name: str = "wuhan") -> int:
    """Take over a list of courts that ships with the application; return how many were new."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    path = resources.files("evaluation").joinpath("data", "courts", f"{list_name}.yaml")
    if not path.is_file():
        raise NotFound(_("没有名为“{name}”的法院名单。").format(name=list_name))
    drafts = [
        CourtDraft(
            code=str(row["code"]),
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            district=row["district"],
            case_mark=row["case_mark"],
        )
        for row in yaml.safe_load(path.read_text("utf-8"))["courts"]
    ]
    with unit_of_work() as session:
        known = set(session.scalars(select(Court.code)))
        new = [draft for draft in drafts if draft.code not in known]
        for draft in new:
            _add(session, draft)
        if new:
            audit_trail.append(
                session, actor, "court.install", f"courts:{list_name}", {"n_courts": len(new)}
            )
    return len(new)


def add_court(actor: Actor, draft: CourtDraft) -> int:
    """Add one court."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    clean = _checked(draft)
    with unit_of_work() as session:
        if session.scalar(select(Court.id).where(Court.code == clean.code)) is not None:
            raise Conflict(
                _("代码“{code}”已用于另一法院。").format(code=clean.code),
                remedy=_("请核对代码，或修改已有法院。"),
            )
        row = _add(session, clean)
        audit_trail.append(session, actor, "court.add", f"court:{row.id}", {"code": row.code})
        return row.id


def change_court(actor: Actor, court_id: int, draft: CourtDraft, *, is_active: bool) -> None:
    """Correct a court; its code stays, because registers and results refer to it."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        row = _row(session, court_id)
        clean = _checked(replace(draft, code=row.code))
        row.name, row.short_name, row.level = clean.name, clean.short_name, clean.level
        row.district, row.case_mark = clean.district, clean.case_mark
        row.units, row.is_active = dict(clean.units), is_active
        audit_trail.append(
            session,
            actor,
            "court.change",
            f"court:{court_id}",
            {"code": row.code, "is_active": is_active},
        )


def list_courts(actor: Actor, *, only_active: bool = False) -> list[CourtView]:
    """Return the courts in their order; a court's liaison sees the own court only."""
    require(actor, *Role)
    with reading() as session:
        views = courts_in(session, only_active=only_active)
    if actor.court_code is not None and actor.roles == {Role.COURT_LIAISON}:
        return [view for view in views if view.code == actor.court_code]
    return views


def courts_in(session: Session, *, only_active: bool = False) -> list[CourtView]:
    """Return the courts inside a unit of work."""
    query = select(Court).order_by(Court.position, Court.id)
    if only_active:
        query = query.where(Court.is_active.is_(True))
    return [view_of(row) for row in session.scalars(query)]


def _checked(draft: CourtDraft) -> CourtDraft:
    clean = CourtDraft(
        code=draft.code.strip(),
        name=draft.name.strip(),
        short_name=draft.short_name.strip() or draft.name.strip(),
        level=draft.level,
        district=draft.district.strip(),
        case_mark=draft.case_mark.strip(),
        units=tuple((key, text.strip()) for key, text in draft.units if text.strip()),
    )
    faults = []
    if not _CODE.fullmatch(clean.code):
        faults.append(Fault(_("代码"), _("须为1至20位数字或字母。"), _("例如 0102。")))
    if not clean.name:
        faults.append(Fault(_("名称"), _("没有填写。"), _("请填写法院全称。")))
    if clean.level not in LEVEL_TITLES:
        faults.append(Fault(_("层级"), _("不是允许的取值。"), _("请选择中级或基层人民法院。")))
    if len(clean.short_name) > 80 or len(clean.district) > 80 or len(clean.case_mark) > 20:
        faults.append(Fault(_("简称、区域、代字"), _("文字过长。"), _("请缩短后保存。")))
    if faults:
        raise InvalidInput(_("法院信息有误，没有保存。"), faults=faults)
    return clean


def _add(session: Session, draft: CourtDraft) -> Court:
    last = session.scalar(select(func.max(Court.position)))
    row = Court(
        code=draft.code,
        name=draft.name,
        short_name=draft.short_name,
        level=draft.level,
        district=draft.district,
        case_mark=draft.case_mark,
        position=(last or 0) + 1,
        units=dict(draft.units),
        is_active=True,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _row(session: Session, court_id: int) -> Court:
    row = session.get(Court, court_id)
    if row is None:
        raise NotFound(_("没有这个法院。"), remedy=_("请刷新页面后重新选择。"))
    return row


def view_of(row: Court) -> CourtView:
    """Return a court row as plain data."""
    return CourtView(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        district=row.district,
        case_mark=row.case_mark,
        position=row.position,
        units=tuple((str(key), str(text)) for key, text in row.units.items()),
        is_active=row.is_active,
    )
