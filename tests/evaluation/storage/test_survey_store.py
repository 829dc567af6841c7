"""`SqlResponseStore` on SQLite and PostgreSQL: durable, counted once, quotas never overrun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import SYSTEM
from evaluation.services import public_surveys
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.storage.models.survey import Survey, SurveyInbox, SurveyResponse
from evaluation.storage.queries import responses
from evaluation.storage.session import engine, reading
from evaluation.storage.survey_store import SqlResponseStore
from surveys import access
from surveys.dispositions import Disposition
from surveys.loader import load_library
from surveys.store import (
    ChannelKind,
    Quota,
    SealedDraft,
    StartOutcome,
    Submission,
    SubmitOutcome,
)

SECRET = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def store(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlResponseStore]:
    monkeypatch.setenv("HENGPING_SECRET_KEY", SECRET.decode())
    settings.cache_clear()
    kept = SqlResponseStore(engine(), SECRET, clock.today)
    yield kept
    kept.close()


def publish(kind: ChannelKind = ChannelKind.OPEN, *quotas: Quota, **plan: Any) -> Any:
    survey = public_surveys.publish(
        SYSTEM, load_library("QA"), SurveyPlan(None, "评估团", "027-00000000", **plan)
    )
    channel = public_surveys.open_channel(
        SYSTEM, survey, ChannelPlan(kind, "大厅海报", quotas=quotas)
    )
    return survey, channel


def submission(channel_code: str, n: int, **fields: Any) -> Submission:
    code = access.draft_id(str(n))
    values: dict[str, Any] = {
        "answers": {"QA01": {"value": "1"}},
        "disposition": Disposition.COMPLETE,
        "language": "zh",
        "submitted_on": clock.today(),
    }
    return Submission(channel_code, code, access.receipt_hash(f"r{n}"), **(values | fields))


def test_submissions_are_kept_once_and_mixed_at_the_end(store: SqlResponseStore) -> None:
    survey, channel = publish()

    async def visit() -> list[SubmitOutcome]:
        now = clock.now()
        first = await asyncio.gather(
            *(store.submit(submission(channel.code, n), now) for n in range(7))
        )
        again = await store.submit(submission(channel.code, 3), now)
        assert await store.has_receipt(access.receipt_hash("r3"))
        assert not await store.has_receipt(access.receipt_hash("r99"))
        return [*first, again]

    outcomes = asyncio.run(visit())
    assert outcomes == [SubmitOutcome.ACCEPTED] * 7 + [SubmitOutcome.REPEATED]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(SurveyInbox)) == 7
        assert responses.count_responses(session, survey) == 0
    public_surveys.close_survey(SYSTEM, survey)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(SurveyInbox)) == 0
        assert responses.count_responses(session, survey) == 7
        assert responses.is_withheld(session, survey)
        assert responses.list_responses(session, survey) == []
    assert asyncio.run(store.submit(submission(channel.code, 50), clock.now())) is (
        SubmitOutcome.CLOSED
    )


def test_quota_is_never_overrun_under_concurrency(store: SqlResponseStore) -> None:
    _survey, channel = publish(ChannelKind.OPEN, Quota("all", "总数", 10), Quota("x", "甲", 4))
    others = [SqlResponseStore(engine(), SECRET, clock.today) for _ in range(2)]

    async def rush() -> list[SubmitOutcome]:
        now = clock.now()
        return await asyncio.gather(
            *(
                [store, *others][n % 3].submit(
                    submission(channel.code, n, quotas=("all", "x") if n % 2 else ("all",)), now
                )
                for n in range(60)
            )
        )

    outcomes = asyncio.run(rush())
    for other in others:
        other.close()
    assert outcomes.count(SubmitOutcome.ACCEPTED) == 10
    accepted_x = sum(o is SubmitOutcome.ACCEPTED for n, o in enumerate(outcomes) if n % 2)
    assert accepted_x <= 4
    assert asyncio.run(store.start(channel.code, None, clock.now())) is StartOutcome.FULL


def test_withdrawal_deletes_and_gives_the_place_back(store: SqlResponseStore) -> None:
    _survey, channel = publish(ChannelKind.OPEN, Quota("all", "总数", 25))

    async def visit() -> None:
        now = clock.now()
        for n in range(25):
            await store.submit(submission(channel.code, n, quotas=("all",)), now)
        assert await store.free_quotas(channel.code) == frozenset()
        assert await store.withdraw(access.receipt_hash("r1"))
        assert not await store.withdraw(access.receipt_hash("r1"))
        assert await store.free_quotas(channel.code) == {"all"}
        assert await store.withdraw(access.receipt_hash("r24"))

    asyncio.run(visit())
    with reading() as session:
        kept = session.scalar(select(func.count()).select_from(SurveyResponse)) or 0
        waiting = session.scalar(select(func.count()).select_from(SurveyInbox)) or 0
    assert kept + waiting == 23


def test_drafts_are_kept_replaced_and_swept(store: SqlResponseStore, fixed_clock: Any) -> None:
    async def visit() -> None:
        until = clock.today() + timedelta(days=3)
        await store.save_draft(SealedDraft("a" * 64, b"one", until))
        await store.save_draft(SealedDraft("a" * 64, b"two", until))
        assert await store.load_draft("a" * 64) == b"two"
        fixed_clock.advance(days=5)
        assert await store.load_draft("a" * 64) is None
        await store.delete_draft("a" * 64)

    asyncio.run(visit())


def test_each_of_many_who_read_at_once_gets_what_is_theirs(store: SqlResponseStore) -> None:
    _survey, channel = publish()
    tomorrow = clock.today() + timedelta(days=1)
    names = [access.draft_id(f"draft {n}") for n in range(250)]

    async def visit() -> None:
        kept = [SealedDraft(name, name.encode(), tomorrow) for name in names[:200]]
        await asyncio.gather(*(store.save_draft(draft) for draft in kept))
        moment = clock.now()
        await asyncio.gather(
            *(store.submit(submission(channel.code, n), moment) for n in range(0, 60, 2))
        )
        receipts = [access.receipt_hash(f"r{n}") for n in range(60)]
        *found, known = await asyncio.gather(
            *(store.load_draft(name) for name in names),
            asyncio.gather(*(store.has_receipt(receipt) for receipt in receipts)),
        )
        assert found == [name.encode() for name in names[:200]] + [None] * 50
        assert known == [n % 2 == 0 for n in range(60)]

    asyncio.run(visit())


def test_anonymity_cannot_be_lifted_even_in_the_database(store: SqlResponseStore) -> None:
    survey, _channel = publish()
    with pytest.raises(Exception, match="cannot be lifted"), engine().begin() as connection:
        connection.execute(update(Survey).where(Survey.id == survey).values(is_anonymous=False))


def test_a_channel_grown_old_is_read_once_for_all_who_ask(
    store: SqlResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _survey, channel = publish()
    reads = []

    def counted(code: str) -> Any:
        reads.append(code)
        return SqlResponseStore._find_channel(store, code)

    async def ask_at_once() -> set[Any]:
        return set(map(id, await asyncio.gather(*(store.channel(channel.code) for _ in range(50)))))

    async def visitors() -> None:
        assert len(await ask_at_once()) == 1
        assert len(reads) == 1
        begun, known = store._channels[channel.code]
        store._channels[channel.code] = (begun - 1.5, known)  # old, yet not too old to be shown
        assert await ask_at_once() == {id(known)}
        await asyncio.gather(*store._looking.values())
        assert len(reads) == 2
        store._channels[channel.code] = (begun - 60.0, known)
        assert await ask_at_once() == {id(known)}
        assert len(reads) == 3

    monkeypatch.setattr(store, "_find_channel", counted)
    asyncio.run(visitors())
