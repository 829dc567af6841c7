"""Things to print: a poster with the QR code of a channel, and the questionnaire on paper."""

from __future__ import annotations

import base64
import io
from html import escape

import segno

from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import WrongState
from evaluation.language import _
from evaluation.services.installation import is_demonstration_in
from evaluation.services.public_surveys import channel_row, channel_view, survey_row
from evaluation.storage.session import reading
from evaluation.storage.survey_channels import questionnaire_of
from reports import pdf
from surveys.store import ChannelKind
from surveys.web.paper import render_paper

_STYLE = """
@page { size: A4; margin: 16mm 20mm 12mm; }
body { font-family: "Hengping Hei", "Hengping Song", sans-serif; color: #111; text-align: center; }
h1 { font-size: 34pt; line-height: 1.35; margin: 4mm 0 3mm; }
.lead { font-size: 17pt; margin: 0 0 8mm; }
.demo { border: 2pt solid #111; font-size: 16pt; padding: 2mm; margin: 0 0 4mm; }
.frame { border: 3pt solid #9a1b1e; padding: 4mm; width: 84mm; margin: 0 auto 4mm; }
.frame img { width: 84mm; height: 84mm; }
p { margin: 0 0 2.5mm; }
.address { font-size: 15pt; margin: 0 0 6mm; }
.notes { font-size: 13pt; line-height: 1.7; text-align: left; margin: 0 auto; width: 150mm; }
.foot { font-size: 12pt; border-top: 1pt solid #111; padding-top: 4mm; margin-top: 6mm; }
"""


def qr_svg(address: str) -> str:
    """Return the QR code of an address as SVG, readable when a fourth of it is covered."""
    stream = io.BytesIO()
    segno.make(address, error="q", micro=False).save(stream, kind="svg", border=2, xmldecl=False)
    return stream.getvalue().decode()


def poster(actor: Actor, channel_id: int) -> bytes:
    """Return the poster of an open channel as PDF."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    return pdf.render(poster_html(actor, channel_id))


def poster_html(actor: Actor, channel_id: int) -> str:
    """Return the poster of an open channel as one HTML document."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with reading() as session:
        row = channel_row(session, channel_id)
        survey = survey_row(session, row.survey_id)
        is_demonstration = is_demonstration_in(session)
        address = channel_view(row).address
    if row.kind is not ChannelKind.OPEN:
        raise WrongState(_("只有公开渠道有海报。"), remedy=_("邀请渠道请逐一发送链接。"))
    if not address.startswith("http"):
        raise WrongState(
            _("还没有设置本站的网址。"),
            remedy=_("请管理员设置 HENGPING_BASE_URL，二维码才能扫开。"),
        )
    picture = base64.b64encode(qr_svg(address).encode()).decode()
    alternative = _("问卷二维码，网址 {address}").format(address=address)
    notes = [
        _("用手机扫描二维码，或者在浏览器中输入网址，按提示填写。"),
        _("自愿参加，可以随时退出，每人请只填写一次。"),
    ]
    if survey.is_anonymous:
        notes.append(_("匿名填写：不收集姓名、电话和案号，法院看不到任何一份单独的答卷。"))
    notes.append(_("不便上网的，可以向评估团索取纸质问卷。"))
    items = "".join(f"<p>{escape(note)}</p>" for note in notes)
    banner = f'<p class="demo">{escape(_("演示用，不是真实调查"))}</p>' if is_demonstration else ""
    organiser = _("调查单位：{organiser}").format(organiser=survey.organiser)
    contact = _("咨询与投诉：{contact}").format(contact=survey.contact)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(survey.title)}</title><style>{_STYLE}</style></head><body>{banner}"
        f"<h1>{escape(survey.title)}</h1>"
        f'<p class="lead">{escape(_("请您参加，让评估听到您的声音"))}</p>'
        f'<div class="frame"><img src="data:image/svg+xml;base64,{picture}" '
        f'alt="{escape(alternative, quote=True)}"></div>'
        f'<p class="address">{escape(address)}</p><div class="notes">{items}</div>'
        f'<div class="foot"><p>{escape(organiser)}</p><p>{escape(contact)}</p>'
        f"<p>{escape(row.title)}</p></div></body></html>"
    )


def paper_form(actor: Actor, survey_id: int) -> bytes:
    """Return the questionnaire with item codes as PDF, to be filled in by hand."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.DESIGNER, Role.INTERVIEWER)
    return pdf.render(paper_html(actor, survey_id))


def paper_html(actor: Actor, survey_id: int) -> str:
    """Return the questionnaire with item codes as one HTML document."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.DESIGNER, Role.INTERVIEWER)
    with reading() as session:
        survey = survey_row(session, survey_id)
        return render_paper(
            questionnaire_of(survey),
            organiser=survey.organiser,
            contact=survey.contact,
            retention=survey.retention,
            is_demonstration=is_demonstration_in(session),
        )
