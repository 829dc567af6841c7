"""Who publishes the reports, how to reach them, who pays: what each edition prints of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from evaluation.storage import audit_trail
from evaluation.storage.models.account import InstallationFact
from evaluation.storage.session import reading, unit_of_work

_KEY = "imprint"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the panel says of itself; every part is its own statement and its responsibility."""

    organisation: str
    contact: str
    funding: str


def imprint_of(actor: Actor) -> Imprint | None:
    """Return the imprint, or nothing when the chair has not written it yet."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        return imprint_in(session)


def imprint_in(session: Session) -> Imprint | None:
    """Return the same inside a unit of work."""
    fact = session.get(InstallationFact, _KEY)
    return Imprint(**fact.value) if fact else None


def write_imprint(actor: Actor, imprint: Imprint) -> None:
    """Keep what the panel says of itself; drafts approved before must be approved anew.

    Raises
    ------
    InvalidInput
        If a part is empty or longer than two lines; nothing is changed.
    """
    require(actor, Role.CHAIR)
    parts = {
        _("署名"): imprint.organisation,
        _("联系方式"): imprint.contact,
        _("经费来源"): imprint.funding,
    }
    faults = [
        Fault(where, _("没有填写。"), _("请如实填写。"))
        if not text.strip()
        else Fault(where, _("超过{n}字。").format(n=_LONGEST), _("请缩短。"))
        for where, text in parts.items()
        if not text.strip() or len(text) > _LONGEST
    ]
    if faults:
        raise InvalidInput(_("版本说明没有保存。"), faults=faults)
    kept = Imprint(*(text.strip() for text in parts.values()))
    with unit_of_work() as session:
        session.merge(InstallationFact(key=_KEY, value=asdict(kept)))
        audit_trail.append(session, actor, "report.imprint", "installation", asdict(kept))
