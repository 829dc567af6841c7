"""Questionnaires from and to files: native YAML and JSON, XLSForm, LimeSurvey, DDI codebook.

No database: these use cases serve the designer's pages and the command line alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from evaluation.analysis.survey_tables import cross_table
from evaluation.analysis.surveys import SurveyData, choice_variables, group_indices
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from surveys import loader
from surveys.checks import check
from surveys.errors import AnswersError, Problem, QuestionnaireError
from surveys.exchange import (
    ddi,
    foreign_tables,
    limesurvey,
    responses_in,
    tables,
    xlsform_in,
    xlsform_out,
)
from surveys.export import frame
from surveys.schema import Missing, Questionnaire


class QuestionnaireFormat(StrEnum):
    """Files a questionnaire can be written to."""

    YAML = "yaml"
    JSON = "json"
    XLSFORM = "xlsx"
    DDI = "xml"


@dataclass(frozen=True)
class ReadQuestionnaire:
    """A questionnaire from a file, what was not taken over, and its faults."""

    questionnaire: Questionnaire
    losses: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class WrittenFile:
    """A file, its name and type, and what it could not carry."""

    name: str
    content: bytes
    media_type: str
    losses: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ReadResponses:
    """A table of responses read with a questionnaire."""

    answers: list[dict[str, object]]
    problems: tuple[Problem, ...]
    unused_columns: tuple[str, ...] = field(default=())


def fault_of(problem: Problem) -> Fault:
    """Turn a problem of the library into a fault that pages show."""
    return Fault(problem.where, problem.what, problem.remedy, problem.code)


def refusal(problems: Iterable[Problem], what: str) -> InvalidInput:
    """Make the error that carries these problems."""
    return InvalidInput(
        what, remedy=_("请按下列各处更正。"), faults=[fault_of(problem) for problem in problems]
    )


def read_questionnaire(name: str, content: bytes) -> ReadQuestionnaire:
    """Read a questionnaire; the ending of the name tells the format.

    Raises
    ------
    InvalidInput
        If there is no questionnaire in the file; every fault is named.
    """
    ending = PurePath(name).suffix.lower()
    losses: list[Problem] = []
    try:
        if ending in (".xlsx", ".xls"):
            imported = xlsform_in.read(content)
            questionnaire, losses = imported.questionnaire, imported.problems
        elif ending in (".lss", ".lsq"):
            other = limesurvey.read(content)
            questionnaire, losses = other.questionnaire, other.problems
        elif ending in (".yaml", ".yml", ".json"):
            questionnaire = loader.loads(content.decode("utf-8-sig"))
        else:
            raise InvalidInput(
                _("不支持这种文件。"),
                where=PurePath(name).name,
                remedy=_("请使用 .yaml、.json、.xlsx、.xls（XLSForm）或 .lss、.lsq 文件。"),
            )
    except UnicodeDecodeError as error:
        raise InvalidInput(
            _("文件不是 UTF-8 编码。"), remedy=_("请另存为 UTF-8 后再导入。")
        ) from error
    except QuestionnaireError as error:
        raise refusal(error.problems, _("文件里没有可以使用的问卷。")) from error
    return ReadQuestionnaire(questionnaire, tuple(losses), tuple(check(questionnaire)))


def write_questionnaire(questionnaire: Questionnaire, kind: QuestionnaireFormat) -> WrittenFile:
    """Write a questionnaire in one of the formats."""
    if kind is QuestionnaireFormat.YAML:
        content = loader.dump_yaml(questionnaire).encode()
        return WrittenFile(f"{questionnaire.code}.yaml", content, "application/yaml")
    if kind is QuestionnaireFormat.JSON:
        content = loader.dump_json(questionnaire).encode()
        return WrittenFile(f"{questionnaire.code}.json", content, "application/json")
    if kind is QuestionnaireFormat.DDI:
        return WrittenFile(f"{questionnaire.code}.xml", ddi.write(questionnaire), "application/xml")
    form = xlsform_out.write(questionnaire)
    return WrittenFile(
        f"{questionnaire.code}.xlsx",
        form.content,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        tuple(form.losses),
    )


def read_responses(
    questionnaire: Questionnaire,
    name: str,
    content: bytes,
    *,
    columns: Mapping[str, str] | None = None,
    missing: Mapping[str, Missing] | None = None,
) -> ReadResponses:
    """Read a table of responses made elsewhere.

    Raises
    ------
    InvalidInput
        If the file is no table, or has no column for any question.
    """
    reading = responses_in.Reading(columns or {}, missing or {})
    try:
        table = foreign_tables.read_file(content, name)
        found = responses_in.answers_from(questionnaire, table, reading)
    except AnswersError as error:
        raise refusal(error.problems, _("读不出答卷。")) from error
    return ReadResponses(
        [answers.to_json() for answers in found.answers],
        tuple(found.problems),
        found.unused_columns,
    )


def write_responses(
    questionnaire: Questionnaire,
    answers: Iterable[Mapping[str, object]],
    kind: tables.TableFormat | None,
) -> bytes:
    """Write responses as a table with labels; without a kind, as a DDI codebook with counts."""
    table = frame(questionnaire, answers)
    if kind is None:
        return ddi.write(questionnaire, table)
    return tables.write(table, questionnaire, kind)


def index_lines(
    questionnaire: Questionnaire, answers: Iterable[Mapping[str, object]]
) -> Iterator[str]:
    """Say the index of the whole and of each scale question, one line each."""
    found = group_indices(SurveyData(questionnaire, frame(questionnaire, answers)))
    whole = "—" if found.value is None else f"{found.value:.1f}"
    yield _("评价指数 {value}（{n}份答卷，非概率样本，不给误差范围）").format(
        value=whole, n=found.n_responses
    )
    for code, item in found.questions.items():
        value = "—" if item.value is None else f"{item.value:.1f}"
        yield _("{code} 指数 {value}，有效 {n}，不清楚 {unknown}").format(
            code=code, value=value, n=item.n_valid, unknown=item.n_dont_know
        )


def cross_lines(
    questionnaire: Questionnaire,
    answers: Iterable[Mapping[str, object]],
    row: str,
    column: str,
) -> Iterator[str]:
    """Say a cross table row by row.

    Raises
    ------
    InvalidInput
        If one of the two is no choice question.
    """
    by_name = {variable.name: variable for variable in choice_variables(questionnaire)}
    if row not in by_name or column not in by_name:
        raise InvalidInput(
            _("交叉表需要两道选择题或量表题。"),
            remedy=_("可用：{names}。").format(names="、".join(by_name)),
        )
    data = SurveyData(questionnaire, frame(questionnaire, answers))
    table = cross_table(data, by_name[row], by_name[column])
    yield "\t".join(["", *table.columns, _("合计")])
    for label, counts, total in zip(table.rows, table.counts, table.row_totals, strict=True):
        cells = ["＊" if count is None else str(int(count)) for count in counts]
        yield "\t".join([label, *cells, "＊" if total is None else str(total)])
