"""Gathers what a report is made from: frozen results, framework, panel, texts, replies."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.analysis.results import ResultSet
from evaluation.domain.member import BACKGROUND_TITLES
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import (
    crosswalks,
    imprint,
    installation,
    members,
    narratives,
    replies,
    rounds,
)
from evaluation.services.report_content.front import chinese_date
from evaluation.services.report_content.inputs import EditionFacts, ReportInput, RoundFacts
from evaluation.services.results.freeze import stored_results
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.member import Member
from evaluation.storage.models.report import ReportApproval, ReportCorrigendum, ReportEdition
from reports import manifest


def gather(session: Session, round_id: int, edition: EditionFacts) -> ReportInput:
    """Return the input of the report of a round.

    Raises
    ------
    NotFound
        If the results of the round are not frozen yet.
    """
    row = rounds.row_of(session, round_id)
    results = stored_results(session, round_id)
    if results is None:
        raise NotFound(
            _("这一期的结果尚未冻结。"), remedy=_("请先在“评估结果”页计算并保存结果，再生成报告。")
        )
    return ReportInput(
        round=_round_facts(row),
        framework=rounds.framework_in(session, round_id),
        courts=tuple((c.code, c.name) for c in rounds.round_courts_in(session, round_id)),
        results=results,
        earlier=_earlier(session, row),
        narrative=tuple(narratives.entries_in(session, round_id)),
        earlier_recommendations=tuple(narratives.earlier_recommendations_in(session, row)),
        replies=tuple(replies.replies_in(session, round_id)),
        panel={b: n for b, n in members.composition_in(session).items() if n},
        edition=edition,
        comparability={
            entry.indicator_id: (str(entry.comparability), entry.reason)
            for entry in crosswalks.crosswalk_in(session, round_id)
        },
        corrections=_corrections(session, round_id),
        is_demonstration=installation.is_demonstration_in(session),
    )


def content_hash(data: ReportInput) -> str:
    """Hash everything that an approval stands for: all but number, day and approvals."""
    body = {
        "round": {**asdict(data.round)},
        "framework": data.framework.content_hash,
        "results": data.results.sha256,
        "earlier": [[facts.code, results.sha256] for facts, results in data.earlier],
        "narrative": [asdict(entry) for entry in data.narrative],
        "replies": [asdict(reply) for reply in data.replies],
        "panel": {str(background): n for background, n in data.panel.items()},
        "comparability": {key: list(value) for key, value in data.comparability.items()},
        "demonstration": data.is_demonstration,
        "imprint": [data.edition.organisation, data.edition.contact, data.edition.funding],
    }
    return manifest.sha256(json.dumps(body, sort_keys=True, default=str).encode())


def edition_facts(
    session: Session, number: int, dated_on: date, *, draft: ReportEdition | None
) -> EditionFacts:
    """Return the imprint: a draft without approvals, or the published edition with them."""
    written = imprint.imprint_in(session)
    blank = _("（尚未填写）")
    facts = EditionFacts(
        number=number,
        dated_on=dated_on,
        organisation=written.organisation if written else blank,
        contact=written.contact if written else blank,
        funding=written.funding if written else blank,
        code_version=f"hengping {_code_version()}",
        is_draft=draft is None,
    )
    return facts if draft is None else replace(facts, approvals=approvals_in(session, draft.id))


def approvals_in(session: Session, edition_id: int) -> tuple[tuple[str, str, str], ...]:
    """Return who approved an edition: name, background, day."""
    rows = session.execute(
        select(Member.name, Member.background, ReportApproval.approved_at)
        .join(ReportApproval, ReportApproval.member_id == Member.id)
        .where(ReportApproval.edition_id == edition_id)
        .order_by(ReportApproval.id)
    )
    return tuple(
        (name, _(BACKGROUND_TITLES[background]), chinese_date(at)) for name, background, at in rows
    )


def _code_version() -> str:
    try:
        return version("hengping")
    except PackageNotFoundError:
        return "0"


def _round_facts(row: EvaluationRound) -> RoundFacts:
    return RoundFacts(
        row.code,
        row.kind,
        row.name,
        row.period_from,
        row.period_to,
        rounds.settings_of(row),
        row.definition_hash or "",
    )


def _earlier(session: Session, row: EvaluationRound) -> tuple[tuple[RoundFacts, ResultSet], ...]:
    found = session.scalars(
        select(EvaluationRound)
        .where(EvaluationRound.sequence < row.sequence)
        .order_by(EvaluationRound.sequence)
    ).all()
    pairs = [(_round_facts(one), stored_results(session, one.id)) for one in found]
    return tuple((facts, results) for facts, results in pairs if results is not None)


def _corrections(session: Session, round_id: int) -> tuple[str, ...]:
    rows = session.execute(
        select(ReportCorrigendum.text, ReportCorrigendum.added_at)
        .join(ReportEdition, ReportEdition.id == ReportCorrigendum.edition_id)
        .where(ReportEdition.round_id == round_id)
        .order_by(ReportCorrigendum.id)
    )
    return tuple(_("{day}：{text}").format(day=chinese_date(at), text=text) for text, at in rows)
