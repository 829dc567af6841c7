"""The panel of the demonstration city: accounts, members, firms. Every name is invented."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from evaluation.domain.member import Background, InterestKind, UndertakingKind
from evaluation.domain.roles import Actor, Role
from evaluation.services import access, members
from evaluation.services.courts import CourtView
from evaluation.services.demo.story import Size
from evaluation.services.members import InterestDraft, MemberDraft

_LAWYERS = (
    ("陆知远", 1),
    ("沈安澜", 2),
    ("顾清和", 3),
    ("程若谷", 4),
    ("苏既明", 1),
    ("韩时雨", 5),
    ("叶秋白", 2),
    ("江望舒", 6),
    ("许南乔", 3),
)
_OTHERS = (
    ("方言信", Background.SCHOLAR, "演示大学法学院"),
    ("宋致和", Background.SCHOLAR, "演示社会科学院"),
    ("梁以宁", Background.CORPORATE_COUNSEL, "演示实业公司法务部"),
    ("白景行", Background.CORPORATE_COUNSEL, "演示银行法律部"),
    ("唐予安", Background.STATE_ORGAN, "演示市人大监察司法委"),
    ("秦书言", Background.STATE_ORGAN, "演示市政协社会法制委"),
    ("卫长风", Background.MEDIA, "演示日报社"),
    ("姜怀瑾", Background.PUBLIC, ""),
)
CHAIR_NAME = "林景澄"

#: Courts whose liaison answers the draft report.
ANSWERING_COURTS = frozenset({"01", "0102", "0113"})


@dataclass
class Panel:
    """Everybody who acts in the demonstration, with the passwords that were made for them."""

    chair: Actor
    secretary: Actor
    analyst: Actor
    interviewer: Actor
    reviewers: list[Actor] = field(default_factory=list)
    others: list[Actor] = field(default_factory=list)
    liaisons: dict[str, Actor] = field(default_factory=dict)
    observer: Actor | None = None
    member_ids: dict[int, int] = field(default_factory=dict)
    passwords: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def seniors(self) -> list[int]:
        """Accounts of the reviewers who judge gold files and adjudicate."""
        return [actor.account_id for actor in self.reviewers[:7]]

    def voters(self) -> list[Actor]:
        """Return the members who vote on verdicts and approve editions."""
        return [*self.reviewers[:5], *self.others]


def _account(
    panel_words: list[tuple[str, str, str]],
    chair: Actor,
    login: str,
    name: str,
    roles: tuple[Role, ...],
    court: str | None = None,
) -> Actor:
    password = secrets.token_urlsafe(12)
    account_id = access.create_account(chair, login, name, password, roles=roles, court_code=court)
    panel_words.append((login, name, password))
    return Actor(account_id, name, frozenset(roles), court)


def seat(chair: Actor, size: Size, courts: list[CourtView]) -> Panel:
    """Make accounts and members; the chair exists already."""
    words: list[tuple[str, str, str]] = []
    panel = Panel(
        chair=chair,
        secretary=_account(words, chair, "mishu", "何雨晴", (Role.SECRETARY,)),
        analyst=_account(words, chair, "fenxi", "罗亦真", (Role.ANALYST, Role.DESIGNER)),
        interviewer=_account(words, chair, "fangtan", "孟听澜", (Role.INTERVIEWER,)),
    )
    panel.observer = _account(words, chair, "guancha", "任怀远", (Role.OBSERVER,))
    n_lawyers = min(len(_LAWYERS), size.n_reviewers)
    for number, (name, firm) in enumerate(_LAWYERS[:n_lawyers], start=1):
        actor = _account(words, chair, f"pingcha{number}", name, (Role.REVIEWER,))
        panel.reviewers.append(actor)
        draft = MemberDraft(
            name,
            Background.LAWYER,
            f"湖北演示第{'一二三四五六'[firm - 1]}律师事务所",
            f"1420120999{number:07d}",
            account_id=actor.account_id,
        )
        panel.member_ids[actor.account_id] = members.add_member(panel.secretary, draft)
    for number, (name, background, organisation) in enumerate(_OTHERS, start=1):
        reads = len(panel.reviewers) < size.n_reviewers and number <= 4
        roles = (Role.REVIEWER,) if reads else (Role.OBSERVER,)
        actor = _account(words, chair, f"chengyuan{number}", name, roles)
        (panel.reviewers if reads else panel.others).append(actor)
        member = MemberDraft(name, background, organisation, account_id=actor.account_id)
        panel.member_ids[actor.account_id] = members.add_member(panel.secretary, member)
    for court in courts:
        if court.code in ANSWERING_COURTS:
            panel.liaisons[court.code] = _account(
                words,
                chair,
                f"fayuan{court.code}",
                f"{court.short_name}联络员",
                (Role.COURT_LIAISON,),
                court.code,
            )
    panel.passwords = words
    return panel


def undertake(panel: Panel, round_id: int, courts: list[CourtView], position: int) -> None:
    """Sign and declare for a round; a few members declare interests in courts."""
    ids = {court.code: court.id for court in courts}
    accounts = list(panel.member_ids)
    for account_id, member_id in panel.member_ids.items():
        members.sign(panel.secretary, member_id, round_id, UndertakingKind)
        interests = []
        if account_id == accounts[position % 3] and "0102" in ids:
            interests.append(
                InterestDraft(InterestKind.ADVISER_TO_COURT, "曾任常年法律顾问", ids["0102"])
            )
        if account_id == accounts[-3]:
            interests.append(InterestDraft(InterestKind.OTHER_MATTER, "在另案中代理对方当事人"))
        members.declare(panel.secretary, member_id, round_id, interests)
