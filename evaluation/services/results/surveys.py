"""Results of questionnaires: index of each group, each question's answers, who answered.

Open links are reported apart and never get a margin of error. The groups are never averaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.analysis.survey_relations import importance_gaps
from evaluation.analysis.surveys import (
    Frequency,
    GroupIndex,
    ItemIndex,
    choice_variables,
    frequencies,
    group_indices,
)
from evaluation.domain.roles import SYSTEM
from evaluation.language import _
from evaluation.services import survey_data, survey_fieldwork
from evaluation.services.survey_data import Basis, Loaded
from evaluation.storage.models.survey import Survey
from sampling.estimate import Estimate
from surveys.codebook import Variable
from surveys.dispositions import Disposition, outcome_rates
from surveys.schema import Questionnaire, QuestionType

SOURCE = "survey"


def collect(session: Session, round_id: int) -> list[ResultValue]:
    """Return every result of the questionnaires of a round."""
    found: list[ResultValue] = []
    surveys = session.scalars(
        select(Survey).where(Survey.round_id == round_id).order_by(Survey.id)
    ).all()
    newest = {survey.questionnaire_code: survey for survey in surveys}
    total = n_groups = 0
    for code, survey in sorted(newest.items()):
        loaded = survey_data.load(session, survey)
        if loaded is None:
            continue
        total += loaded.data.n
        n_groups += 1
        found += _of_survey(f"survey.{code}", survey, loaded)
        found += _dispositions(f"survey.{code}", survey)
        other = survey_data.load(session, survey, Basis.OPEN)
        if loaded.basis is Basis.INVITED and other is not None:
            found += _open_apart(f"survey.{code}.open", survey, other)
    if n_groups:
        found.append(_count("survey.responses", _("问卷答卷"), total))
        found.append(_count("survey.groups", _("受访人群"), n_groups, ResultUnit.ITEMS))
    return found


def _count(
    result_id: str, label: str, n: int, unit: ResultUnit = ResultUnit.PERSONS
) -> ResultValue:
    return ResultValue(result_id, ResultKind.COUNT, n, unit, label=label, source=SOURCE)


def _method(loaded: Loaded) -> str:
    sample = (
        _("按名单邀请的概率样本")
        if loaded.basis is Basis.INVITED
        else _("非概率样本，不推断总体，不给误差范围")
    )
    return f"{sample}；{loaded.weighting}"


def _of_survey(prefix: str, survey: Survey, loaded: Loaded) -> Iterator[ResultValue]:
    data = loaded.data
    title = str(data.questionnaire.title)
    yield _count(f"{prefix}.responses", _("{title}有效答卷").format(title=title), data.n)
    yield _count(
        f"{prefix}.excluded", _("{title}剔除的答卷").format(title=title), loaded.n_excluded
    )
    if data.n < survey.minimum_cell:
        return
    found = group_indices(data)
    yield _index(f"{prefix}.index", _("{title}：评价指数").format(title=title), found, loaded)
    informs = {q.code: q.tags.informs for q in data.questionnaire.questions}
    for code, item in found.questions.items():
        label = f"{data.questionnaire.question(code).text}：{_('指数')}"
        yield _item_index(f"{prefix}.item.{code}.index", label, item, loaded, informs[code])
    for variable in choice_variables(data.questionnaire):
        rows = frequencies(data, variable)
        yield from _answers(prefix, variable, rows, survey.minimum_cell, loaded)
    yield from _gaps(prefix, loaded)


def _open_apart(prefix: str, survey: Survey, loaded: Loaded) -> Iterator[ResultValue]:
    data = loaded.data
    title = str(data.questionnaire.title)
    yield _count(f"{prefix}.responses", _("{title}开放链接答卷").format(title=title), data.n)
    if data.n >= survey.minimum_cell:
        label = _("{title}：开放链接评价指数").format(title=title)
        yield _index(f"{prefix}.index", label, group_indices(data), loaded)


def _numbers(estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {}
    df = estimate.degrees_of_freedom
    return {
        "lower": estimate.lower,
        "upper": estimate.upper,
        "standard_error": estimate.standard_error,
        "confidence": estimate.confidence,
        "degrees_of_freedom": df if isfinite(df) else None,
    }


def _index(result_id: str, label: str, found: GroupIndex, loaded: Loaded) -> ResultValue:
    estimate = found.estimate
    value = estimate.value if estimate is not None else found.value
    return ResultValue(
        result_id,
        ResultKind.ESTIMATE if estimate is not None else ResultKind.SHARE,
        value,
        ResultUnit.INDEX,
        label=label,
        n_sampled=found.n_responses,
        method=_method(loaded),
        source=SOURCE,
        note="" if value is not None else _("没有有效的量表回答。"),
        **_numbers(estimate),  # type: ignore[arg-type]  # -- names and types fit the fields
    )


def _item_index(
    result_id: str, label: str, item: ItemIndex, loaded: Loaded, informs: tuple[str, ...]
) -> ResultValue:
    estimate = item.estimate
    return ResultValue(
        result_id,
        ResultKind.ESTIMATE if estimate is not None else ResultKind.SHARE,
        estimate.value if estimate is not None else item.value,
        ResultUnit.INDEX,
        label=label,
        n_sampled=item.n_valid,
        method=_method(loaded),
        source=SOURCE,
        note="" if item.value is not None else _("没有有效回答。"),
        extra={"informs": list(informs), "dont_know": item.n_dont_know},
        **_numbers(estimate),  # type: ignore[arg-type]  # -- names and types fit the fields
    )


def _answers(
    prefix: str, variable: Variable, rows: list[Frequency], minimum: int, loaded: Loaded
) -> Iterator[ResultValue]:
    valid = sum(row.count for row in rows if not row.is_missing)
    withheld = _withheld(rows, minimum, is_single=variable.option is None)
    for row in rows:
        if row.is_missing or row.share is None or valid < minimum:
            continue
        if variable.option is not None and row.code == "0":
            continue
        level = variable.option or row.code
        name = variable.question if variable.option is not None else variable.name
        answer = variable.label.partition("［")[2].rstrip("］") if variable.option else row.label
        head = variable.label.partition("［")[0] if variable.option else variable.label
        hidden = row.code in withheld
        estimate = None if hidden else row.estimate
        yield ResultValue(
            f"{prefix}.item.{name}.{level}",
            ResultKind.ESTIMATE if estimate is not None else ResultKind.SHARE,
            None if hidden else (estimate.value if estimate is not None else row.share),
            ResultUnit.RATE,
            label=f"{head}：{answer}",
            n_sampled=valid,
            numerator=None if hidden else row.count,
            denominator=valid,
            method=_method(loaded),
            source=SOURCE,
            status="suppressed" if hidden else "final",
            note=_("人数少于最低公布人数，不公布。") if hidden else "",
            **_numbers(estimate),  # type: ignore[arg-type]  # -- names and types fit the fields
        )


def _withheld(rows: list[Frequency], minimum: int, *, is_single: bool) -> set[str]:
    """Return the codes to withhold: small ones, and one more where the rest gives one away."""
    counted = [row for row in rows if not row.is_missing]
    hidden = {row.code for row in counted if 0 < row.count < minimum}
    shown = [row for row in counted if row.code not in hidden]
    if is_single and len(hidden) == 1 and shown:
        hidden.add(min(shown, key=lambda row: (row.count == 0, row.count)).code)
    return hidden


def _dispositions(prefix: str, survey: Survey) -> Iterator[ResultValue]:
    channels = [
        channel for channel in survey_fieldwork.list_counts(SYSTEM, survey.id) if channel.n_invited
    ]
    if not channels:
        return
    dispositions: Counter[Disposition] = Counter()
    for channel in channels:
        dispositions.update(channel.dispositions)
    for disposition, n in sorted(dispositions.items()):
        yield _count(f"{prefix}.disposition.{disposition}", _("邀请的最终去向"), n)
    n_invited = sum(channel.n_invited for channel in channels)
    yield _count(f"{prefix}.invited", _("发出邀请"), n_invited)
    yield _count(f"{prefix}.partial", _("部分作答"), dispositions[Disposition.PARTIAL])
    rates = outcome_rates(dispositions)
    for name, label in (
        ("response_rate_1", _("回收率（RR1）")),
        ("response_rate_2", _("回收率（RR2）")),
        ("response_rate_3", _("回收率（RR3）")),
        ("cooperation_rate_1", _("合作率（COOP1）")),
        ("refusal_rate_1", _("拒访率（REF1）")),
        ("contact_rate_1", _("接触率（CON1）")),
    ):
        rate = getattr(rates, name)
        if rate is not None:
            yield ResultValue(
                f"{prefix}.{name}",
                ResultKind.SHARE,
                rate,
                ResultUnit.RATE,
                label=label,
                n_sampled=n_invited,
                method="AAPOR",
                source=SOURCE,
            )


def overall_question(questionnaire: Questionnaire) -> str | None:
    """Code of the Likert question that asks for overall satisfaction: required trend item."""
    for question in questionnaire.questions:
        is_overall = question.required and question.tags.trend
        if question.type is QuestionType.LIKERT and is_overall:
            return question.code
    return None


def _gaps(prefix: str, loaded: Loaded) -> Iterator[ResultValue]:
    overall = overall_question(loaded.data.questionnaire)
    if overall is None:
        return
    code = prefix.rpartition(".")[2]
    for gap in importance_gaps(loaded.data, overall):
        short = gap.label.partition("［")[2].rstrip("］") or gap.label
        for kind, name, n, value, estimate, method in (
            (
                "importance", _("重要性"), gap.n, gap.importance, gap.importance_estimate,
                _("与总体满意度的等级相关推得的重要性，未加权；区间按Bonett和Wright（2000年）"),
            ),
            (
                "satisfaction", _("评价"), gap.n_rated, gap.satisfaction, gap.satisfaction_estimate,
                _method(loaded),
            ),
        ):  # fmt: skip
            yield ResultValue(
                f"survey.gap.{code}.{gap.item.variable}.{kind}",
                ResultKind.SHARE if estimate is None else ResultKind.ESTIMATE,
                value,
                ResultUnit.INDEX,
                label=f"{short}：{name}",
                n_sampled=n,
                method=method,
                source=SOURCE,
                **_numbers(estimate),  # type: ignore[arg-type]  # -- names and types fit the fields
            )
