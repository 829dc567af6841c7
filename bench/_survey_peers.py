"""The peers of `surveys.py`: installed apart, the same questionnaire, their own usual servers.

oTree keeps its SQLite database in memory and writes it when it is stopped; nothing is durable
until then, which favours it. django-survey-and-report commits each answer by itself; here a
whole request is one transaction (``ATOMIC_REQUESTS``), which favours it too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

from _survey_load import LINKS, N_QUESTIONS

HERE = Path(__file__).parent
OPTIONS = ["很不满意", "不满意", "一般", "满意", "很满意"]


def text_of(n: int) -> str:
    return f"您对执行工作第{n}项是否满意？"


def environment(name: str, *packages: str) -> Path | None:
    """Make the environment of a peer once, beside ours; None where it cannot be had."""
    folder = Path(os.environ.get(f"HP_BENCH_{name.upper()}", HERE.parent / f".venv-bench-{name}"))
    if (folder / "ready").exists():
        return folder
    uv = shutil.which("uv")
    if uv is None:
        return None
    made = subprocess.run(
        [uv, "venv", "-q", "--clear", "--python", "3.11", str(folder)], check=False
    )
    install = [uv, "pip", "install", "-q", "--python", str(folder / "bin" / "python"), *packages]
    if made.returncode or subprocess.run(install, check=False).returncode:
        return None
    (folder / "ready").touch()
    return folder


# ------------------------------------------------------------------ django-survey-and-report

DJANGO_SETTINGS = """
SECRET_KEY = "a bench has no secrets"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "survey.urls"
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
    "bootstrapform", "survey",
]
INSTALLED_APPS = [a for a in INSTALLED_APPS if __import__("importlib").util.find_spec(a)]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [], "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": "bench.sqlite3", "ATOMIC_REQUESTS": True,
    "CONN_MAX_AGE": None,
    "OPTIONS": {"timeout": 60, "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
LANGUAGE_CODE = "zh-hans"
USE_TZ = True
CHOICES_SEPARATOR = ","
USER_DID_NOT_ANSWER = "NA"
EXCEL_COMPATIBLE_CSV = False
SURVEY_DEFAULT_PIE_COLOR = "red!50"
DEFAULT_SURVEY_PUBLISHING_DURATION = 7
LOGGING_CONFIG = None
"""
DJANGO_FILL = f"""
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from survey.models import Category, Question, Survey
survey = Survey.objects.create(
    name="公众问卷", description="问卷", need_logged_user=False, display_method=0,
)
category = Category.objects.create(name="您的看法", survey=survey, order=1)
for n in range(1, {N_QUESTIONS} + 1):
    Question.objects.create(
        text=f"您对执行工作第{{n}}项是否满意？", order=n, required=False, survey=survey,
        category=category, type="radio", choices="{",".join(OPTIONS)}",
    )
Question.objects.create(
    text="其他意见", order=99, required=False, survey=survey, category=category, type="text",
)
print(survey.pk)
"""


def make_django(peer: Path, folder: Path) -> str:
    """Make the project and its database; return the address of the survey."""
    folder.mkdir()
    (folder / "bench_settings.py").write_text(DJANGO_SETTINGS)
    (folder / "fill.py").write_text(DJANGO_FILL)
    done = subprocess.run(
        [peer / "bin" / "python", "fill.py"],
        cwd=folder, env=django_environment(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return f"/{done.stdout.split()[-1]}/"


def django_environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "bench_settings", "PYTHONPATH": "."}


def django_command(peer: Path, port: int) -> list[str]:
    """One worker with eight threads, which keeps connections open like the other servers."""
    return [
        str(peer / "bin" / "gunicorn"), "--workers=1", "--threads=8", f"--bind=127.0.0.1:{port}",
        "--worker-connections=1000", "--log-level=error", "--keep-alive=60",
        "survey.wsgi:application",
    ]  # fmt: skip


# ------------------------------------------------------------------ oTree

OTREE_SETTINGS = """
SESSION_CONFIGS = [dict(name="bench", app_sequence=["bench"], num_demo_participants=1)]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1.0, participation_fee=0.0, doc="")
PARTICIPANT_FIELDS = []
SESSION_FIELDS = []
LANGUAGE_CODE = "zh-hans"
REAL_WORLD_CURRENCY_CODE = "CNY"
USE_POINTS = True
ADMIN_USERNAME = "admin"
ADMIN_PASSWORD = "bench"
DEMO_PAGE_INTRO_HTML = ""
SECRET_KEY = "bench"
"""
OTREE_APP = f"""
from otree.api import *

class C(BaseConstants):
    NAME_IN_URL = "bench"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1

class Subsession(BaseSubsession):
    pass

class Group(BaseGroup):
    pass

OPTIONS = list(zip("12345", {OPTIONS!r}))

class Player(BasePlayer):
    for _n in range(1, {N_QUESTIONS} + 1):
        locals()[f"q{{_n}}"] = models.StringField(
            label=f"您对执行工作第{{_n}}项是否满意？", choices=OPTIONS,
            widget=widgets.RadioSelect, blank=True,
        )
    opinion = models.LongStringField(label="其他意见", blank=True)

class Questions(Page):
    form_model = "player"
    form_fields = [f"q{{n}}" for n in range(1, {N_QUESTIONS} + 1)] + ["opinion"]

page_sequence = [Questions]
"""
OTREE_PAGE = """{{ block title }}您的看法{{ endblock }}
{{ block content }}
{{ formfields }}
{{ next_button }}
{{ endblock }}
"""


def make_otree(folder: Path) -> None:
    """Make the project."""
    for part in ("bench", "_static", "_templates"):
        (folder / part).mkdir(parents=True)
    (folder / "settings.py").write_text(OTREE_SETTINGS)
    (folder / "bench" / "__init__.py").write_text(OTREE_APP)
    (folder / "bench" / "Questions.html").write_text(OTREE_PAGE)


def otree_command(peer: Path, port: int) -> list[str]:
    return [str(peer / "bin" / "otree"), "prodserver1of2", str(port)]


def otree_environment(peer: Path) -> dict[str, str]:
    path = f"{peer / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "OTREE_PRODUCTION": "1", "PATH": path}


def otree_links(port: int, n: int) -> str:
    """Make a session with a place for every visit; return the name of its list of links."""
    base = f"http://127.0.0.1:{port}/api/sessions"
    wanted = json.dumps({"session_config_name": "bench", "num_participants": n}).encode()
    head = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(base, wanted, head)) as answer:
        code = json.load(answer)["code"]
    with urllib.request.urlopen(f"{base}/{code}") as answer:
        people = json.load(answer)["participants"]
    LINKS[code] = [f"/InitializeParticipant/{person['code']}" for person in people]
    return code
