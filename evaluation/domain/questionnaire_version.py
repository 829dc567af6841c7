"""States of a questionnaire version and the moves between them.

A draft is edited; a published version is frozen and hashed; a closed one is fielded no more.
"""

from __future__ import annotations

from enum import StrEnum

from evaluation.errors import WrongState
from evaluation.language import N_, _


class VersionState(StrEnum):
    """Where a version of a questionnaire stands."""

    DRAFT = "draft"
    TESTING = "testing"
    PUBLISHED = "published"
    CLOSED = "closed"


STATE_TITLES: dict[VersionState, str] = {
    VersionState.DRAFT: N_("草稿"),
    VersionState.TESTING: N_("测试中"),
    VersionState.PUBLISHED: N_("已发布（冻结）"),
    VersionState.CLOSED: N_("已停用"),
}

MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.TESTING, VersionState.PUBLISHED}),
    VersionState.TESTING: frozenset({VersionState.DRAFT, VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.CLOSED}),
    VersionState.CLOSED: frozenset(),
}

EDITABLE = frozenset({VersionState.DRAFT, VersionState.TESTING})


def require_move(current: VersionState, wanted: VersionState) -> None:
    """Let a move go on only when the states allow it.

    Raises
    ------
    WrongState
        If the version cannot go from one state to the other.
    """
    if wanted not in MOVES[current]:
        raise WrongState(
            _("“{current}”的版本不能改为“{wanted}”。").format(
                current=_(STATE_TITLES[current]), wanted=_(STATE_TITLES[wanted])
            ),
            remedy=_("请在此版本基础上新建一个草稿。"),
        )


def require_editable(current: VersionState) -> None:
    """Let an edit go on only on a draft.

    Raises
    ------
    WrongState
        If the version is frozen.
    """
    if current not in EDITABLE:
        raise WrongState(_("已发布的版本不能修改。"), remedy=_("请在此版本基础上新建一个草稿。"))
