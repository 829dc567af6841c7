"""The public site alone: no Streamlit in its process, and a page for every problem."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from evaluation.web import public


def test_public_process_never_loads_streamlit():
    code = "import evaluation.web.public, sys; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 -- our own code


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_public_site_serves_its_door_and_hides_failures(database, monkeypatch):
    with TestClient(public.app, follow_redirects=False, raise_server_exceptions=False) as client:
        assert client.get("/").headers["location"] == "/open/"
        assert client.get("/open/").status_code == 200
        assert client.get("/healthz").text == "ok"
        assert client.post("/open/").status_code == 405
        monkeypatch.setattr(public.pages, "environment", None)
        database.engine.dispose()
        broken = client.get("/open/")
    assert broken.status_code == 500
    assert "Traceback" not in broken.text
