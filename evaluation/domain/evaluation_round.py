"""Evaluation rounds: kinds, states, permitted moves and what each state freezes.

Left out: storing rounds and checking that their work is complete (``services.rounds``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evaluation.errors import WrongState
from evaluation.language import N_, _


class RoundKind(StrEnum):
    """The three evaluations of the plan."""

    INITIAL = "initial"
    MIDTERM = "midterm"
    FINAL = "final"


class RoundState(StrEnum):
    """How far a round is."""

    DRAFT = "draft"
    OPEN = "open"
    FROZEN = "frozen"
    SEALED = "sealed"
    PUBLISHED = "published"


class Comparability(StrEnum):
    """Whether an indicator may be compared between two rounds."""

    COMPARABLE = "comparable"
    WITH_NOTE = "with_note"
    NOT_COMPARABLE = "not_comparable"


KIND_TITLES: dict[RoundKind, str] = {
    RoundKind.INITIAL: N_("初期评估"),
    RoundKind.MIDTERM: N_("中期评估"),
    RoundKind.FINAL: N_("终期评估"),
}
STATE_TITLES: dict[RoundState, str] = {
    RoundState.DRAFT: N_("筹备"),
    RoundState.OPEN: N_("实施"),
    RoundState.FROZEN: N_("数据冻结"),
    RoundState.SEALED: N_("结果封存"),
    RoundState.PUBLISHED: N_("已发布"),
}
COMPARABILITY_TITLES: dict[Comparability, str] = {
    Comparability.COMPARABLE: N_("可比"),
    Comparability.WITH_NOTE: N_("附说明后可比"),
    Comparability.NOT_COMPARABLE: N_("不可比"),
}

#: What a person must know about a state: what is fixed from now on.
STATE_EFFECTS: dict[RoundState, str] = {
    RoundState.DRAFT: N_("框架、参评法院和统计口径仍可修改，尚不能录入数据。"),
    RoundState.OPEN: N_(
        "统计口径已登记并取得哈希值，不再修改；可以抽样、评查、发放问卷和录入数据。"
    ),
    RoundState.FROZEN: N_("不再录入数据；可以计算结果、撰写报告和送法院核对。"),
    RoundState.SEALED: N_("结果已封存，不再重算；可以批准和发布报告，观察员可以查阅。"),
    RoundState.PUBLISHED: N_("报告已向社会发布；更正只能另发勘误。"),
}

_MOVES: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.DRAFT: (RoundState.OPEN,),
    RoundState.OPEN: (RoundState.FROZEN,),
    RoundState.FROZEN: (RoundState.SEALED, RoundState.OPEN),
    RoundState.SEALED: (RoundState.PUBLISHED,),
    RoundState.PUBLISHED: (),
}
#: Moves that go back and therefore need a written reason.
_BACKWARD = {(RoundState.FROZEN, RoundState.OPEN)}


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """What the panel promises for a round before it sees data."""

    boundary_policy: str = "right_closed"
    rounding: str = "grade_on_2_decimals"
    milestone_window: str = "year_to_date_by_closing_date"
    missing_data: str = "block_final_allow_draft"
    double_reading_share: str = "0.10"
    minimum_cell: int = 5
    confidence: str = "0.95"
    vetoes_enabled: bool = False


def permitted_moves(state: RoundState) -> tuple[RoundState, ...]:
    """Return the states a round may go to from here."""
    return _MOVES[state]


def needs_reason(state: RoundState, target: RoundState) -> bool:
    """Tell whether a move goes back and needs a written reason."""
    return (state, target) in _BACKWARD


def check_move(state: RoundState, target: RoundState, reason: str) -> None:
    """Let a permitted move pass.

    Raises
    ------
    WrongState
        If the move is not permitted, or goes back without a reason.
    """
    if target not in _MOVES[state]:
        allowed = "、".join(_(STATE_TITLES[item]) for item in _MOVES[state])
        raise WrongState(
            _("处于“{state}”的评估期次不能转为“{target}”。").format(
                state=_(STATE_TITLES[state]), target=_(STATE_TITLES[target])
            ),
            remedy=_("目前只能转为：{allowed}。").format(allowed=allowed)
            if allowed
            else _("这一期已经结束。"),
        )
    if needs_reason(state, target) and len(reason.strip()) < 5:
        raise WrongState(
            _("退回“{target}”须写明理由。").format(target=_(STATE_TITLES[target])),
            remedy=_("请填写理由后再办理。"),
        )


def require_state(state: RoundState, *allowed: RoundState) -> None:
    """Let the call go on only while the round is in one of these states.

    Raises
    ------
    WrongState
        If it is in another one; the text names both.
    """
    if state not in allowed:
        raise WrongState(
            _("这一期处于“{state}”，不能进行这项操作。").format(state=_(STATE_TITLES[state])),
            remedy=_("这项操作须在“{allowed}”时进行。").format(
                allowed=_("”或“").join(_(STATE_TITLES[item]) for item in allowed)
            ),
        )
