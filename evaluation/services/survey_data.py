"""Responses of a survey as measurement takes them: which count, with which weights and design.

Invited responses are a probability sample; those from open links and paper are not, and are
kept apart. Break-offs and responses left out by an analyst do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.analysis.surveys import SurveyData
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.storage.models.questionnaire import SurveyWeighting
from evaluation.storage.models.survey import Survey
from evaluation.storage.queries import response_texts
from evaluation.storage.queries.response_texts import ResponseText
from evaluation.storage.queries.responses import StoredResponse
from sampling.calibration import raked
from sampling.errors import SamplingError
from sampling.structure import SurveyDesign, survey_design
from surveys.bulk import frame_of_texts
from surveys.codebook import variables
from surveys.dispositions import Disposition
from surveys.export import frame
from surveys.loader import from_plain
from surveys.schema import Questionnaire
from surveys.store import ChannelKind


class Basis(StrEnum):
    """Which responses a figure rests on."""

    INVITED = "invited"
    OPEN = "open"


@dataclass(frozen=True)
class Loaded:
    """Measurable responses with what a reader must know of them."""

    data: SurveyData
    basis: Basis
    n_all: int
    n_excluded: int
    weighting: str
    weighting_fault: str = ""


_COUNTED = (Disposition.COMPLETE, Disposition.PARTIAL)


def questionnaire_of(survey: Survey) -> Questionnaire:
    """Questionnaire a survey was published with."""
    return from_plain(survey.questionnaire)


def bases(stored: Sequence[ResponseText]) -> list[Basis]:
    """Kinds of responses a survey has, the probability sample first."""
    kinds = {row.channel_kind for row in stored if row.disposition in _COUNTED}
    counted = kinds - {ChannelKind.TEST}
    found = [Basis.INVITED] if any(kind.is_random_sample for kind in counted) else []
    return found + ([Basis.OPEN] if any(not kind.is_random_sample for kind in counted) else [])


def basis_title(basis: Basis) -> str:
    """Words for a kind of responses."""
    if basis is Basis.INVITED:
        return _("邀请名单或随机抽样（概率样本）")
    return _("开放链接、纸质和外来答卷（非概率样本）")


def first_shown(stored: Sequence[ResponseText], minimum: int) -> Basis | None:
    """Kind of responses to begin with: the first with enough of them, else the first."""
    present = bases(stored)
    for basis in present:
        n = sum(
            row.is_included and row.disposition in _COUNTED and _belongs(row, basis)
            for row in stored
        )
        if n >= minimum:
            return basis
    return present[0] if present else None


def load(
    session: Session, survey: Survey, basis: Basis | None = None, *, with_excluded: bool = False
) -> Loaded | None:
    """Load the responses of one basis; None while withheld or when there are none."""
    stored = response_texts.list_texts(session, survey.id)
    present = bases(stored)
    if not present or (basis is not None and basis not in present):
        return None
    chosen = basis or present[0]
    return load_from(session, survey, stored, chosen, with_excluded=with_excluded)


def load_from(
    session: Session,
    survey: Survey,
    stored: Sequence[ResponseText],
    chosen: Basis,
    *,
    with_excluded: bool = False,
) -> Loaded | None:
    """Load the responses of one basis from those read before; None when there are none."""
    counted = [row for row in stored if row.disposition in _COUNTED and _belongs(row, chosen)]
    kept = [row for row in counted if row.is_included or with_excluded]
    if not kept:
        return None
    questionnaire = questionnaire_of(survey)
    table = frame_of_texts(questionnaire, [row.text for row in kept])
    margins = session.scalar(select(SurveyWeighting).where(SurveyWeighting.survey_id == survey.id))
    design, weighting, fault = _weighted(questionnaire, table, margins)
    has_design = chosen is Basis.INVITED
    return Loaded(
        SurveyData(
            questionnaire,
            table,
            design if has_design else None,
            design.sampling_weights,
        ),
        chosen,
        len(counted),
        sum(not row.is_included for row in counted),
        weighting,
        fault,
    )


def _belongs(row: ResponseText, basis: Basis) -> bool:
    if row.channel_kind is ChannelKind.TEST:
        return False
    return row.channel_kind.is_random_sample is (basis is Basis.INVITED)


def _weighted(
    questionnaire: Questionnaire, table: pd.DataFrame, margins: SurveyWeighting | None
) -> tuple[SurveyDesign, str, str]:
    plain = survey_design(n_rows=len(table), lonely="average")
    if margins is None or not margins.margins:
        return plain, _("未加权"), ""
    try:
        design = weighted_by(questionnaire, table, plain, margins.margins)
    except InvalidInput as error:
        return plain, _("未加权"), str(error)
    except SamplingError:
        return plain, _("未加权"), _("样本中有的类别没有人，无法按边际加权，请合并类别。")
    names = "、".join(margins.margins)
    words = _("按{names}的已知分布加权").format(names=names)
    if empty := empty_categories(questionnaire, table, margins.margins):
        labels = "、".join(empty)
        words += _("；“{labels}”没有受访者，只按其余类别加权").format(labels=labels)
    return design, words, ""


def empty_categories(
    questionnaire: Questionnaire, table: pd.DataFrame, margins: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Name the categories that exist in the population and have no respondent to stand for them."""
    by_name = {variable.name: variable for variable in variables(questionnaire)}
    return [
        by_name[name].labels[code]
        for name, shares in margins.items()
        for code, share in shares.items()
        if float(share) > 0 and not (table[name] == by_name[name].numbers[code]).any()
    ]


def weighted_by(
    questionnaire: Questionnaire,
    table: pd.DataFrame,
    design: SurveyDesign,
    margins: Mapping[str, Mapping[str, Any]],
) -> SurveyDesign:
    """Rake to the margins a panel entered; a missing answer keeps its share of the sample.

    Raises
    ------
    InvalidInput
        If a margin names an unknown question or option, or its shares do not add up.
    """
    by_name = {variable.name: variable for variable in variables(questionnaire)}
    columns, sizes = [], []
    for name, shares in margins.items():
        variable = by_name.get(name)
        if variable is None or not set(shares) <= set(variable.numbers):
            raise InvalidInput(
                _("边际“{name}”与问卷的题目或选项对不上。").format(name=name),
                remedy=_("请重新选择题目并填写各选项的人数或比例。"),
            )
        numbers = {variable.numbers[code]: float(value) for code, value in shares.items()}
        total = sum(numbers.values())
        if total <= 0 or any(value < 0 for value in numbers.values()):
            raise InvalidInput(
                _("边际“{name}”的合计必须大于零。").format(name=name),
                remedy=_("请填写各选项的人数或比例。"),
            )
        column = table[name].to_numpy()
        known = np.isin(column, list(numbers))
        n_known = float(known.sum())
        present = {n: value for n, value in numbers.items() if (column == n).any()}
        target = {n: value / sum(present.values()) * n_known for n, value in present.items()}
        if not known.all():
            target[-1] = float(len(column) - n_known)
        columns.append(np.where(known, column, -1))
        sizes.append(target)
    return raked(design, columns, sizes)


def check_margins(data: SurveyData, margins: Mapping[str, Mapping[str, Any]]) -> None:
    """Try margins on the responses there are.

    Raises
    ------
    InvalidInput
        If the sample cannot be weighted to them; the text says what to change.
    """
    plain = survey_design(n_rows=data.n, lonely="average")
    try:
        weighted_by(data.questionnaire, data.table, plain, margins)
    except SamplingError as error:
        raise InvalidInput(
            _("无法按这些边际加权。"), remedy=_("请合并人数很少的类别，或减少边际的个数。")
        ) from error


def export_table(questionnaire: Questionnaire, stored: list[StoredResponse]) -> pd.DataFrame:
    """Encode responses with what may stand beside them: channel, day, disposition."""
    table = frame(questionnaire, [row.answers for row in stored])
    table.insert(0, "channel", [row.channel_kind.value for row in stored])
    table.insert(1, "submitted_on", [row.submitted_on.isoformat() for row in stored])
    table.insert(2, "disposition", [row.disposition.value for row in stored])
    return table
