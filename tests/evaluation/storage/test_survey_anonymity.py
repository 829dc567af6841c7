"""The attacker: database dump, web log and invitation list, against an anonymous invited survey.

He knows who holds which token, sees in an unmasked web log from which address and when each page
was asked for, and has the dump as the database would write it, in its physical order. Every
respondent's answers are unique, so a right guess would be certain. He tries each joint he can
think of; none may find more people than guessing does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import SYSTEM
from evaluation.services import invitations, public_surveys
from evaluation.services.demo.respondents import fill_in
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.storage.session import engine
from evaluation.web.surveys import PublicSurveys
from sampling.seed import generator
from surveys.answers import Answer, AnswerSet
from surveys.loader import loads
from surveys.store import ChannelKind

SECRET = "attacker has no key 0123456789abcdef"
N = 48
QUESTIONNAIRE = loads("""
format: 1
code: AN
title: 匿名调查
sections:
  - code: s
    title: 问题
    questions:
      - {code: mark, type: number, text: 多少件？, required: true}
      - {code: word, type: text, text: 说明？}
""")


@dataclass
class WebLog:
    """What a careless proxy would write: time, address, path, size. Wraps the application."""

    app: Any
    lines: list[tuple[int, str, str, str]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.lines.append((len(self.lines), scope["client"][0], scope["method"], scope["path"]))
        await self.app(scope, receive, send)


@dataclass
class Evidence:
    """Everything the attacker has, and the truth he does not know."""

    submit_order: list[str]
    person_of_address: dict[str, str]
    dump: dict[str, list[dict[str, Any]]]
    truth: dict[str, int]


@pytest.fixture
def web_log(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebLog]:
    monkeypatch.setenv("HENGPING_SECRET_KEY", SECRET)
    monkeypatch.setenv("HENGPING_BASE_URL", "")
    settings.cache_clear()
    public = PublicSurveys(unlimited=True)

    async def under_s(scope: Any, receive: Any, send: Any) -> None:
        inner = {**scope, "root_path": "/s"}
        await public(inner, receive, send)

    yield WebLog(under_s)
    public.close()


def field_the_survey(web_log: WebLog, n_submitting: int = N) -> tuple[int, Evidence]:
    survey = public_surveys.publish(SYSTEM, QUESTIONNAIRE, SurveyPlan(None, "评估团", "027"))
    channel = public_surveys.open_channel(SYSTEM, survey, ChannelPlan(ChannelKind.INVITED, "名单"))
    issued = invitations.invite(SYSTEM, channel.id, [f"P{n:03d}" for n in range(N)])
    random = generator("an attacker's afternoon, seed for tests")
    order = random.permutation(N)[:n_submitting]
    marks = random.permutation(10_000)[:N]
    addresses = {f"10.1.0.{place}": issued[place].label for place in range(N)}

    async def everybody() -> None:
        for place in order:
            wanted = AnswerSet({"mark": Answer(int(marks[place]))})
            await _visit(web_log, f"10.1.0.{place}", issued[place].address, wanted)

    asyncio.run(everybody())
    truth = {issued[place].label: int(marks[place]) for place in order}
    submits = [line for line in web_log.lines if line[2:] == ("POST", f"/s/{channel.code}/check")]
    return survey, Evidence([line[1] for line in submits], addresses, dump(), truth)


async def _visit(app: Any, address: str, path: str, wanted: AnswerSet) -> None:
    async def from_address(scope: Any, receive: Any, send: Any) -> None:
        scope["client"] = (address, 1)
        await app(scope, receive, send)

    await fill_in(from_address, path, wanted, QUESTIONNAIRE)


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every table as a dump writes it: no ORDER BY, so in physical order."""
    with engine().connect() as connection:
        names = engine().dialect.get_table_names(connection)
        tables = {}
        for name in names:
            columns = "*, xmin::text AS xmin, ctid::text AS ctid"
            if connection.dialect.name == "sqlite":
                columns = "*"
            rows = connection.execute(text(f"SELECT {columns} FROM {name}"))  # noqa: S608 -- names of our tables
            tables[name] = [dict(row._mapping) for row in rows]
        connection.rollback()
    return tables


def mark(row: dict[str, Any]) -> int:
    answers = row["answers"]
    loaded = json.loads(answers) if isinstance(answers, str) else answers
    return int(loaded["mark"]["value"])


def hits(evidence: Evidence, rows: list[dict[str, Any]], people: list[str]) -> int:
    """How many people the attacker finds when he lays two orders beside each other."""
    return sum(
        evidence.truth.get(person) == mark(row) for person, row in zip(people, rows, strict=False)
    )


def attempts(evidence: Evidence) -> dict[str, int]:
    """Lay every order of the answers beside every order of the people."""
    rows = evidence.dump["survey_response"]
    orders = {
        "physical": rows,
        "by id": sorted(rows, key=lambda row: row["id"]),
        "by receipt": sorted(rows, key=lambda row: row["receipt_hash"] or ""),
    }
    if rows and "ctid" in rows[0]:
        orders["by xmin"] = sorted(rows, key=lambda row: (int(row["xmin"]), row["ctid"]))
    invited = evidence.dump["survey_invitation"]
    people = {
        "web log": [evidence.person_of_address[a] for a in evidence.submit_order],
        "list": [row["label"] for row in sorted(invited, key=lambda row: row["number"])],
        "list, physical": [row["label"] for row in invited],
        "list by token": [r["label"] for r in sorted(invited, key=lambda r: r["token_hash"])],
    }
    found = {}
    for order_name, ordered in orders.items():
        for people_name, names in people.items():
            found[f"{order_name} / {people_name}"] = hits(evidence, ordered, names)
            backwards = hits(evidence, ordered[::-1], names)
            found[f"{order_name} backwards / {people_name}"] = backwards
    return found


#: Guessing finds one person on average whatever the size (Poisson with mean 1); six or more
#: happen once in 1,700 such comparisons.
MOST_BY_CHANCE = 5


def test_no_order_of_answers_fits_an_order_of_people(web_log: WebLog) -> None:
    survey, _evidence = field_the_survey(web_log)
    public_surveys.close_survey(SYSTEM, survey)
    evidence = Evidence(
        _evidence.submit_order, _evidence.person_of_address, dump(), _evidence.truth
    )
    marks = sorted(mark(row) for row in evidence.dump["survey_response"])
    assert marks == sorted(evidence.truth.values())
    found = attempts(evidence)
    assert {name: n for name, n in found.items() if n > MOST_BY_CHANCE} == {}


def test_a_dump_in_the_middle_of_fieldwork_tells_no_more(web_log: WebLog) -> None:
    """Some responses are mixed, the newest wait sealed; the order of arrival shows nowhere."""
    _survey, evidence = field_the_survey(web_log, n_submitting=37)
    mixed, waiting = evidence.dump["survey_response"], evidence.dump["survey_inbox"]
    assert len(mixed) + len(waiting) == 37
    assert {mark(row) for row in mixed} < set(evidence.truth.values())
    assert len(waiting) == 7
    found = attempts(evidence)
    assert {name: n for name, n in found.items() if n > MOST_BY_CHANCE} == {}
    assert len({len(row["sealed"]) for row in waiting}) == 1
    receipts = {row["receipt_hash"] for row in mixed}
    assert receipts.isdisjoint(row["id"] for row in waiting)


def test_no_value_is_shared_by_invitations_and_answers(web_log: WebLog) -> None:
    survey, _evidence = field_the_survey(web_log)
    public_surveys.close_survey(SYSTEM, survey)
    tables = dump()

    def values(name: str, *without: str) -> set[str]:
        return {
            str(value)
            for row in tables[name]
            for column, value in row.items()
            if column not in {*without, "xmin", "ctid"} and len(str(value)) > 4
        }

    invited = values("survey_invitation", "channel_id", "is_revoked", "expires_on")
    answered = values("survey_response")
    assert invited.isdisjoint(answered)
    assert {str(row["submitted_on"]) for row in tables["survey_response"]} == {
        clock.today().isoformat()
    }
    assert {row["pace"] for row in tables["survey_response"]} == {"unknown"}
    assert {row["invitation_number"] for row in tables["survey_response"]} == {None}
    assert tables["survey_draft"] == []


def test_the_audit_trail_and_the_ledger_say_nothing_of_single_answers(web_log: WebLog) -> None:
    _survey, evidence = field_the_survey(web_log)
    trail = json.dumps(evidence.dump["audit_event"], default=str)
    assert all(person not in trail for person in evidence.truth)
    (ledger,) = evidence.dump["survey_ledger"]
    counts = ledger["counts"]
    names = set(json.loads(counts) if isinstance(counts, str) else counts)
    assert names <= {
        "started", "accepted", "inbox", "mixed", "complete", "partial", "break_off", "fast",
        "usual", "event_no_work",
    }  # fmt: skip
    assert bytes(ledger["used"]) == b"\xff" * (N // 8)


def test_the_attack_works_on_a_survey_that_is_not_anonymous(web_log: WebLog) -> None:
    """The attacker is no straw man: with the number beside the answer he finds everybody."""
    survey = public_surveys.publish(
        SYSTEM, QUESTIONNAIRE, SurveyPlan(None, "评估团", "027", is_anonymous=False)
    )
    channel = public_surveys.open_channel(SYSTEM, survey, ChannelPlan(ChannelKind.INVITED, "名单"))
    issued = invitations.invite(SYSTEM, channel.id, [f"P{n:03d}" for n in range(12)])

    async def everybody() -> None:
        for item in issued:
            wanted = AnswerSet({"mark": Answer(item.number * 7 + 1)})
            await _visit(web_log, "10.2.0.1", item.address, wanted)

    asyncio.run(everybody())
    public_surveys.close_survey(SYSTEM, survey)
    rows = dump()["survey_response"]
    assert sum(mark(row) == row["invitation_number"] * 7 + 1 for row in rows) == 12
    public_surveys.make_anonymous(SYSTEM, survey)
    assert {row["invitation_number"] for row in dump()["survey_response"]} == {None}
