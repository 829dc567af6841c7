"""Accounts and sign-in: first account, sign in and out, roles, passwords, sessions."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import SYSTEM, Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from evaluation.language import _
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account, SignInFailure, SignInSession
from evaluation.storage.session import reading, unit_of_work

_hasher = PasswordHasher()
MINIMUM_PASSWORD_LENGTH = 10
FREE_FAILURES = 5
LONGEST_WAIT_SECONDS = 900


@cache
def _decoy_hash() -> str:
    """Return a hash of nothing: an unknown name costs the same time as a wrong password."""
    return _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the list of accounts shows it."""

    id: int
    login_name: str
    display_name: str
    roles: tuple[Role, ...]
    court_code: str | None
    is_active: bool


def has_accounts() -> bool:
    """Tell whether the first account exists."""
    with reading() as session:
        return bool(session.scalar(select(func.count()).select_from(Account)))


def create_first_account(login_name: str, display_name: str, password: str) -> int:
    """Make the chair's account on an empty installation.

    Raises
    ------
    Conflict
        If an account exists already: sign in instead.
    InvalidInput
        If a field is missing or the password is too short.
    """
    with unit_of_work() as session:
        if session.scalar(select(func.count()).select_from(Account)):
            raise Conflict(_("本系统已经建立过账户。"), remedy=_("请直接登录。"))
        return _add_account(
            session, SYSTEM, login_name, display_name, password, roles=(Role.CHAIR,)
        )


def create_account(
    actor: Actor,
    login_name: str,
    display_name: str,
    password: str,
    *,
    roles: Iterable[Role],
    court_code: str | None = None,
) -> int:
    """Make an account; only the chair appoints."""
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        return _add_account(
            session, actor, login_name, display_name, password, roles=roles, court_code=court_code
        )


def _add_account(  # noqa: PLR0913 -- the fields of an account
    session: Session,
    actor: Actor,
    login_name: str,
    display_name: str,
    password: str,
    *,
    roles: Iterable[Role],
    court_code: str | None = None,
) -> int:
    login_name, display_name = login_name.strip(), display_name.strip()
    chosen = sorted({Role(role) for role in roles})
    _check_fields(login_name, display_name, password, chosen)
    if session.scalar(select(Account.id).where(Account.login_name == login_name)) is not None:
        raise Conflict(
            _("登录名“{name}”已被使用。").format(name=login_name), remedy=_("请换一个登录名。")
        )
    account = Account(
        login_name=login_name,
        display_name=display_name,
        password_hash=_hasher.hash(password),
        roles=[str(role) for role in chosen],
        court_code=court_code,
        is_active=True,
        must_change_password=False,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    audit_trail.append(
        session, actor, "account.create", f"account:{account.id}", {"roles": list(account.roles)}
    )
    return account.id


def _check_fields(login_name: str, display_name: str, password: str, roles: list[Role]) -> None:
    faults = []
    if not 2 <= len(login_name) <= 80:
        faults.append(Fault(_("登录名"), _("长度应为2至80个字符。"), _("请重新填写。")))
    if not 1 <= len(display_name) <= 80:
        faults.append(Fault(_("姓名"), _("没有填写或超过80个字符。"), _("请填写姓名。")))
    faults.extend(_password_faults(password))
    if not roles:
        faults.append(Fault(_("岗位"), _("没有选择岗位。"), _("请至少选择一个岗位。")))
    if faults:
        raise InvalidInput(_("账户信息有误，没有保存。"), faults=faults)


def _password_faults(password: str) -> list[Fault]:
    if len(password) >= MINIMUM_PASSWORD_LENGTH and len(set(password)) > 3:
        return []
    return [
        Fault(
            _("密码"),
            _("密码少于{n}个字符，或字符过于重复。").format(n=MINIMUM_PASSWORD_LENGTH),
            _("请设置不易猜到的长密码。"),
        )
    ]


def sign_in(login_name: str, password: str) -> str:
    """Check name and password; return the secret for the session cookie.

    After five failures in a row a name has to wait, twice as long each time, at most fifteen
    minutes. The answer is the same for an unknown name and a wrong password.
    """
    login_name = login_name.strip()[:80]
    with unit_of_work() as session:
        _refuse_while_waiting(session, login_name)
        account = session.scalar(select(Account).where(Account.login_name == login_name))
        if not _password_fits(account, password) or account is None or not account.is_active:
            _note_failure(session, login_name)
            token = None
        else:
            token = _open_session(session, account)
    if token is None:
        raise NotAllowed(_("登录名或密码不正确。"), remedy=_("请核对后重新输入。"))
    return token


def _password_fits(account: Account | None, password: str) -> bool:
    try:
        return _hasher.verify(account.password_hash if account else _decoy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False


def _refuse_while_waiting(session: Session, login_name: str) -> None:
    failure = session.get(SignInFailure, login_name)
    if failure is None or failure.n_failures < FREE_FAILURES:
        return
    wait = min(LONGEST_WAIT_SECONDS, 15 * 2 ** (failure.n_failures - FREE_FAILURES))
    left = wait - (clock.now() - failure.last_failed_at).total_seconds()
    if left > 0:
        raise NotAllowed(
            _("连续输错次数过多。"),
            remedy=_("请在{n}秒后再试，或请评估组长重设密码。").format(n=int(left) + 1),
        )


def _note_failure(session: Session, login_name: str) -> None:
    failure = session.get(SignInFailure, login_name)
    if failure is None:
        failure = SignInFailure(login_name=login_name, n_failures=0, last_failed_at=clock.now())
        session.add(failure)
    failure.n_failures += 1
    failure.last_failed_at = clock.now()


def _open_session(session: Session, account: Account) -> str:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        SignInSession(
            token_hash=_token_hash(token),
            account_id=account.id,
            created_at=now,
            expires_at=now + timedelta(hours=settings().session_hours),
        )
    )
    failure = session.get(SignInFailure, account.login_name)
    if failure is not None:
        session.delete(failure)
    audit_trail.append(session, actor_of(account), "access.sign_in", f"account:{account.id}")
    return token


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of(account: Account) -> Actor:
    """Return the acting person behind an account row."""
    return Actor(
        account_id=account.id,
        name=account.display_name,
        roles=frozenset(Role(role) for role in account.roles),
        court_code=account.court_code,
    )


def actor_by_token(token: str | None) -> Actor | None:
    """Return who is signed in with this cookie secret; ``None`` when nobody (any more)."""
    if not token:
        return None
    with reading() as session:
        row = session.execute(
            select(Account, SignInSession.expires_at)
            .join(SignInSession, SignInSession.account_id == Account.id)
            .where(
                SignInSession.token_hash == _token_hash(token),
                SignInSession.revoked_at.is_(None),
                Account.is_active.is_(True),
            )
        ).first()
    if row is None or row[1] <= clock.now():
        return None
    return actor_of(row[0])


def sign_out(token: str) -> None:
    """End the session of this cookie secret; an unknown one is no error."""
    with unit_of_work() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.token_hash == _token_hash(token))
            .values(revoked_at=clock.now())
        )


def change_password(actor: Actor, old_password: str, new_password: str) -> None:
    """Change one's own password; every other session of the account ends."""
    faults = _password_faults(new_password)
    if faults:
        raise InvalidInput(_("新密码不合要求，没有修改。"), faults=faults)
    with unit_of_work() as session:
        account = session.get(Account, actor.account_id)
        if account is None or not _password_fits(account, old_password):
            raise NotAllowed(_("原密码不正确。"), remedy=_("请重新输入原密码。"))
        _set_password(session, actor, account, new_password)


def reset_password(actor: Actor, account_id: int, new_password: str) -> None:
    """Set somebody's password; only the chair may."""
    require(actor, Role.CHAIR)
    faults = _password_faults(new_password)
    if faults:
        raise InvalidInput(_("新密码不合要求，没有修改。"), faults=faults)
    with unit_of_work() as session:
        account = _account(session, account_id)
        _set_password(session, actor, account, new_password)
        failure = session.get(SignInFailure, account.login_name)
        if failure is not None:
            session.delete(failure)


def _set_password(session: Session, actor: Actor, account: Account, password: str) -> None:
    account.password_hash = _hasher.hash(password)
    _end_sessions(session, account.id)
    audit_trail.append(session, actor, "account.password", f"account:{account.id}")


def _end_sessions(session: Session, account_id: int) -> None:
    session.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def set_roles(actor: Actor, account_id: int, roles: Iterable[Role], *, is_active: bool) -> None:
    """Change what an account may do; the last active chair cannot be taken away."""
    require(actor, Role.CHAIR)
    chosen = sorted({Role(role) for role in roles})
    if not chosen:
        raise InvalidInput(_("没有选择岗位，没有保存。"), remedy=_("请至少选择一个岗位。"))
    with unit_of_work() as session:
        account = _account(session, account_id)
        keeps_chair = is_active and Role.CHAIR in chosen
        if not keeps_chair and not _another_chair(session, account_id):
            raise Conflict(
                _("这是唯一的评估组长账户。"), remedy=_("请先任命另一位评估组长，再作变更。")
            )
        account.roles = [str(role) for role in chosen]
        account.is_active = is_active
        if not is_active:
            _end_sessions(session, account_id)
        audit_trail.append(
            session,
            actor,
            "account.roles",
            f"account:{account_id}",
            {"roles": list(account.roles), "is_active": is_active},
        )


def _another_chair(session: Session, account_id: int) -> bool:
    others = session.scalars(
        select(Account).where(Account.id != account_id, Account.is_active.is_(True))
    )
    return any(Role.CHAIR in account.roles for account in others)


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(_("没有这个账户。"), remedy=_("请刷新页面后重新选择。"))
    return account


def list_accounts(actor: Actor) -> list[AccountView]:
    """Return every account, in the order they were made."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        accounts = session.scalars(select(Account).order_by(Account.id)).all()
    return [
        AccountView(
            id=account.id,
            login_name=account.login_name,
            display_name=account.display_name,
            roles=tuple(Role(role) for role in account.roles),
            court_code=account.court_code,
            is_active=account.is_active,
        )
        for account in accounts
    ]
