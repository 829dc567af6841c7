"""The demonstration city: three rounds from plan to published reports, through the services.

Everything is invented from a fixed seed and marked 演示. The clock is set to the story while a
round is made and brought back at the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.register_mapping import BUNDLED
from evaluation.domain.roles import SYSTEM, Actor, Role
from evaluation.errors import Conflict
from evaluation.language import _
from evaluation.services import (
    access,
    court_statistics,
    courts,
    draws,
    editions,
    frames,
    frameworks,
    imprint,
    installation,
    narratives,
    objectives,
    publication,
    registers,
    replies,
    round_moves,
    rounds,
)
from evaluation.services.demo import fieldwork, figures, people, readings, voices, words
from evaluation.services.demo.desks import Desks
from evaluation.services.demo.people import Panel
from evaluation.services.demo.register import InventedCase, RegisterPlan, as_xlsx, invent
from evaluation.services.demo.story import ROUNDS, SEED, RoundStory, Size, day, leaning
from evaluation.services.demo.story_clock import StoryClock, story_time
from evaluation.services.results import freeze
from sampling.design import equal

Progress = Callable[[float, str], None]
CHAIR_LOGIN = "zuzhang"


@dataclass
class City:
    """What was made: the people, the rounds and the files of the reports."""

    panel: Panel
    round_ids: dict[RoundKind, int] = field(default_factory=dict)
    reports: dict[RoundKind, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class _Stage:
    """What every round of the story is played on."""

    size: Size
    desks: Desks
    clock: StoryClock


def existing_chair() -> Actor:
    """Return the chair who made the first account, for a demonstration on a fresh installation.

    Raises
    ------
    Conflict
        If nobody made an account, or an evaluation has begun.
    """
    installation.prepare()
    chairs = [item for item in access.list_accounts(SYSTEM) if Role.CHAIR in item.roles]
    if not chairs or rounds.list_rounds(SYSTEM):
        raise Conflict(
            _("这里没有评估组长账户，或者已经开始评估。"), remedy=_("请另选空的数据目录。")
        )
    return Actor(chairs[0].id, chairs[0].display_name, frozenset(chairs[0].roles))


def build(size: Size, report_dir: Path, progress: Progress, chair: Actor | None = None) -> City:
    """Make the city in the database of this process, and write the reports to a directory.

    Raises
    ------
    Conflict
        If the installation holds an evaluation already: a demonstration needs an empty one.
    """
    installation.prepare()
    if chair is None and access.has_accounts():
        raise Conflict(
            _("这里已有账户。"), remedy=_("演示城市只能建在空的数据目录中，请另选目录。")
        )
    with Desks(size.n_desks) as desks, story_time(ROUNDS[0].starts) as story_clock:
        stage = _Stage(size, desks, story_clock)
        city = _ground(size, chair, story_clock)
        chosen = [story for story in ROUNDS if story.kind in size.rounds]
        for number, story in enumerate(chosen):
            _round(city, story, stage, _part(progress, number, len(chosen)))
            target = report_dir / f"{story.kind}.pdf"
            target.parent.mkdir(parents=True, exist_ok=True)
            edition = editions.list_editions(city.panel.chair, city.round_ids[story.kind])[0]
            target.write_bytes(editions.file_of(city.panel.chair, edition.id)[1])
            city.reports[story.kind] = target
    progress(1.0, _("演示城市已建成"))
    return city


def _part(progress: Progress, number: int, total: int) -> Progress:
    def report(share: float, text: str) -> None:
        progress((number + share) / total, text)

    return report


def _ground(size: Size, chair: Actor | None, story_clock: StoryClock) -> City:
    story_clock.go_to(day(ROUNDS[0], 0))
    words_made: list[tuple[str, str, str]] = []
    if chair is None:
        password = secrets.token_urlsafe(12)
        account_id = access.create_first_account(CHAIR_LOGIN, people.CHAIR_NAME, password)
        words_made.append((CHAIR_LOGIN, people.CHAIR_NAME, password))
        chair = Actor(account_id, people.CHAIR_NAME, frozenset({Role.CHAIR}))
    installation.mark_demonstration(chair)
    imprint.write_imprint(chair, words.imprint())
    version = frameworks.install_bundled(chair)
    courts.install_bundled(chair)
    for court in courts.list_courts(chair):
        if court.code not in size.court_codes:
            draft = courts.CourtDraft(
                court.code,
                court.name,
                court.short_name,
                court.level,
                court.district,
                court.case_mark,
            )
            courts.change_court(chair, court.id, draft, is_active=False)
    ids = rounds.create_standard_rounds(chair, version)
    panel = people.seat(chair, size, courts.list_courts(chair, only_active=True))
    panel.passwords = words_made + panel.passwords
    voices.design(panel, size)
    return City(panel, dict(zip(RoundKind, ids, strict=True)))


def _round(city: City, story: RoundStory, stage: _Stage, progress: Progress) -> None:
    panel, round_id = city.panel, city.round_ids[story.kind]
    size, desks, story_clock = stage.size, stage.desks, stage.clock
    story_clock.go_to(day(story, 0))
    progress(0.0, _("{year}年：开始实施").format(year=story.year))
    _open(city, story)
    cases = _cases(city, story, size)
    progress(0.03, _("{year}年：导入登记、公开抽样").format(year=story.year))
    _draw(city, story, size, cases, story_clock)
    story_clock.go_to(day(story, 9))
    labels = {case.case_number: "yes" if case.property_label == "有" else "no" for case in cases}
    work = readings.prepare(panel, round_id, story, labels)
    desks.read_all(work, story_clock.moment, _between(progress, 0.08, 0.45))
    readings.read_left(work)
    story_clock.go_to(day(story, 25))
    progress(0.46, _("{year}年：问卷调查、分歧裁定与金标复核").format(year=story.year))
    with desks.fielding(panel, round_id, story, size, story_clock.moment):
        readings.adjudicate(work)
        readings.audit(work)
        progress(0.60, _("{year}年：法院统计、座谈与文献").format(year=story.year))
        for draft in figures.returns(cases, story):
            court_statistics.save_return(panel.secretary, round_id, draft)
        fieldwork.talk(panel, round_id, story)
        fieldwork.prove(panel, round_id, story)
    story_clock.go_to(day(story, 44))
    voices.close_round(panel, round_id)
    _conclude(city, story, story_clock, progress)


def _between(progress: Progress, first: float, last: float) -> Progress:
    def report(share: float, text: str) -> None:
        progress(first + share * (last - first), text)

    return report


def _open(city: City, story: RoundStory) -> None:
    chair, round_id = city.panel.chair, city.round_ids[story.kind]
    if story.kind is RoundKind.FINAL:
        view = rounds.get_round(chair, round_id)
        version = frameworks.amend(
            chair,
            view.framework_version_id,
            frameworks.Amendment(weights_status=WeightsStatus.PANEL_DECISION),
            "2018年12月评估团会议表决：附件未提供，确认九项指标的权重和锚点",
        )
        court_ids = [court.id for court in rounds.list_round_courts(chair, round_id)]
        rounds.set_up(
            chair, round_id, settings=view.settings, court_ids=court_ids, version_id=version
        )
    people.undertake(
        city.panel, round_id, courts.list_courts(chair), list(RoundKind).index(story.kind)
    )
    round_moves.move(chair, round_id, RoundState.OPEN)


def _cases(city: City, story: RoundStory, size: Size) -> list[InventedCase]:
    cases: list[InventedCase] = []
    for court in rounds.list_round_courts(city.panel.chair, city.round_ids[story.kind]):
        lean = leaning(court.code, story.kind)
        cases += invent(
            RegisterPlan(
                seed=SEED,
                year=story.year,
                courts=[(court.code, court.name, court.case_mark, size.n_cases(court.code))],
                with_property_share=min(0.9, story.property_share + 0.06 * lean),
                completed_share=min(0.96, story.completed_share + 0.10 * lean),
                terminated_share=story.terminated_share,
                recovery_share=min(0.95, story.recovery_share + 0.1 * lean),
                pace=story.pace * (1 - 0.12 * lean),
                early_share=story.early_share,
            )
        )
    return cases


def _draw(
    city: City,
    story: RoundStory,
    size: Size,
    cases: list[InventedCase],
    story_clock: StoryClock,
) -> None:
    secretary, round_id = city.panel.secretary, city.round_ids[story.kind]
    register = registers.import_register(
        secretary,
        round_id,
        f"{story.year}年执行案件登记（演示）",
        (as_xlsx(cases), "register.xlsx"),
        BUNDLED["wuhan"][1],
    )
    frame = frames.plan(secretary, register.id, f"{story.year}年案卷评查", frames.FrameCriteria())
    reserve = max(2, size.files_per_court // 6)
    frames.set_design(
        secretary, frame.id, equal(frame.stratum_sizes, size.files_per_court, reserve_size=reserve)
    )
    story_clock.go_to(day(story, 6))
    frames.freeze(secretary, frame.id)
    story_clock.go_to(day(story, 8, 1))
    draws.draw(
        secretary,
        frame.id,
        story.public_seed,
        witnesses=("公证员", "人大代表", "新闻媒体", "法院联络员"),
    )


def _conclude(city: City, story: RoundStory, story_clock: StoryClock, progress: Progress) -> None:
    panel, round_id = city.panel, city.round_ids[story.kind]
    chair = panel.chair
    story_clock.go_to(day(story, 45))
    progress(0.80, _("{year}年：冻结数据、计算结果").format(year=story.year))
    round_moves.move(chair, round_id, RoundState.FROZEN)
    freeze.freeze(panel.analyst, round_id)
    if story.kind is not RoundKind.INITIAL:
        _vote(panel, round_id)
        freeze.freeze(panel.analyst, round_id)
    for entry in words.entries(story.kind):
        narratives.save(panel.analyst, round_id, entry)
    progress(0.83, _("{year}年：生成送审稿，送交法院核对").format(year=story.year))
    draft = publication.build_draft(panel.analyst, round_id)
    has_objections = _hear_courts(panel, round_id, draft, story, story_clock)
    story_clock.go_to(day(story, 64))
    round_moves.move(chair, round_id, RoundState.SEALED)
    if has_objections:
        progress(0.88, _("{year}年：生成报告").format(year=story.year))
        draft = publication.build_draft(panel.analyst, round_id)
    for actor in panel.voters()[:7]:
        publication.approve(actor, draft)
    progress(0.94, _("{year}年：批准并发布报告").format(year=story.year))
    publication.publish(chair, draft)
    round_moves.move(chair, round_id, RoundState.PUBLISHED)


def _hear_courts(
    panel: Panel, round_id: int, draft: int, story: RoundStory, story_clock: StoryClock
) -> bool:
    """Send the draft, let courts object, decide; tell whether the draft has to be built anew."""
    replies.send_draft(panel.secretary, draft, replies.earliest_deadline())
    objections = [one for one in words.replies(story.kind) if one[0] in panel.liaisons]
    for number, (code, subject, text, decision, reason) in enumerate(objections):
        story_clock.go_to(day(story, 50 + number))
        reply = replies.submit(panel.liaisons[code], round_id, code, subject, text)
        replies.decide(panel.chair, reply, decision, reason)
    return bool(objections)


def _vote(panel: Panel, round_id: int) -> None:
    for number, standing in enumerate(objectives.list_standings(panel.chair, round_id)):
        key = standing.objective.id
        for voter, actor in enumerate(panel.voters()):
            verdict, reason = words.ballot(standing.proposed, voter, number)
            objectives.vote(
                panel.secretary, round_id, panel.member_ids[actor.account_id], key, verdict, reason
            )
        cast = objectives.list_standings(panel.chair, round_id)[number].votes
        decided = objectives.majority([vote.verdict for vote in cast])
        objectives.decide(panel.chair, round_id, key, words.decision_reason(decided))
