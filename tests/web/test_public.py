"""The public site alone: no Streamlit in its process, and a page for every problem."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evaluation.web import public

#: What only the panel's side needs: half of the memory a worker may have.
HEAVY = ("streamlit", "pandas", "numpy", "scipy", "pyarrow", "duckdb", "openpyxl", "segno")
MOST_MB = 150
WORKER = """
import re, sys
from evaluation.services import public_surveys
from evaluation.domain.roles import SYSTEM
from evaluation.web import public
from surveys.loader import load_library
from surveys.store import ChannelKind
from starlette.testclient import TestClient

survey = public_surveys.publish(
    SYSTEM, load_library("QP"), public_surveys.SurveyPlan(None, "a", "b")
)
channel = public_surveys.open_channel(
    SYSTEM, survey, public_surveys.ChannelPlan(ChannelKind.TEST, "a")
)
with TestClient(public.app) as client:
    for n in range(10):
        page = client.get(f"/s/{channel.code}")
        token = re.search('name="form" value="([^"]+)"', page.text)[1]
        consent = {"form": token, "consent": "yes"}
        page = client.post(f"/s/{channel.code}/start", data=consent)
        assert page.status_code == 200, page.text[:500]
        client.cookies.clear()
    for path in ("/open/", "/open/draws", "/open/draws/check", "/open/reports", "/healthz"):
        assert client.get(path).status_code == 200, path
print(*sorted(set(sys.argv[1:]) & set(sys.modules)))
# Unlike the resource usage, this does not begin with the peak of the process that started us.
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def test_public_process_loads_nothing_that_only_the_panel_needs():
    code = f"import evaluation.web.public, sys; sys.exit(any(m in sys.modules for m in {HEAVY}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 -- our own code


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_public_worker_that_served_questionnaires_stays_small(database):
    done = subprocess.run(  # noqa: S603 -- our own code
        [sys.executable, "-W", "ignore", "-c", WORKER, *HEAVY],
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "HENGPING_DATABASE_URL": database.url,
            "HENGPING_DATA_DIR": str(database.data_dir),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    loaded, megabytes = done.stdout.splitlines()[-2:]
    assert loaded == ""
    assert int(megabytes) < MOST_MB


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
