"""Results about the review itself: double reading, agreement, gold audit, recusal, storeroom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.analysis.reading_agreement import (
    PairAgreement,
    ordinal_coefficients,
    pair_agreement,
    pair_tables,
)
from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.case_file import FILE_STATE_TITLES
from evaluation.domain.checklist import Severity
from evaluation.domain.recusal import LEVEL_TITLES
from evaluation.domain.review import AttemptState
from evaluation.language import N_, _
from evaluation.services import case_files, recusal_findings, review_plans
from evaluation.services.results.review_data import (
    CODES,
    FAIL,
    NOT_APPLICABLE,
    NOT_IN_FILE,
    PASS,
    CodeMatrix,
    ReviewData,
)
from evaluation.storage.models.review import ReviewAttempt, RoundReviewer
from sampling.audit_correction import two_phase_mean
from sampling.estimate import Estimate

SOURCE = "case_review"
REPLICATES = 1000
#: Fewer audited files say nothing about a single item.
FEWEST_AUDITED = 10
COEFFICIENT_TITLES = {
    "percent": N_("一致率"),
    "kappa": "Cohen κ",
    "ac1": "Gwet AC1",
    "alpha": "Krippendorff α",
}
#: For grades, which have an order: credit for near agreement.
ORDINAL_TITLES = {
    "percent": N_("一致率"),
    "ac2": N_("Gwet AC2（有次序）"),
    "alpha": N_("Krippendorff α（有次序）"),
}

#: By whether it is the share of agreeing answers.
_METHODS = {
    True: "Wilson, effective size by file, pairs of not applicable left out",
    False: "bootstrap by file, pairs of not applicable left out",
}


def collect(session: Session, round_id: int, data: ReviewData) -> Iterator[ResultValue]:
    """Return the results about how the review was done."""
    yield from _storeroom(session, round_id)
    yield from _recusal(session, round_id)
    if data.files:
        yield from _double_reading(session, round_id, data)
        yield from _corrected(data)


def _count(result_id: str, label: str, number: int, unit: ResultUnit) -> ResultValue:
    return ResultValue(
        id=result_id, kind=ResultKind.COUNT, value=number, unit=unit, label=label, source=SOURCE
    )


def _storeroom(session: Session, round_id: int) -> Iterator[ResultValue]:
    counts = case_files.counts_in(session, round_id)
    for state, number in counts.by_state.items():
        label = _("案卷状态：{state}").format(state=_(FILE_STATE_TITLES[state]))
        yield _count(f"review.storeroom.{state}", label, number, ResultUnit.FILES)


def _recusal(session: Session, round_id: int) -> Iterator[ResultValue]:
    counts = recusal_findings.counts_in(session, round_id)
    left = session.scalars(
        select(RoundReviewer.id).where(
            RoundReviewer.round_id == round_id, RoundReviewer.left_at.is_not(None)
        )
    ).all()
    items = ResultUnit.ITEMS
    yield _count("review.recusal.screened", _("回避比对案卷数"), counts.n_files, ResultUnit.FILES)
    yield _count(
        "review.recusal.with_participants",
        _("已录入代理人等信息的案卷数"),
        counts.n_files_with_participants,
        ResultUnit.FILES,
    )
    total = sum(counts.by_level.values())
    yield _count("review.recusal.total", _("发现利益冲突（人·案卷）"), total, items)
    for level, number in counts.by_level.items():
        label = _("其中：{level}").format(level=_(LEVEL_TITLES[level]))
        yield _count(f"review.recusal.level_{level}", label, number, items)
    yield _count("review.recusal.waived", _("组长豁免"), counts.n_waived, items)
    yield _count("review.recusal.cleared", _("认定不是同一人"), counts.n_cleared, items)
    yield _count(
        "review.recusal.discovered", _("声明或者评查中发现并换人"), counts.n_discovered, items
    )
    sealed = session.scalar(
        select(func.count())
        .select_from(ReviewAttempt)
        .where(ReviewAttempt.round_id == round_id, ReviewAttempt.state == AttemptState.SEALED)
    )
    yield _count("review.recusal.sealed", _("因冲突封存的评查任务"), sealed or 0, items)
    yield _count("review.recusal.left", _("中途退出的评查员"), len(left), ResultUnit.PERSONS)


def read_twice(data: ReviewData) -> np.ndarray:
    """Return which rows have both readings."""
    return np.asarray((data.first >= 0).any(axis=1) & (data.second >= 0).any(axis=1))


def tables_of(data: ReviewData, columns: np.ndarray | None = None) -> np.ndarray:
    """Return the tables of pairs of the files read twice, over some columns or all.

    Two readers who both say 不适用 mostly follow the same rule of the form; counting that as
    agreement would flatter them, so such pairs are left out.
    """
    both = read_twice(data)
    first, second = data.first[both], data.second[both]
    idle = (first == NOT_APPLICABLE) & (second == NOT_APPLICABLE)
    first, second = np.where(idle, -1, first), np.where(idle, -1, second)
    if columns is not None:
        first, second = first[:, columns], second[:, columns]
    return pair_tables(first, second, len(CODES))


def _double_reading(session: Session, round_id: int, data: ReviewData) -> Iterator[ResultValue]:
    both = int(read_twice(data).sum())
    plan = review_plans.plan_in(session, round_id)
    yield ResultValue(
        id="review.double_share",
        kind=ResultKind.SHARE,
        value=both / len(data.files),
        unit=ResultUnit.RATE,
        label=_("双人评查比例"),
        numerator=both,
        denominator=len(data.files),
        method="count",
        source=SOURCE,
        note=_("承诺比例为{share}%。").format(share=f"{plan.double_share * 100:g}"),
    )
    if not both:
        return
    city = pair_agreement(tables_of(data), seed=plan.seed, n_replicates=REPLICATES)
    yield from _coefficients("review.agreement", _("全部项目"), city)
    parts = np.array([item.part for item in data.checklist.items()])
    for part in data.checklist.parts:
        found = pair_agreement(
            tables_of(data, parts == part.number), seed=plan.seed, n_replicates=REPLICATES
        )
        yield from _coefficients(f"review.part_agreement.{part.number}", part.text, found)
    for column, item in enumerate(data.checklist.items()):
        found = pair_agreement(
            tables_of(data, np.array([column])), seed=plan.seed, n_replicates=REPLICATES
        )
        yield from _coefficients(f"review.item_agreement.{item.code}", item.text, found)
    grades = pair_agreement(
        grade_tables(data), seed=plan.seed, n_replicates=REPLICATES, compute=ordinal_coefficients
    )
    if grades.n_files:
        title = _("案卷评价等次")
        yield from _coefficients("review.grade_agreement", title, grades, ORDINAL_TITLES)


def grade_tables(data: ReviewData) -> np.ndarray:
    """Return the tables of pairs of case grades, in the order of the scale, best first."""
    position = {grade.code: n for n, grade in enumerate(data.checklist.case_grades)}
    pairs = [(position.get(one or "", -1), position.get(two or "", -1)) for one, two in data.grades]
    first, second = np.array(pairs, dtype=int).reshape(-1, 2).T
    return pair_tables(first[:, None], second[:, None], len(position))


def _coefficients(
    stem: str, title: str, found: PairAgreement, titles: Mapping[str, str] = COEFFICIENT_TITLES
) -> Iterator[ResultValue]:
    for name, word in titles.items():
        value = found.values[name]
        note = "" if value is not None else _("答案全部相同，系数不存在。")
        has_limits = found.lower[name] is not None
        yield ResultValue(
            id=f"{stem}.{name}",
            kind=ResultKind.ESTIMATE,
            value=value,
            unit=ResultUnit.RATE if name == "percent" else ResultUnit.COEFFICIENT,
            label=f"{title}：{_(word)}",
            lower=found.lower[name],
            upper=found.upper[name],
            confidence=0.95 if has_limits else None,
            n_sampled=found.n_files,
            denominator=found.n_readings,
            method=_METHODS[name == "percent"],
            source=SOURCE,
            note=note or ("" if has_limits else _no_interval(found)),
            extra={"prevalence": round(found.prevalence, 6)},
        )


def _no_interval(found: PairAgreement) -> str:
    if found.n_files < 2:
        return _("案卷太少，不附区间。")
    return _("各案卷之间没有差异，无法估计区间。")


def _shares(codes: CodeMatrix) -> np.ndarray:
    kept = np.full(codes.shape, np.nan)
    kept[codes == PASS] = 1.0
    kept[(codes == FAIL) | (codes == NOT_IN_FILE)] = 0.0
    return kept


def corrected_share(data: ReviewData, column: int) -> Estimate | None:
    """Return an item's rate corrected by the gold audit, or ``None`` below ten audited files.

    Files that do not count in the reading stay out; of a file whose gold reading does not count,
    nothing is learned about this item.
    """
    return _two_phase(data, _shares(data.codes[:, column]), _shares(data.gold[:, column]))


def _two_phase(data: ReviewData, reviewed: np.ndarray, gold: np.ndarray) -> Estimate | None:
    rows = np.isfinite(reviewed)
    if int(np.isfinite(gold[rows]).sum()) < FEWEST_AUDITED:
        return None
    return two_phase_mean(
        reviewed[rows],
        gold[rows],
        strata=np.array(data.strata)[rows],
        population_sizes=_domain_sizes(data, rows),
    )


def _domain_sizes(data: ReviewData, rows: np.ndarray) -> dict[object, float]:
    """Estimate how many files of each stratum the item counts for: N_h times the share counted."""
    strata = np.array(data.strata)
    populations = data.populations
    sizes: dict[object, float] = {}
    for name in np.unique(strata[rows]):
        here = strata == name
        sizes[str(name)] = float(populations[here][0] * (rows & here).sum() / here.sum())
    return sizes


def _corrected(data: ReviewData) -> Iterator[ResultValue]:
    audited = int((data.gold >= 0).any(axis=1).sum())
    yield _count("review.gold.files", _("金标复核案卷数"), audited, ResultUnit.FILES)
    for column, item in enumerate(data.checklist.items()):
        if item.severity is not Severity.A:
            continue
        estimate = corrected_share(data, column)
        if estimate is None:
            continue
        yield _corrected_value(item.code, item.text, estimate)
    terminated = corrected_terminated(data)
    if terminated is not None:
        yield _corrected_value("terminated", _("终本合格率"), terminated)


def _corrected_value(name: str, title: str, estimate: Estimate) -> ResultValue:
    return ResultValue(
        id=f"review.corrected.{name}.city",
        kind=ResultKind.ESTIMATE,
        value=estimate.value,
        unit=ResultUnit.RATE,
        label=_("{title}（按金标复核校正）").format(title=title),
        lower=min(estimate.lower, estimate.value),
        upper=max(estimate.upper, estimate.value),
        standard_error=estimate.standard_error,
        confidence=estimate.confidence,
        degrees_of_freedom=estimate.degrees_of_freedom,
        n_sampled=estimate.n_sampled,
        method=estimate.method,
        source=SOURCE,
    )


def corrected_terminated(data: ReviewData) -> Estimate | None:
    """Return the share of qualified terminations corrected by the gold audit, if it can be."""
    closed = np.array([file.closure_method == "terminated_this_round" for file in data.files])
    reviewed = _verdicts([file.is_qualified for file in data.files])
    gold = _verdicts(data.gold_qualified)
    rows = np.isfinite(reviewed)
    undecided = int((closed & ~rows).sum())
    if undecided > data.checklist.not_verified_limit * (int(rows.sum()) + undecided):
        return None  # most of what is decided has a fault; correcting would not help
    return _two_phase(data, reviewed, gold)


def _verdicts(verdicts: Sequence[bool | None]) -> np.ndarray:
    return np.array([np.nan if one is None else float(one) for one in verdicts])
