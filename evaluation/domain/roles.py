"""Who may do what. Roles are checked in services; screens only hide what a role cannot use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evaluation.errors import NotAllowed
from evaluation.language import N_, _


class Role(StrEnum):
    """The part a person has in the evaluation; one account may have several."""

    CHAIR = "chair"
    SECRETARY = "secretary"
    DESIGNER = "designer"
    REVIEWER = "reviewer"
    INTERVIEWER = "interviewer"
    ANALYST = "analyst"
    COURT_LIAISON = "court_liaison"
    OBSERVER = "observer"


ROLE_TITLES: dict[Role, str] = {
    Role.CHAIR: N_("评估组长"),
    Role.SECRETARY: N_("秘书"),
    Role.DESIGNER: N_("问卷设计"),
    Role.REVIEWER: N_("评查员"),
    Role.INTERVIEWER: N_("访谈员"),
    Role.ANALYST: N_("统计分析"),
    Role.COURT_LIAISON: N_("法院联络员"),
    Role.OBSERVER: N_("观察员"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks a service to act."""

    account_id: int
    name: str
    roles: frozenset[Role]
    court_code: str | None = None

    def has(self, *roles: Role) -> bool:
        """Tell whether the person has at least one of these roles."""
        return not self.roles.isdisjoint(roles)


#: The installation itself: first account, scheduler, demonstration. Never signs in.
SYSTEM = Actor(account_id=0, name=N_("系统"), roles=frozenset(Role))


def require(actor: Actor, *roles: Role) -> None:
    """Let the call go on only for one of these roles.

    Raises
    ------
    NotAllowed
        If the person has none of them; the text names the roles that may.
    """
    if not actor.has(*roles):
        titles = "、".join(_(ROLE_TITLES[role]) for role in roles)
        raise NotAllowed(
            _("您的岗位不能进行这项操作。"),
            remedy=_("这项操作由{titles}办理。").format(titles=titles),
        )
