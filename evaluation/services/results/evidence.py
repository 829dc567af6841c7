"""Results of documents, forums, interviews, panel and verdicts, for the frozen result set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.evidence import RequestState, SourceGrade
from evaluation.domain.framework import Verdict
from evaluation.domain.interview import (
    CAPACITY_TITLES,
    QuoteState,
    SessionKind,
    TargetKind,
)
from evaluation.domain.member import BACKGROUND_TITLES, Background
from evaluation.language import _
from evaluation.services import evidence, interview_coding, interviews, members, objectives, rounds
from evaluation.services.evidence import ItemStanding
from evaluation.services.objectives import ObjectiveStanding
from evaluation.storage.models.evidence import EvidenceDocument, EvidenceRequest


def collect(
    session: Session, round_id: int, others: Mapping[str, ResultValue]
) -> list[ResultValue]:
    """Return everything this area offers to the report; ``others`` are the other areas' results."""
    return [
        *_panel(session),
        *_interviews(session, round_id),
        *_statements(session, round_id),
        *_documents(session, round_id),
        *_items(session, round_id),
        *_objectives(session, round_id, others),
    ]


def _count(key: str, value: int, label: str, unit: ResultUnit, source: str) -> ResultValue:
    return ResultValue(
        id=key,
        kind=ResultKind.COUNT,
        value=value,
        unit=unit,
        label=label,
        method=_("逐件清点"),
        source=source,
    )


def _panel(session: Session) -> list[ResultValue]:
    counts = members.composition_in(session)
    total = sum(counts.values())
    source = _("评估团成员登记")
    values = [
        _count(f"panel.{item}", n, _(BACKGROUND_TITLES[item]), ResultUnit.PERSONS, source)
        for item, n in counts.items()
    ]
    lawyers = counts[Background.LAWYER]
    values.append(_count("panel.total", total, _("评估团人数"), ResultUnit.PERSONS, source))
    values.append(
        _count("panel.others", total - lawyers, _("非律师成员"), ResultUnit.PERSONS, source)
    )
    return values


def _interviews(session: Session, round_id: int) -> list[ResultValue]:
    source = _("座谈、访谈记录")
    held = [view for view in interviews.interviews_in(session, round_id) if view.attendance]
    forums = sum(view.kind is SessionKind.FORUM for view in held)
    present: Counter[str] = Counter()
    invited = 0
    for view in held:
        for item in view.attendance:
            present[item.capacity] += item.n_present
            invited += item.n_invited
    values = [
        _count("interview.sessions", len(held), _("座谈访谈场次"), ResultUnit.ITEMS, source),
        _count("interview.forums", forums, _("座谈场次"), ResultUnit.ITEMS, source),
        _count("interview.individual", len(held) - forums, _("访谈场次"), ResultUnit.ITEMS, source),
        _count("interview.invited", invited, _("邀请人次"), ResultUnit.PERSONS, source),
        _count(
            "interview.attendees", sum(present.values()), _("参加人次"), ResultUnit.PERSONS, source
        ),
        _count(
            "interview.confirmed",
            sum(view.read_back_on is not None for view in held),
            _("经参加人核对的记录"),
            ResultUnit.ITEMS,
            source,
        ),
        _count(
            "interview.court_staff_present",
            sum(view.court_staff_present for view in held),
            _("有法院人员在场的场次"),
            ResultUnit.ITEMS,
            source,
        ),
    ]
    values.extend(
        _count(
            f"interview.capacity.{capacity}",
            present[capacity],
            _(title),
            ResultUnit.PERSONS,
            source,
        )
        for capacity, title in CAPACITY_TITLES.items()
        if present[capacity]
    )
    return values


def _statements(session: Session, round_id: int) -> list[ResultValue]:
    source = _("座谈、访谈编码")
    rows = interview_coding.statements_in(session, round_id)
    values = [
        _count("interview.statements", len(rows), _("编码陈述条数"), ResultUnit.ITEMS, source)
    ]
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.target_kind is not TargetKind.SECTION:
            word = {1: "positive", 0: "neutral", -1: "negative"}[row.direction]
            counts[row.target_id, word] += 1
    words = {"positive": _("肯定"), "neutral": _("中性"), "negative": _("否定")}
    values.extend(
        _count(
            f"interview.target.{target}.{word}",
            n,
            _("{target}：{word}陈述").format(target=target, word=words[word]),
            ResultUnit.ITEMS,
            source,
        )
        for (target, word), n in sorted(counts.items())
    )
    cleared = [row for row in rows if row.quote_state is QuoteState.CLEARED]
    values.extend(
        ResultValue(
            id=f"interview.quote.{number:03d}",
            kind=ResultKind.TEXT,
            text=row.quote_text,
            label=_(CAPACITY_TITLES[row.capacity]),
            method=_("去识别后经秘书或组长审定"),
            source=source,
            extra={"target": row.target_id, "direction": row.direction},
        )
        for number, row in enumerate(cleared, start=1)
    )
    return values


def _documents(session: Session, round_id: int) -> list[ResultValue]:
    source = _("文献材料登记")
    by_grade = session.execute(
        select(EvidenceDocument.grade, func.count())
        .where(EvidenceDocument.round_id == round_id)
        .group_by(EvidenceDocument.grade)
    )
    grades = {SourceGrade(row[0]): int(row[1]) for row in by_grade}
    by_state = session.execute(
        select(EvidenceRequest.state, func.count())
        .where(EvidenceRequest.round_id == round_id)
        .group_by(EvidenceRequest.state)
    )
    requests = {RequestState(row[0]): int(row[1]) for row in by_state}
    values = [
        _count("evidence.documents", sum(grades.values()), _("文献件数"), ResultUnit.ITEMS, source)
    ]
    values.extend(
        _count(
            f"evidence.documents.grade_{grade.lower()}",
            grades.get(grade, 0),
            _("{grade}级材料").format(grade=grade),
            ResultUnit.ITEMS,
            source,
        )
        for grade in SourceGrade
    )
    values.append(
        _count(
            "evidence.requests",
            sum(requests.values()),
            _("向法院调取的项次"),
            ResultUnit.ITEMS,
            source,
        )
    )
    values.append(
        _count(
            "evidence.requests.refused",
            requests.get(RequestState.REFUSED, 0),
            _("法院未提供的项次"),
            ResultUnit.ITEMS,
            source,
        )
    )
    return values


def _items(session: Session, round_id: int) -> list[ResultValue]:
    framework = rounds.framework_in(session, round_id)
    standings = evidence.standings_in(session, round_id)
    threshold = framework.evidence.implemented_from
    values = [_share("evidence.completion", standings, threshold, _("措施落实率"))]
    values.append(
        _count(
            "evidence.items.rated",
            sum(standing.is_settled for standing in standings),
            _("已定评分的证据项"),
            ResultUnit.ITEMS,
            _("证据项双人评分"),
        )
    )
    double = [standing for standing in standings if len(standing.ratings) >= 2]
    equal = [
        standing
        for standing in double
        if len({rating.score for _account, rating in standing.ratings}) == 1
    ]
    if double:
        values.append(
            ResultValue(
                id="evidence.agreement",
                kind=ResultKind.SHARE,
                value=len(equal) / len(double),
                unit=ResultUnit.RATE,
                label=_("证据项两人评分一致的比例"),
                numerator=len(equal),
                denominator=len(double),
                method=_("两人分别评分，未经裁定前比较"),
                source=_("证据项双人评分"),
            )
        )
    for group in framework.evidence.groups:
        members_of = [standing for standing in standings if standing.group == group.code]
        values.extend(_group(group.code, group.name, members_of, threshold))
    values.extend(_item(standing) for standing in standings if standing.is_settled)
    return values


def _group(
    code: str, name: str, standings: list[ItemStanding], threshold: int
) -> list[ResultValue]:
    source = _("证据项双人评分")
    applicable = [s for s in standings if s.is_settled and s.score is not None]
    implemented = [s for s in applicable if (s.score or 0) >= threshold]
    missing = [s for s in applicable if s.score == 0]
    stem = f"evidence.group.{code}"
    return [
        _share(stem, standings, threshold, name),
        _count(f"{stem}.applicable", len(applicable), name, ResultUnit.ITEMS, source),
        _count(f"{stem}.implemented", len(implemented), name, ResultUnit.ITEMS, source),
        _count(f"{stem}.no_evidence", len(missing), name, ResultUnit.ITEMS, source),
    ]


def _share(key: str, standings: list[ItemStanding], threshold: int, label: str) -> ResultValue:
    applicable = [s for s in standings if s.is_settled and s.score is not None]
    implemented = sum((s.score or 0) >= threshold for s in applicable)
    return ResultValue(
        id=key,
        kind=ResultKind.SHARE,
        value=implemented / len(applicable) if applicable else None,
        unit=ResultUnit.RATE,
        label=label,
        numerator=implemented,
        denominator=len(applicable),
        method=_("评2分以上的证据项占适用证据项；单凭C级材料最高评1分"),
        source=_("证据项双人评分"),
        note="" if applicable else _("没有已定评分的适用证据项"),
    )


def _item(standing: ItemStanding) -> ResultValue:
    return ResultValue(
        id=f"evidence.item.{standing.item.id}",
        kind=ResultKind.SCORE if standing.score is not None else ResultKind.TEXT,
        value=standing.score,
        unit=ResultUnit.POINTS if standing.score is not None else ResultUnit.NONE,
        label=standing.item.name,
        text="" if standing.score is not None else _("不适用"),
        method=_("裁定") if standing.adjudicated is not None else _("两人一致"),
        source=_("证据项双人评分"),
        extra={
            "grades": [str(grade) for grade in standing.grades],
            "n_documents": standing.n_documents,
            "seed_ref": standing.item.seed_ref,
        },
    )


def _objectives(
    session: Session, round_id: int, others: Mapping[str, ResultValue]
) -> list[ResultValue]:
    framework = rounds.framework_in(session, round_id)
    names = {choice.code: choice.name for choice in framework.verdicts}
    values: list[ResultValue] = []
    for standing in objectives.standings_in(session, round_id, others):
        values.extend(_cells(standing))
        values.extend(_verdict(standing, names))
    return values


def _cells(standing: ObjectiveStanding) -> list[ResultValue]:
    return [
        ResultValue(
            id=f"objective.{standing.objective.id}.{cell.method}",
            kind=ResultKind.SHARE,
            value=cell.strength,
            unit=ResultUnit.INDEX,
            label=standing.objective.short,
            n_sampled=cell.n_observations,
            method=_("证据矩阵，按固定规则折算为百分制"),
            source=_("本期各方法结果"),
            note=cell.explanation,
            extra={"support": None if cell.support is None else int(cell.support)},
        )
        for cell in standing.cells
        if cell.strength is not None
    ]


def _verdict(standing: ObjectiveStanding, names: dict[str, str]) -> list[ResultValue]:
    key = f"objective.{standing.objective.id}"
    values = [
        ResultValue(
            id=f"{key}.proposed",
            kind=ResultKind.TEXT,
            text=names[standing.proposed],
            label=_("按规则提出的判断"),
            method=_("证据矩阵规则"),
            source=_("本期各方法结果"),
        )
    ]
    if standing.verdict is None:
        return values
    cast: Counter[Verdict] = Counter(vote.verdict for vote in standing.votes)
    source = _("评估团表决记录")
    values.append(
        ResultValue(
            id=f"{key}.verdict",
            kind=ResultKind.TEXT,
            text=names[standing.verdict],
            label=standing.objective.short,
            method=_("评估团表决"),
            source=source,
            note=standing.reason,
            extra={"dissent": standing.dissent},
        )
    )
    values.append(
        _count(f"{key}.votes_for", cast[standing.verdict], _("赞成票"), ResultUnit.PERSONS, source)
    )
    values.append(
        _count(f"{key}.votes_cast", sum(cast.values()), _("投票人数"), ResultUnit.PERSONS, source)
    )
    if standing.dissent:
        values.append(
            ResultValue(
                id=f"{key}.dissent",
                kind=ResultKind.TEXT,
                text=standing.dissent,
                label=_("少数意见"),
                method=_("评估团表决"),
                source=source,
            )
        )
    return values
