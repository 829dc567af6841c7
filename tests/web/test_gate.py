"""Who comes through the gate, and what leaves it."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from evaluation.config import SESSION_COOKIE
from evaluation.services import access
from evaluation.web import routes as console_routes
from evaluation.web.gate import Gate

PASSWORD = "gate needs words 7"
SHELL = '<!DOCTYPE html><html lang="en"><head><title>Streamlit</title></head><body></body></html>'


async def shell(_request):
    return HTMLResponse(SHELL, headers={"etag": "x"})


async def media(_request):
    return PlainTextResponse("secret draft")


async def stream(socket):
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


@pytest.fixture
def client(database):
    app = Starlette(
        routes=[
            *console_routes.routes(),
            Route("/", shell),
            Route("/media/draft.pdf", media),
            WebSocketRoute("/_stcore/stream", stream),
        ],
        middleware=[Middleware(Gate)],
        exception_handlers=console_routes.HANDLERS,
    )
    return TestClient(app, follow_redirects=False, client=("127.0.0.1", 50000))


@pytest.fixture
def signed_in(client):
    access.create_first_account("chair", "组长", PASSWORD)
    client.cookies.set(SESSION_COOKIE, access.sign_in("chair", PASSWORD))
    return client


def _form_token(page: str) -> str:
    return page.split('name="form_token" value="')[1].split('"')[0]


def test_empty_installation_leads_to_the_first_start(client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/start")


def test_nothing_behind_the_gate_without_signing_in(client):
    access.create_first_account("chair", "组长", PASSWORD)
    for path in ("/", "/media/draft.pdf", "/_stcore/upload_file/x", "/demonstration"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_signed_in_person_gets_the_shell_in_chinese_with_its_policy(signed_in):
    answer = signed_in.get("/")
    assert '<html lang="zh-CN">' in answer.text
    assert "<title>衡评工作台</title>" in answer.text
    assert "fonts.gstatic" not in answer.headers["content-security-policy"]
    assert "etag" not in answer.headers
    assert signed_in.get("/media/draft.pdf").text == "secret draft"
    with signed_in.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "in"


def test_shell_is_chinese_for_a_browser_that_takes_compressed_pages(database):
    access.create_first_account("chair", "组长", PASSWORD)
    app = Starlette(
        routes=[Route("/", shell)],
        middleware=[Middleware(Gate), Middleware(GZipMiddleware, minimum_size=10)],
    )
    browser = TestClient(app, cookies={SESSION_COOKIE: access.sign_in("chair", PASSWORD)})
    asked = {"accept": "text/html,*/*", "accept-encoding": "gzip"}
    assert '<html lang="zh-CN">' in browser.get("/", headers=asked).text


def test_public_door_is_open_and_strict(client):
    access.create_first_account("chair", "组长", PASSWORD)
    answer = client.get("/open/")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get("/healthz").text == "ok"
    missing = client.get("/open/nothing-here")
    assert missing.status_code == 404
    assert "没有这个页面" in missing.text


def test_first_start_makes_the_chair_and_signs_in(client):
    page = client.get("/start")
    fields = {
        "form_token": _form_token(page.text),
        "display_name": "王敏",
        "login_name": "chair",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "choice": "account",
    }
    answer = client.post("/start", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert client.get("/").status_code == 200
    assert client.get("/start").headers["location"] == "/login"


def test_visitor_from_elsewhere_needs_the_setup_code(client):
    page = client.get("/start", headers={"x-forwarded-for": "10.0.0.9"})
    assert "启用码" in page.text
    fields = {
        "form_token": _form_token(page.text),
        "display_name": "生人",
        "login_name": "stranger",
        "password": PASSWORD,
        "password_again": PASSWORD,
    }
    answer = client.post("/start", data=fields, headers={"x-forwarded-for": "10.0.0.9"})
    assert answer.status_code == 422
    assert not access.has_accounts()


def test_sign_in_refuses_a_foreign_form_and_a_foreign_target(client):
    access.create_first_account("chair", "组长", PASSWORD)
    fields = {"login_name": "chair", "password": PASSWORD}
    assert client.post("/login", data=fields).status_code == 403
    token = _form_token(client.get("/login").text)
    for target in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        answer = client.post("/login", data={**fields, "form_token": token, "next": target})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_wrong_password_is_told_in_chinese_and_sets_no_cookie(client):
    access.create_first_account("chair", "组长", PASSWORD)
    token = _form_token(client.get("/login").text)
    answer = client.post(
        "/login", data={"login_name": "chair", "password": "no", "form_token": token}
    )
    assert answer.status_code == 403
    assert "登录名或密码不正确" in answer.text
    assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")


def test_signing_out_closes_the_gate(signed_in):
    assert signed_in.get("/logout").headers["location"] == "/login"
    assert signed_in.get("/media/draft.pdf").status_code == 303
