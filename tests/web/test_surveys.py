"""Public surveys, previews and posters as they are mounted: who may see what."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from evaluation.config import SESSION_COOKIE, settings
from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import access, public_surveys, questionnaires
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.web import routes as console_routes
from evaluation.web import surveys as web_surveys
from evaluation.web.gate import Gate
from surveys.loader import load_library
from surveys.store import ChannelKind

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PASSWORD = "surveys need words 7"


@pytest.fixture
def client(database, monkeypatch):
    monkeypatch.setenv("HENGPING_BASE_URL", "https://pinggu.example.org")
    settings.cache_clear()
    web_surveys.public_surveys.cache_clear()
    app = Starlette(
        routes=list(console_routes.routes()),
        middleware=[Middleware(Gate)],
        exception_handlers=console_routes.HANDLERS,
    )
    yield TestClient(app, follow_redirects=False, client=("127.0.0.1", 50000))
    web_surveys.public_surveys().close()
    web_surveys.public_surveys.cache_clear()


@pytest.fixture
def sign_in(client):
    def as_role(role):
        access.create_account(SYSTEM, role.value, "测试员", PASSWORD, roles={role})
        client.cookies.set(SESSION_COOKIE, access.sign_in(role.value, PASSWORD))
        return client

    return as_role


def test_a_survey_is_open_to_everybody(client):
    survey = public_surveys.publish(SYSTEM, load_library("QP"), SurveyPlan(None, "评估团", "027"))
    channel = public_surveys.open_channel(SYSTEM, survey, ChannelPlan(ChannelKind.OPEN, "海报"))
    reply = client.get(f"/s/{channel.code}")
    assert reply.status_code == 200
    assert "开始填写" in reply.text
    assert "hengping" not in reply.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.DESIGNER, 200), (Role.OBSERVER, 200), (Role.COURT_LIAISON, 403), (None, 303)],
)
def test_a_preview_is_for_the_panel(client, sign_in, role, status):
    version = questionnaires.create_from_library(SYSTEM, "QA")
    if role is not None:
        sign_in(role)
    reply = client.get(f"/preview/v-{version}")
    assert reply.status_code == status
    if status == 200:
        assert "试填" in reply.text
        assert "frame-ancestors 'self'" in reply.headers["content-security-policy"]
        assert client.get("/preview/v-999").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(Role.SECRETARY, 200, marks=pytest.mark.slow),
        (Role.COURT_LIAISON, 403),
        (None, 303),
    ],
)
def test_posters_and_paper_are_for_those_who_run_fieldwork(client, sign_in, role, status):
    survey = public_surveys.publish(SYSTEM, load_library("QP"), SurveyPlan(None, "评估团", "027"))
    channel = public_surveys.open_channel(SYSTEM, survey, ChannelPlan(ChannelKind.OPEN, "海报"))
    if role is not None:
        sign_in(role)
    for address in (f"/files/surveys/poster/{channel.id}", f"/files/surveys/paper/{survey}"):
        reply = client.get(address)
        assert reply.status_code == status
        if status == 200:
            assert reply.content.startswith(b"%PDF-")


def test_a_preview_opens_at_the_question_and_keeps_its_place(client, sign_in):
    version = questionnaires.create_from_library(SYSTEM, "QA")
    sign_in(Role.DESIGNER)
    reply = client.get(f"/preview/v-{version}/at/QA08?r=1")
    assert reply.status_code == 303
    page = reply.headers["location"]
    assert page.startswith(f"/preview/v-{version}/p/")
    assert page.endswith("#f-QA08")
    shown = client.get(page)
    assert shown.status_code == 200
    assert 'id="f-QA08"' in shown.text
    again = client.get(f"/preview/v-{version}/at/QA08?r=2")
    assert again.headers["location"] == page
    first = client.get(f"/preview/v-{version}/at/QA01")
    assert client.get(first.headers["location"]).status_code == 200
    unknown = client.get(f"/preview/v-{version}/at/QX99")
    assert unknown.headers["location"] == f"/preview/v-{version}"
    assert client.get("/preview/v-999/at/QA01").status_code == 404
