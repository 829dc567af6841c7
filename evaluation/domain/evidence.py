"""Evidence items: documents with grades, two ratings, adjudication, and the rule for grade C."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evaluation.domain.framework import EvidenceScheme
from evaluation.errors import Fault
from evaluation.language import N_, _


class SourceGrade(StrEnum):
    """How far a document proves something by itself."""

    A = "A"
    B = "B"
    C = "C"


class RequestState(StrEnum):
    """Where a request to the court stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"


REQUEST_TITLES = {
    RequestState.OPEN: N_("待提供"),
    RequestState.ANSWERED: N_("已提供"),
    RequestState.REFUSED: N_("未提供"),
}


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's judgement; ``score`` None means the item does not apply."""

    score: int | None
    reason: str


def highest_score(scheme: EvidenceScheme, grades: Iterable[SourceGrade]) -> int:
    """Return the most that documents of these grades can earn; nothing earns 0."""
    found = set(grades)
    if not found:
        return scheme.ratings[0].score
    if found == {SourceGrade.C}:
        return scheme.grade_c_maximum
    return scheme.ratings[-1].score


def rating_faults(
    scheme: EvidenceScheme, rating: Rating, grades: Iterable[SourceGrade]
) -> list[Fault]:
    """Return what is wrong with a rating, given the grades of the documents behind it."""
    faults = []
    if len(rating.reason.strip()) < 2:
        faults.append(Fault(_("评分理由"), _("没有填写。"), _("请写明依据哪些材料、怎样核验。")))
    if rating.score is None:
        return faults
    if rating.score not in {level.score for level in scheme.ratings}:
        faults.append(Fault(_("评分"), _("不是允许的分值。"), _("请从评分档次中选择。")))
        return faults
    found = set(grades)
    most = highest_score(scheme, found)
    if rating.score > most:
        what = (
            _("没有登记任何材料，只能评0分。")
            if not found
            else _("只有C级材料，最高只能评{most}分。").format(most=most)
        )
        faults.append(Fault(_("评分"), what, _("请登记A级或B级材料，或降低评分。")))
    return faults


def agreed_score(ratings: list[Rating], adjudicated: Rating | None) -> tuple[bool, int | None]:
    """Return whether an item is settled, and its score: two equal ratings or an adjudication."""
    if adjudicated is not None:
        return True, adjudicated.score
    if len(ratings) >= 2 and len({rating.score for rating in ratings}) == 1:
        return True, ratings[0].score
    return False, None
