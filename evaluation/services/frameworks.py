"""Frameworks: install, import, amend by panel decision, read. A version never changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.framework import Framework
from evaluation.domain.framework_loader import (
    DEFAULT_FRAMEWORK,
    Content,
    bundled_content,
    canonical_json,
    parse,
    read_files,
)
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotFound
from evaluation.language import _
from evaluation.storage import audit_trail
from evaluation.storage.models.framework import FrameworkVersion
from evaluation.storage.session import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class FrameworkVersionView:
    """A stored version as a list shows it."""

    id: int
    code: str
    number: int
    title: str
    content_hash: str
    weights_status: WeightsStatus
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Amendment:
    """What the panel changes; empty fields stay as they are. Numbers are exact text."""

    indicator_weights: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, tuple[str, str, str, str, str]] = field(default_factory=dict)
    default_variants: Mapping[str, str] = field(default_factory=dict)
    boundary_policy: str = ""
    rounding: str = ""
    milestone_window: str = ""
    weights_status: WeightsStatus | None = None
    vetoes_enabled: bool | None = None


def install_bundled(actor: Actor, code: str = DEFAULT_FRAMEWORK) -> int:
    """Store a framework that ships with the application; the same content is stored once."""
    require(actor, Role.CHAIR)
    content = bundled_content(code)
    return _store(actor, content, reason=_("随软件提供的框架"))


def import_files(actor: Actor, texts: Mapping[str, str], reason: str) -> int:
    """Store a framework from the text of its files.

    Raises
    ------
    InvalidInput
        If a file is missing or anything in it is wrong; every fault is named in one pass.
    """
    require(actor, Role.CHAIR)
    return _store(actor, read_files(texts), reason=_checked_reason(reason))


def amend(actor: Actor, version_id: int, amendment: Amendment, reason: str) -> int:
    """Store a new version in which the panel's decision is carried out."""
    require(actor, Role.CHAIR)
    text = _checked_reason(reason)
    with reading() as session:
        content: dict[str, Any] = json.loads(_row(session, version_id).content)
    return _store(actor, _amended(content, amendment), reason=text, based_on_id=version_id)


def list_versions(actor: Actor) -> list[FrameworkVersionView]:
    """Return every stored version, newest first."""
    require(actor, *Role)
    with reading() as session:
        rows = session.scalars(select(FrameworkVersion).order_by(FrameworkVersion.id.desc()))
        return [_view(row) for row in rows]


def get_framework(actor: Actor, version_id: int) -> Framework:
    """Return the framework of a stored version."""
    require(actor, *Role)
    with reading() as session:
        return load(session, version_id)


def load(session: Session, version_id: int) -> Framework:
    """Return the framework of a stored version inside a unit of work."""
    row = _row(session, version_id)
    return _parsed(row.content_hash, row.content)


@lru_cache(maxsize=8)
def _parsed(_content_hash: str, content: str) -> Framework:
    return parse(json.loads(content))


def _checked_reason(reason: str) -> str:
    text = reason.strip()
    if len(text) < 5:
        raise InvalidInput(
            _("没有写明依据。"), remedy=_("请写明依据，例如评估团会议的日期和决定事项。")
        )
    return text


def _store(actor: Actor, content: Content, *, reason: str, based_on_id: int | None = None) -> int:
    framework = parse(content)
    with unit_of_work() as session:
        same = session.scalar(
            select(FrameworkVersion.id).where(
                FrameworkVersion.code == framework.code,
                FrameworkVersion.content_hash == framework.content_hash,
            )
        )
        if same is not None:
            return same
        last = session.scalar(
            select(FrameworkVersion.number)
            .where(FrameworkVersion.code == framework.code)
            .order_by(FrameworkVersion.number.desc())
            .limit(1)
        )
        row = FrameworkVersion(
            code=framework.code,
            number=(last or 0) + 1,
            title=framework.title,
            content=canonical_json(content),
            content_hash=framework.content_hash,
            weights_status=framework.scoring.weights_status,
            reason=reason,
            based_on_id=based_on_id,
            account_id=actor.account_id,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit_trail.append(
            session,
            actor,
            "framework.store",
            f"framework:{row.id}",
            {"code": row.code, "number": row.number, "content_hash": row.content_hash},
        )
        return row.id


def _amended(content: dict[str, Any], amendment: Amendment) -> dict[str, Any]:
    changed = copy.deepcopy(content)
    main, numbers = changed["framework.yaml"], changed["indicators.yaml"]
    rows = {row["id"]: row for row in (*numbers["indicators"], *numbers["auxiliary"])}
    unknown = (
        set(amendment.indicator_weights) | set(amendment.anchors) | set(amendment.default_variants)
    ) - set(rows)
    if unknown:
        raise InvalidInput(
            _("没有编号为“{ids}”的指标。").format(ids="、".join(sorted(unknown))),
            remedy=_("请改正指标编号。"),
        )
    for indicator_id, indicator_weight in amendment.indicator_weights.items():
        rows[indicator_id]["indicator_weight"] = indicator_weight
    for indicator_id, anchors in amendment.anchors.items():
        rows[indicator_id]["anchors"] = list(anchors)
    for indicator_id, variant in amendment.default_variants.items():
        rows[indicator_id]["default_variant"] = variant
    if amendment.boundary_policy:
        main["grading"]["boundary_policy"]["default"] = amendment.boundary_policy
    if amendment.rounding:
        main["grading"]["rounding"]["default"] = amendment.rounding
    if amendment.milestone_window:
        main["milestone_rules"]["window"]["default"] = amendment.milestone_window
    if amendment.weights_status is not None:
        main["scoring"]["weights_status"] = str(amendment.weights_status)
    if amendment.vetoes_enabled is not None:
        main["vetoes"]["enabled_by_default"] = amendment.vetoes_enabled
    return changed


def _row(session: Session, version_id: int) -> FrameworkVersion:
    row = session.get(FrameworkVersion, version_id)
    if row is None:
        raise NotFound(_("没有这一版评估框架。"), remedy=_("请刷新页面后重新选择。"))
    return row


def _view(row: FrameworkVersion) -> FrameworkVersionView:
    return FrameworkVersionView(
        id=row.id,
        code=row.code,
        number=row.number,
        title=row.title,
        content_hash=row.content_hash,
        weights_status=row.weights_status,
        reason=row.reason,
        created_at=row.created_at,
    )
