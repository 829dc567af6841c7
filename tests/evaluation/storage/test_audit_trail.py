"""The audit chain holds as written, and any change to it is found."""

import pytest
from sqlalchemy import delete, update

from evaluation.domain.roles import SYSTEM
from evaluation.storage import audit_trail
from evaluation.storage.audit_trail import ChainBreak
from evaluation.storage.models.event import AuditEvent
from evaluation.storage.session import reading, unit_of_work


@pytest.fixture
def five_events(database):
    for number in range(1, 6):
        with unit_of_work() as session:
            audit_trail.append(
                session, SYSTEM, "test.write", f"thing:{number}", {"n": number, "词": "值"}
            )


def _break() -> ChainBreak | None:
    with reading() as session:
        return audit_trail.first_break(session)


@pytest.mark.usefixtures("five_events")
def test_chain_as_written_holds():
    assert _break() is None


@pytest.mark.usefixtures("five_events")
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"action": "test.other"}, ChainBreak(3, "content")),
        ({"detail": {"n": 4}}, ChainBreak(3, "content")),
        ({"account_id": 7}, ChainBreak(3, "content")),
        ({"previous_hash": "0" * 64}, ChainBreak(3, "previous")),
    ],
)
def test_changed_event_is_named(values, expected):
    with unit_of_work() as session:
        session.execute(update(AuditEvent).where(AuditEvent.sequence == 3).values(**values))
    assert _break() == expected


@pytest.mark.usefixtures("five_events")
def test_removed_event_is_named():
    with unit_of_work() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.sequence == 2))
    assert _break() == ChainBreak(2, "missing")


def test_event_of_a_failed_change_is_not_kept(database):
    def change_then_fail() -> None:
        with unit_of_work() as session:
            audit_trail.append(session, SYSTEM, "test.write", "thing:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_then_fail()
    with reading() as session:
        assert session.query(AuditEvent).count() == 0
