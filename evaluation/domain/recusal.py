"""Conflicts of interest between reviewers and files, levels A to E.

Names arrive only as keys: keyed hashes of their normalised form, so that equality can be told
and the name cannot. Leaves out: where keys and declarations are stored, and the chair's waivers.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evaluation.domain.time_limits import add_months
from evaluation.language import N_


class Level(StrEnum):
    """How near the conflict is."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


LEVEL_TITLES = {
    Level.A: N_("A 本案绝对回避"),
    Level.B: N_("B 同所视同回避"),
    Level.C: N_("C 相对回避"),
    Level.D: N_("D 对被评估法院回避"),
    Level.E: N_("E 不参加律师问卷"),
}

#: Only this level can be waived, by the chair, in writing.
WAIVABLE = frozenset({Level.C})


class Ground(StrEnum):
    """Why there is a conflict."""

    AGENT_IN_CASE = "agent_in_case"
    PARTY_OR_RELATIVE = "party_or_relative"
    OTHER_ROLE_IN_CASE = "other_role_in_case"
    SAME_FIRM = "same_firm"
    FORMER_FIRM = "former_firm"
    OTHER_MATTER = "other_matter"
    PENDING_BEFORE_JUDGE = "pending_before_judge"
    INTEREST = "interest"
    COURT_RELATION = "court_relation"
    DISCOVERED = "discovered"


GROUND_TITLES = {
    Ground.AGENT_IN_CASE: N_("本人是或者曾是本案代理人、辩护人"),
    Ground.PARTY_OR_RELATIVE: N_("本人或者近亲属是当事人、承办法官或者代理人"),
    Ground.OTHER_ROLE_IN_CASE: N_("本人在本案担任证人、评估、拍卖、仲裁、公证、管理人等职务"),
    Ground.SAME_FIRM: N_("本所律师是本案代理人（含合并后的律所）"),
    Ground.FORMER_FIRM: N_("原所律师是本案代理人，离所未满回溯期"),
    Ground.OTHER_MATTER: N_("回溯期内在其他案件代理当事人或者其对方"),
    Ground.PENDING_BEFORE_JUDGE: N_("有案件正由同一承办法官或者团队办理"),
    Ground.INTEREST: N_("是关联企业顾问，或者有债权、投资关系"),
    Ground.COURT_RELATION: N_("与被评估法院有顾问、收费、任职或者近亲属任职关系"),
    Ground.DISCOVERED: N_("评查中发现或者声明时自报"),
}


class FindingSource(StrEnum):
    """How a conflict came to light."""

    SCREENING = "screening"
    ATTESTATION = "attestation"
    REVIEW = "review"
    OBJECTION = "objection"


class FindingStatus(StrEnum):
    """What became of a conflict."""

    OPEN = "open"
    WAIVED = "waived"
    CLEARED = "cleared"


SOURCE_TITLES = {
    FindingSource.SCREENING: N_("分派前比对"),
    FindingSource.ATTESTATION: N_("逐案声明"),
    FindingSource.REVIEW: N_("评查中发现"),
    FindingSource.OBJECTION: N_("法院或当事人提出"),
}
STATUS_TITLES = {
    FindingStatus.OPEN: N_("回避"),
    FindingStatus.WAIVED: N_("已豁免"),
    FindingStatus.CLEARED: N_("不是同一人"),
}


class Capacity(StrEnum):
    """In what capacity somebody appears in a file."""

    PARTY = "party"
    AGENT = "agent"
    JUDGE = "judge"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a file, by keys only."""

    capacity: Capacity
    name_key: str = ""
    licence_key: str = ""
    firm_key: str = ""


@dataclass(frozen=True, slots=True)
class FormerFirm:
    """A firm the reviewer has left."""

    firm_key: str
    left_on: date


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a reviewer declared: a person or firm (by key) or a court, and until when it lasted."""

    ground: Ground
    subject_key: str = ""
    court_code: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReviewerInterests:
    """Everything about one reviewer that matching looks at."""

    reviewer_id: int
    name_key: str
    licence_key: str
    firm_key: str
    former_firms: tuple[FormerFirm, ...] = ()
    declarations: tuple[Declaration, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseInterests:
    """Everything about one file that matching looks at."""

    case_file_id: int
    court_code: str
    participants: tuple[Participant, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """One ground on which one reviewer may not read one file."""

    reviewer_id: int
    case_file_id: int
    level: Level
    ground: Ground


_SPACE = re.compile(r"\s+")
_FIRM_FORM = re.compile(r"[（(](特殊的?普通合伙|普通合伙|个人|有限合伙)[)）]")


def normalised(text: str) -> str:
    """Return a name as it is compared: one width, no spaces, no partnership form, lower case."""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _FIRM_FORM.sub("", folded)


def key_of(secret: bytes, kind: str, text: str) -> str:
    """Return the keyed hash of a name, licence number or firm; an empty text has no key."""
    plain = normalised(text)
    if not plain:
        return ""
    return hmac.new(secret, f"{kind}|{plain}".encode(), hashlib.sha256).hexdigest()


class FirmMergers:
    """Firms that became one: every firm of a group counts as the same firm."""

    def __init__(self, mergers: Iterable[tuple[str, str]] = ()) -> None:
        self._parents: dict[str, str] = {}
        for old, new in mergers:
            self._parents[self.group(old)] = self.group(new)

    def group(self, firm_key: str) -> str:
        """Return the key that stands for the firm's whole group."""
        while firm_key in self._parents and self._parents[firm_key] != firm_key:
            firm_key = self._parents[firm_key]
        return firm_key


def _declared(
    reviewer: ReviewerInterests, case: CaseInterests, look_back_from: date
) -> list[tuple[Level, Ground]]:
    keys = {
        capacity: {
            key
            for person in case.participants
            if person.capacity is capacity
            for key in (person.name_key, person.firm_key)
            if key
        }
        for capacity in Capacity
    }
    anyone = set().union(*keys.values())
    found: list[tuple[Level, Ground]] = []
    for declaration in reviewer.declarations:
        is_current = declaration.ended_on is None or declaration.ended_on >= look_back_from
        key, ground = declaration.subject_key, declaration.ground
        if ground is Ground.COURT_RELATION:
            if declaration.court_code == case.court_code and is_current:
                found.append((Level.D, ground))
        elif ground in (
            Ground.AGENT_IN_CASE,
            Ground.PARTY_OR_RELATIVE,
            Ground.OTHER_ROLE_IN_CASE,
        ):
            if key in anyone:
                found.append((Level.A, ground))
        elif ground is Ground.PENDING_BEFORE_JUDGE:
            if key in keys[Capacity.JUDGE] and is_current:
                found.append((Level.C, ground))
        elif key in keys[Capacity.PARTY] and is_current:
            found.append((Level.C, ground))
    return found


def find_conflicts(
    reviewer: ReviewerInterests,
    case: CaseInterests,
    *,
    mergers: FirmMergers,
    as_of: date,
    look_back_years: int = 3,
) -> list[ConflictFound]:
    """Return every ground on which this reviewer may not read this file, nearest level first.

    An equal name alone counts as a conflict until the chair records that it is another person.
    """
    look_back_from = add_months(as_of, -12 * look_back_years)
    found: set[tuple[Level, Ground]] = set(_declared(reviewer, case, look_back_from))
    own_group = mergers.group(reviewer.firm_key) if reviewer.firm_key else ""
    former_groups = {
        mergers.group(former.firm_key)
        for former in reviewer.former_firms
        if former.left_on >= look_back_from
    }
    for person in case.participants:
        is_same_person = (person.name_key and person.name_key == reviewer.name_key) or (
            person.licence_key and person.licence_key == reviewer.licence_key
        )
        if is_same_person:
            ground = {
                Capacity.AGENT: Ground.AGENT_IN_CASE,
                Capacity.OTHER: Ground.OTHER_ROLE_IN_CASE,
            }.get(person.capacity, Ground.PARTY_OR_RELATIVE)
            found.add((Level.A, ground))
        if person.firm_key:
            group = mergers.group(person.firm_key)
            if group == own_group:
                found.add((Level.B, Ground.SAME_FIRM))
            elif group in former_groups:
                found.add((Level.B, Ground.FORMER_FIRM))
    return [
        ConflictFound(reviewer.reviewer_id, case.case_file_id, level, ground)
        for level, ground in sorted(found)
    ]


def may_answer_lawyer_survey(firm_key: str, panel_firm_keys: Iterable[str]) -> bool:
    """Tell whether somebody of this firm may answer the lawyers' questionnaire (level E)."""
    return not firm_key or firm_key not in set(panel_firm_keys)
