"""What people say in the forums and interviews of the demonstration: invented, in pairs.

Each line has what it speaks about, who says it, and how it sounds when things go well or badly.
"""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.domain.interview import Capacity, TargetKind


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say, in its affirming and its denying form."""

    kind: TargetKind
    target: str
    good: str
    bad: str


_O, _I, _D = TargetKind.OBJECTIVE, TargetKind.INDICATOR, TargetKind.DIFFICULTY

#: By guide: who speaks, how many are invited, and what is said.
SESSIONS: dict[str, tuple[Capacity, int, tuple[Line, ...]]] = {
    "FG1": (
        Capacity.ENFORCEMENT_STAFF,
        10,
        (
            Line(
                _O,
                "G3",
                "终本前要过前置审查，材料不齐的退回补查",
                "终本的标准各人理解不一样，拿不准时靠请示",
            ),
            Line(
                _O, "G2", "节点锁定以后，拖着不办会自动预警", "案子多人手少，有的节点只能先放一放"
            ),
            Line(_D, "D2", "银行和车辆基本能网上查到", "房产和土地还要跑窗口，反馈慢"),
            Line(_I, "I6", "查到存款当天就能网上冻结", "控制措施要等审批，有时错过时机"),
        ),
    ),
    "FG2": (
        Capacity.APPLICANT,
        12,
        (
            Line(_I, "I1", "立案、查控、结案都有短信告知", "问了几次才知道查过什么财产"),
            Line(
                _O, "G2", "承办人会主动说明下一步做什么", "打电话常常找不到承办人，不知道卡在哪里"
            ),
            Line(_O, "G3", "终本前征求过我的意见，也告诉我怎样恢复", "收到终本裁定才知道案子结了"),
            Line(_O, "G5", "法官讲清楚了什么是执行不能", "我不明白为什么没有财产就不管了"),
        ),
    ),
    "FG3": (
        Capacity.LAWYER,
        10,
        (
            Line(_O, "G3", "提供新线索以后很快就恢复执行了", "恢复执行要反复补材料，周期长"),
            Line(_I, "I6", "律师调查令用起来方便了，单位也配合", "有的单位不认调查令，白跑几趟"),
            Line(
                _O, "G1", "拒不申报财产的被执行人真的被罚款拘留了", "转移财产的线索交上去没有下文"
            ),
            Line(_D, "D4", "网上拍卖成交快，溢价也不少", "评估拍卖排队久，财产处置拖半年以上"),
        ),
    ),
    "FG4": (
        Capacity.ASSISTING_UNIT,
        8,
        (
            Line(_D, "D3", "接口打通以后，协助事项当天反馈", "协助要求的格式各院不同，反复退回"),
            Line(_O, "G1", "联合惩戒以后主动履行的多了", "惩戒名单推送不及时，撤销也慢"),
            Line(
                _O, "G5", "半年一次的联席会议能解决实际问题", "联席会议开得不固定，议定事项没有跟踪"
            ),
        ),
    ),
    "FG5": (
        Capacity.COURT_LEADER,
        2,
        (
            Line(_I, "I7", "院长每月过问，任务分到了团队", "目标压得紧，年底集中结案的情况还有"),
            Line(_O, "G4", "有财产的案件基本能在六个月内办完", "有财产但处置难的案件还有积压"),
        ),
    ),
    "FG6": (
        Capacity.DEPUTY,
        9,
        (
            Line(_O, "G5", "群众对失信惩戒的知晓度提高了", "不少群众仍把执行不能当成法院不作为"),
            Line(_O, "G1", "涉党政机关的积案清理看得到成效", "个别涉党政机关案件仍然推进缓慢"),
            Line(_O, "G2", "参加见证执行，过程比较规范", "对消极执行的查处很少看到通报"),
        ),
    ),
}
