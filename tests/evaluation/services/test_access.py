"""Accounts and sign-in."""

import pytest

from evaluation.domain.roles import SYSTEM, Actor, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed
from evaluation.services import access

PASSWORD = "一个足够长的密码 2018"


@pytest.fixture
def chair(database) -> Actor:
    access.create_first_account("chair", "组长", PASSWORD)
    actor = access.actor_by_token(access.sign_in("chair", PASSWORD))
    assert actor is not None
    return actor


def test_first_account_is_the_chair_and_only_the_first(chair):
    assert chair.roles == {Role.CHAIR}
    with pytest.raises(Conflict):
        access.create_first_account("other", "他人", PASSWORD)


def test_every_fault_of_an_account_is_told_at_once(database):
    with pytest.raises(InvalidInput) as caught:
        access.create_first_account("x", " ", "aaaaaaaaaaaa")
    assert [fault.where for fault in caught.value.faults] == ["登录名", "姓名", "密码"]
    assert not access.has_accounts()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CHAIR])
def test_only_the_chair_appoints(database, role):
    with pytest.raises(NotAllowed):
        access.create_account(
            Actor(9, "某人", frozenset({role})), "new", "新人", PASSWORD, roles=[Role.CHAIR]
        )


def test_unknown_name_and_wrong_password_get_the_same_answer(chair):
    with pytest.raises(NotAllowed) as unknown:
        access.sign_in("nobody", PASSWORD)
    with pytest.raises(NotAllowed) as wrong:
        access.sign_in("chair", "something else")
    assert str(unknown.value) == str(wrong.value)


def test_failures_in_a_row_make_a_name_wait(chair, fixed_clock):
    for _attempt in range(access.FREE_FAILURES):
        with pytest.raises(NotAllowed, match="不正确"):
            access.sign_in("chair", "wrong")
    with pytest.raises(NotAllowed, match="次数过多"):
        access.sign_in("chair", PASSWORD)
    fixed_clock.advance(seconds=16)
    assert access.actor_by_token(access.sign_in("chair", PASSWORD)) == chair


def test_session_ends_by_time_by_signing_out_and_by_closing_the_account(chair, fixed_clock):
    token = access.sign_in("chair", PASSWORD)
    fixed_clock.advance(hours=13)
    assert access.actor_by_token(token) is None

    token = access.sign_in("chair", PASSWORD)
    access.sign_out(token)
    assert access.actor_by_token(token) is None

    other = access.create_account(chair, "second", "副组长", PASSWORD, roles=[Role.CHAIR])
    token = access.sign_in("second", PASSWORD)
    access.set_roles(chair, other, [Role.CHAIR], is_active=False)
    assert access.actor_by_token(token) is None
    with pytest.raises(NotAllowed):
        access.sign_in("second", PASSWORD)


def test_last_chair_cannot_be_taken_away(chair):
    with pytest.raises(Conflict):
        access.set_roles(chair, chair.account_id, [Role.REVIEWER], is_active=True)
    with pytest.raises(Conflict):
        access.set_roles(chair, chair.account_id, [Role.CHAIR], is_active=False)
    assert [account.roles for account in access.list_accounts(chair)] == [(Role.CHAIR,)]


def test_new_password_ends_other_sessions(chair):
    token = access.sign_in("chair", PASSWORD)
    access.change_password(chair, PASSWORD, "另一个足够长的密码 2019")
    assert access.actor_by_token(token) is None
    with pytest.raises(NotAllowed):
        access.sign_in("chair", PASSWORD)


def test_database_holds_neither_password_nor_cookie_secret(chair, database):
    token = access.sign_in("chair", PASSWORD)
    with database.engine.connect() as connection:
        tables = [
            connection.exec_driver_sql(f"SELECT * FROM {name}").all()  # noqa: S608 -- fixed names
            for name in ("account", "sign_in_session", "audit_event")
        ]
    assert token not in repr(tables)
    assert PASSWORD not in repr(tables)


def test_system_never_signs_in(database):
    assert not access.has_accounts()
    assert SYSTEM.account_id == 0
    assert access.actor_by_token("0") is None
