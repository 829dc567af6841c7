"""The draw certificate on paper: what was frozen, which seed, what was drawn, how to check it.

Shows tickets and sizes, never case numbers, so that it can be handed to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.clock import beijing_text
from evaluation.domain.roles import Actor, require
from evaluation.language import _
from evaluation.services import draws, rounds
from evaluation.services.draw_views import DrawView, draw_row, newest_certificate
from evaluation.services.frames import FrameView, get_frame
from evaluation.services.installation import is_demonstration_in
from evaluation.storage.session import reading
from reports import html, pdf
from reports.document import (
    Align,
    Block,
    Column,
    Fact,
    Paragraph,
    ParagraphStyle,
    Row,
    Table,
    Verbatim,
)

_MOST_TICKETS = 400


def certificate_pdf(actor: Actor, draw_id: int) -> tuple[str, bytes]:
    """Return file name and PDF of a draw's certificate."""
    return f"draw-certificate-{draw_id}.pdf", pdf.render(certificate_html(actor, draw_id))


def certificate_html(actor: Actor, draw_id: int) -> str:
    """Return the certificate as one HTML document, ready to print."""
    require(actor, *draws.READERS)
    view = draws.get_draw(actor, draw_id)
    frame = get_frame(actor, view.frame_id)
    with reading() as session:
        draw_row(session, draw_id)
        proof = json.loads(newest_certificate(session, draw_id))
        is_demonstration = is_demonstration_in(session)
    names = {
        court.code: court.short_name for court in rounds.list_round_courts(actor, view.round_id)
    }
    return html.sheet(
        _("抽样证书"),
        _blocks(view, frame, proof, names),
        subtitle=view.frame_name,
        foot=_("抽样框 SHA-256 {hash}").format(hash=view.frame_sha256),
        marks=[_("演示数据")] if is_demonstration else [],
    )


def _blocks(
    view: DrawView, frame: FrameView, proof: Mapping[str, Any], names: Mapping[str, str]
) -> Sequence[Block]:
    frozen = beijing_text(frame.frozen_at) if frame.frozen_at else ""
    facts = Fact(
        (
            (_("抽样规则"), _quoted(proof["rule"])),
            (_("抽样框"), _quoted(_("{n}件，{moment}冻结").format(n=view.n_units, moment=frozen))),
            (_("抽样框 SHA-256"), _quoted(view.frame_sha256)),
            (_("种子"), _quoted(view.seed)),
            (_("给出种子"), _quoted(beijing_text(view.seed_given_at))),
            (_("抽样"), _quoted(beijing_text(view.drawn_at))),
            (_("见证人"), _quoted("、".join(view.witnesses) or _("未记载"))),
            (
                _("样本与备用"),
                _quoted(
                    _("样本{sample}件，备用{reserve}件").format(
                        sample=view.n_sample, reserve=view.n_reserve
                    )
                ),
            ),
            (_("证书 SHA-256"), _quoted(view.certificate_sha256)),
        )
    )
    order = (
        _("种子早于本期抽样框：经事先声明沿用上期种子，使两期样本尽量重合。")
        if proof["coordinated_with"]
        else _("种子在抽样框的哈希值公布之后给出。")
    )
    return (
        Paragraph((_("本证书证明：下列抽样只由抽样框和当众给出的种子决定，任何人都可以重做。"),)),
        facts,
        Paragraph((order,)),
        Paragraph((_("怎样核验"),), ParagraphStyle.LEAD),
        Paragraph(
            (
                _("每个案件的抽签号，是“种子|案件编号”的"),
                _quoted("SHA-256"),
                _("；每层中抽签号最小的若干件为样本，其后为备用。用一行命令即可核对一件："),
            )
        ),
        Paragraph(
            (_quoted(f"printf '%s' '{view.seed}|" + _("案件编号") + "' | sha256sum"),),
            ParagraphStyle.CALLOUT,
        ),
        _strata(view, names),
        _tickets(proof, names),
    )


def _quoted(text: str) -> Verbatim:
    return Verbatim(text, _("抽样证书"))


def _strata(view: DrawView, names: Mapping[str, str]) -> Table:
    return Table(
        id="strata",
        caption=_("各层抽样情况"),
        columns=(
            Column(_("层"), width=2),
            Column(_("案件"), Align.RIGHT),
            Column(_("样本"), Align.RIGHT),
            Column(_("备用"), Align.RIGHT),
            Column(_("说明"), width=1.4),
        ),
        rows=tuple(
            Row(
                (
                    _quoted(names.get(part.stratum, part.stratum)),
                    _quoted(str(part.population_size)),
                    _quoted(str(part.sample_size)),
                    _quoted(str(part.reserve_size)),
                    _("全部抽取") if part.is_census else "—",
                )
            )
            for part in view.strata
        ),
    )


def _tickets(proof: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    sample = [unit for unit in proof["units"] if unit["role"] == "sample"]
    notes: tuple[tuple[Verbatim, ...], ...] = ()
    if len(sample) > _MOST_TICKETS:
        text = _("只列出前{n}件，其余见证书的 JSON 文件。").format(n=_MOST_TICKETS)
        notes = ((_quoted(text),),)
    return Table(
        id="tickets",
        caption=_("样本的抽签号（按层和抽取次序）"),
        columns=(
            Column(_("层"), width=1.1),
            Column(_("次序"), Align.RIGHT, width=0.5),
            Column(_("抽签号"), width=5),
        ),
        rows=tuple(
            Row(
                (
                    _quoted(names.get(unit["stratum"], unit["stratum"])),
                    _quoted(str(unit["rank"])),
                    _quoted(unit["ticket"]),
                )
            )
            for unit in sample[:_MOST_TICKETS]
        ),
        notes=notes,
    )
