"""Tables of other systems come in whole or not at all, and are analysed like any survey."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from sqlalchemy import func, select

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.questionnaire_version import VersionState
from evaluation.domain.roles import SYSTEM, Actor, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed, WrongState
from evaluation.services import (
    courts,
    frameworks,
    public_surveys,
    questionnaire_codebook,
    questionnaires,
    response_imports,
    rounds,
    survey_analysis,
    survey_sources,
)
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.services.response_imports import Mapped, Provenance, Upload
from evaluation.services.survey_data import Basis
from evaluation.services.survey_sources import SurveySource
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.survey import Survey, SurveyChannel, SurveyResponse
from evaluation.storage.session import reading, unit_of_work
from surveys.dispositions import Disposition
from surveys.exchange.tables import TableFormat
from surveys.loader import load_library
from surveys.schema import Missing
from surveys.store import ChannelKind

RESPONSES = Path(__file__).parents[2] / "data" / "responses"
SHARED = Path(__file__).parents[4] / "shared" / "data"
ANALYST = Actor(5, "分析", frozenset({Role.ANALYST}))
SECRETARY = Actor(3, "秘书", frozenset({Role.SECRETARY}))
UNKNOWN = {"-99.0": Missing.DONT_KNOW, "99.0": Missing.DONT_KNOW}
FROM_ELSEWHERE = Provenance("Sarid 研究所，2019年1月，网上调查", date(2019, 1, 31))

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def round_id(database: object) -> int:
    version = frameworks.install_bundled(SYSTEM)
    courts.install_bundled(SYSTEM)
    created = rounds.create_round(SYSTEM, RoundKind.INITIAL, version)
    with unit_of_work() as session:
        session.get_one(EvaluationRound, created).state = RoundState.OPEN
    return created


def published(name: str) -> SurveySource:
    content = (RESPONSES / f"il_{name}.yaml").read_bytes()
    version, losses = questionnaires.import_file(SYSTEM, f"il_{name}.yaml", content)
    assert losses == ()
    questionnaires.move(SYSTEM, version, VersionState.PUBLISHED)
    return survey_sources.list_sources(ANALYST)[0]


def everything(source: SurveySource, upload: Upload, **missing: Missing) -> Mapped:
    view = response_imports.preview(ANALYST, source, upload)
    return Mapped(view.suggested, UNKNOWN | missing)


def excerpt(name: str) -> Upload:
    file = RESPONSES / f"il_{name}_survey_excerpt.csv"
    return Upload(file.name, file.read_bytes())


def n_stored() -> list[int]:
    with reading() as session:
        return [
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Survey, SurveyChannel, SurveyResponse)
        ]


def test_table_comes_in_and_is_described_without_a_margin_of_error(round_id: int) -> None:
    source = published("public")
    upload = excerpt("public")
    mapped = everything(source, upload)
    checked = response_imports.check(ANALYST, source, upload, mapped)
    assert (len(checked.answers), checked.problems) == (60, ())
    assert checked.unused_columns == ("response_id", "status", "rel_deg")
    survey = response_imports.take_over(ANALYST, round_id, source, upload, mapped, FROM_ELSEWHERE)
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    counted = checked.dispositions[Disposition.COMPLETE] + checked.dispositions[Disposition.PARTIAL]
    assert (figures.basis, figures.n) == (Basis.OPEN, counted)
    assert figures.index.estimate is None
    (view,) = response_imports.list_imports(ANALYST, round_id)
    assert (view.n, view.kind) == (60, ChannelKind.IMPORTED)
    with pytest.raises(Conflict):
        response_imports.take_over(ANALYST, round_id, source, upload, mapped, FROM_ELSEWHERE)


def test_one_unreadable_cell_keeps_the_whole_table_out(round_id: int) -> None:
    source = published("public")
    content = excerpt("public").content.replace(b"11,Complete,28,", b"11,Complete,4147,", 1)
    upload = Upload("answers.csv", content)
    mapped = everything(source, upload)
    checked = response_imports.check(ANALYST, source, upload, mapped)
    assert [(item.column, item.text, item.n) for item in checked.unread] == [("age", "4147", 1)]
    with pytest.raises(InvalidInput) as caught:
        response_imports.take_over(ANALYST, round_id, source, upload, mapped, FROM_ELSEWHERE)
    assert [(fault.where, fault.code) for fault in caught.value.faults] == [
        ("第3行“age”列", "too_large")
    ]
    assert n_stored() == [0, 0, 0]
    told = everything(source, upload, **{"4147": Missing.NOT_ANSWERED})
    response_imports.take_over(ANALYST, round_id, source, upload, told, FROM_ELSEWHERE)
    assert n_stored() == [1, 1, 60]


def test_random_sample_has_intervals_and_provenance_must_be_told(round_id: int) -> None:
    source = published("attorney")
    upload = excerpt("attorney")
    mapped = everything(source, upload)
    with pytest.raises(InvalidInput):
        response_imports.take_over(
            ANALYST, round_id, source, upload, mapped, Provenance(" ", date(2019, 1, 31))
        )
    drawn = Provenance("从律师名册随机抽取，电话调查", date(2019, 1, 31), is_random_sample=True)
    survey = response_imports.take_over(ANALYST, round_id, source, upload, mapped, drawn)
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    assert figures.basis is Basis.INVITED
    assert figures.index.estimate is not None


def test_table_joins_the_survey_of_the_round_and_can_be_taken_back(round_id: int) -> None:
    asked = load_library("QL")
    survey = public_surveys.publish(SYSTEM, asked, SurveyPlan(round_id, "评估团", "电话"))
    public_surveys.open_channel(SYSTEM, survey, ChannelPlan(ChannelKind.OPEN, "海报"))
    source = SurveySource(None, "QL", "")
    rows = ["QL01,QL02,QL12,1、过去12个月，您在武汉两级法院代理的执行案件约有多少件？"]
    rows += [f"{n},申请执行人,比较满意,7" for n in range(1, 13)]
    upload = Upload("ql.csv", "\n".join(rows).encode())
    view = response_imports.preview(ANALYST, source, upload)
    assert view.suggested == {"QL01": "QL01", "QL02": "QL02", "QL12": "QL12"}
    joined = response_imports.take_over(
        ANALYST, round_id, source, upload, Mapped(view.suggested), FROM_ELSEWHERE
    )
    assert joined == survey
    (imported,) = response_imports.list_imports(ANALYST, round_id)
    with pytest.raises(InvalidInput):
        response_imports.remove(ANALYST, imported.channel_id, "")
    response_imports.remove(ANALYST, imported.channel_id, "传错了文件")
    assert n_stored() == [1, 1, 0]
    with pytest.raises(NotAllowed):
        response_imports.preview(SECRETARY, source, upload)


def test_only_an_open_round_takes_tables(database: object) -> None:
    version = frameworks.install_bundled(SYSTEM)
    draft = rounds.create_round(SYSTEM, RoundKind.INITIAL, version)
    source = published("attorney")
    upload = excerpt("attorney")
    with pytest.raises(WrongState):
        response_imports.take_over(
            ANALYST, draft, source, upload, everything(source, upload), FROM_ELSEWHERE
        )
    assert n_stored() == [0, 0, 0]


@pytest.mark.skipif(not SHARED.exists(), reason="the real surveys beside the repository are absent")
@pytest.mark.parametrize(
    ("name", "n", "crossed"),
    [
        ("attorney", 253, ("status", "q8_defend_public")),
        ("public", 503, ("gender", "q5_class_action_defend_public")),
    ],
)
def test_real_surveys_go_the_whole_way(
    round_id: int, tmp_path: Path, name: str, n: int, crossed: tuple[str, str]
) -> None:
    source = published(name)
    file = SHARED / f"il_{name}_survey.csv"
    upload = Upload(file.name, file.read_bytes())
    mapped = everything(source, upload)
    checked = response_imports.check(ANALYST, source, upload, mapped)
    if name == "public":
        assert [(item.column, item.text) for item in checked.unread] == [("age", "4147")]
        mapped = everything(source, upload, **{"4147": Missing.NOT_ANSWERED})
    survey = response_imports.take_over(ANALYST, round_id, source, upload, mapped, FROM_ELSEWHERE)
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    assert 0.7 * n < figures.n <= n
    item = crossed[1]
    plain = pd.read_csv(io.BytesIO(upload.content))[item]
    index = figures.index.questions[item].value
    assert index == pytest.approx((plain[plain > 0].mean() - 1) / 4 * 100, abs=1.0)
    table = survey_analysis.cross(ANALYST, survey, *crossed).table
    assert sum(total or 0 for total in table.row_totals) > 0
    name_of_file, content = survey_analysis.download(ANALYST, survey, TableFormat.SAV)
    target = tmp_path / name_of_file
    target.write_bytes(content)
    read, meta = pyreadstat.read_sav(str(target), user_missing=True)
    assert len(read) == n
    assert meta.variable_value_labels[item][5.0] == "非常同意"
    html = questionnaire_codebook.survey_codebook_html(ANALYST, survey)
    assert all(code in html for code in crossed)
