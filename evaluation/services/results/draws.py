"""What a round's draws contribute to its results: exact counts, and the words of the draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.clock import beijing_text
from evaluation.domain.register import UnitRole
from evaluation.language import _
from evaluation.services import draws
from evaluation.services.draw_views import DrawView
from evaluation.storage.models.draw import DrawnUnit
from evaluation.storage.models.frame import Frame


def collect(session: Session, round_id: int) -> list[ResultValue]:
    """Return the counts and words of every draw of a round; nothing if there was no draw."""
    views = draws.list_in(session, round_id)[::-1]
    if not views:
        return []
    return [*_totals(session, views), *_strata(views), *_words(session, views)]


def _count(name: str, value: int, label: str, source: str) -> ResultValue:
    return ResultValue(
        name,
        ResultKind.COUNT,
        float(value),
        ResultUnit.FILES,
        label,
        method=_("据抽样证书逐件计数"),
        source=source,
    )


def _totals(session: Session, views: list[DrawView]) -> Iterator[ResultValue]:
    source = ",".join(f"draw:{view.id}" for view in views)
    counted = session.execute(
        select(DrawnUnit.role, func.count())
        .where(DrawnUnit.draw_id.in_([view.id for view in views]))
        .group_by(DrawnUnit.role)
    )
    roles: Counter[UnitRole] = Counter({row[0]: row[1] for row in counted})
    yield _count("draw.frame", sum(v.n_units for v in views), _("抽样框案件数"), source)
    yield _count("draw.sample", sum(v.n_sample for v in views), _("样本案件数"), source)
    yield _count("draw.reserve", sum(v.n_reserve for v in views), _("备用案件数"), source)
    yield _count("draw.substitutes", roles[UnitRole.SUBSTITUTE], _("替补案件数"), source)
    yield _count("draw.frame_errors", roles[UnitRole.FRAME_ERROR], _("名册差错件数"), source)
    yield ResultValue(
        "draw.extensions",
        ResultKind.COUNT,
        float(sum(view.n_extensions for view in views)),
        ResultUnit.ITEMS,
        _("延长抽样次数"),
        method=_("据抽样证书计数"),
        source=source,
    )


def _strata(views: list[DrawView]) -> Iterator[ResultValue]:
    is_single = len(views) == 1
    for view in views:
        for part in view.strata:
            code = part.stratum.replace(" ", "-")
            stem = f"draw.stratum.{code}" if is_single else f"draw.stratum.{view.id}-{code}"
            source = f"draw:{view.id}"
            yield _count(f"{stem}.population", part.population_size, part.stratum, source)
            yield _count(f"{stem}.sample", part.sample_size, part.stratum, source)


def _words(session: Session, views: list[DrawView]) -> Iterator[ResultValue]:
    is_single = len(views) == 1
    for view in views:
        frame = session.get(Frame, view.frame_id)
        frozen_at = frame.frozen_at if frame else None
        words = {
            "rule": (_("抽样规则"), "hp-draw-1"),
            "frame_sha256": (_("抽样框 SHA-256"), view.frame_sha256),
            "frozen_at": (_("抽样框冻结"), beijing_text(frozen_at) if frozen_at else ""),
            "seed": (_("公开种子"), view.seed),
            "seed_given_at": (_("给出种子"), beijing_text(view.seed_given_at)),
            "witnesses": (_("见证人"), "、".join(view.witnesses)),
            "certificate_sha256": (_("抽样证书 SHA-256"), view.certificate_sha256),
        }
        for name, (label, text) in words.items():
            yield ResultValue(
                f"draw.{name}" if is_single else f"draw.{view.id}.{name}",
                ResultKind.TEXT,
                label=label if is_single else f"{view.frame_name}：{label}",
                text=text or "—",
                method=_("据抽样证书"),
                source=f"draw:{view.id}",
            )
