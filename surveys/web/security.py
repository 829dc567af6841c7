"""What keeps strangers out: headers, origin, size, pace, form tokens, honeypot, proof of work.

Leaves out any memory of people: network addresses are only compared, keyed with a random number
of this process, and forgotten within minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from altcha import v1 as altcha
from starlette.requests import Request

from surveys.access import derived_key
from surveys.web.settings import Allowance, WebSettings

HONEYPOT_FIELD = "website"
WORK_FIELD = "work"
TOKEN_FIELD = "form"  # noqa: S105 -- the name of a field, not a secret
_REMEMBERED = 20_000
Form = dict[str, list[str]]


class Refused(Exception):
    """A request that is not served; the page for ``status`` says why in words."""

    def __init__(self, status: int, reason: str, *, retry_after: int = 0) -> None:
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(reason)


def security_headers(settings: WebSettings) -> list[tuple[bytes, bytes]]:
    """Return the security headers of every answer."""
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {settings.frame_ancestors}"
    )
    return [
        (b"content-security-policy", policy.encode()),
        # no-referrer would make browsers send "Origin: null"; the bare origin shows no token.
        (b"referrer-policy", b"strict-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        (b"x-robots-tag", b"noindex"),
    ]


class RateLimiter:
    """Token buckets by kind and network address; bounded, in memory, forgotten when idle."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def check(self, kind: str, address: str, allowance: Allowance) -> None:
        """Take one token; refuse when there is none left."""
        name = hashlib.blake2b(f"{kind}|{address}".encode(), key=self._key, digest_size=12).digest()
        now = time.monotonic()
        left, at = self._buckets.pop(name, (float(allowance.n), now))
        pace = allowance.n / allowance.seconds
        left = min(float(allowance.n), left + (now - at) * pace)
        self._buckets[name] = (max(left - 1, 0.0), now)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        if left < 1:
            raise Refused(429, "too_many", retry_after=max(1, round((1 - left) / pace)))


def client_address(request: Request) -> str:
    """Return the network of the client; IPv6 addresses count by their /64."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if ":" in host else host


def check_origin(request: Request, settings: WebSettings) -> None:
    """Refuse a form that another site sent."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Refused(403, "bad_form")
    if not origin:
        return
    if origin in settings.allowed_origins:
        return
    if urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise Refused(403, "bad_form")


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body, never more than ``limit`` bytes of it."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 16 and int(declared) > limit:
        raise Refused(413, "too_large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Refused(413, "too_large")
    return bytes(body)


async def read_form(request: Request, settings: WebSettings) -> Form:
    """Read a form after its size was checked; every field becomes a list of texts."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "bad_form")
    body = await read_body(request, settings.largest_form_bytes)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=settings.most_fields,
            errors="replace",
        )
    except ValueError as error:
        raise Refused(400, "bad_form") from error
    form: Form = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def first(form: Mapping[str, list[str]], name: str) -> str:
    """Return the first value of a field, or an empty text."""
    values = form.get(name)
    return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class FormToken:
    """Signed state of a form: what it is for, and when it was made."""

    purpose: str
    issued_at: int


class FormTokens:
    """Makes and checks form tokens, bound to a channel, a purpose and a holder."""

    def __init__(self, settings: WebSettings) -> None:
        self._key = derived_key(settings.secret, "form")
        self._longest = settings.form_hours * 3600

    def issue(self, channel: str, purpose: str, holder: str, now: datetime) -> str:
        """Make a token."""
        issued = int(now.timestamp())
        return f"{issued}.{self._mac(channel, purpose, holder, issued)}"

    def check(self, token: str, channel: str, purpose: str, holder: str, now: datetime) -> int:
        """Return the age of a genuine token in seconds; refuse any other."""
        issued_text, _, mac = token.partition(".")
        if not (issued_text.isascii() and issued_text.isdigit() and len(issued_text) < 13):
            raise Refused(400, "bad_form")
        issued = int(issued_text)
        if not hmac.compare_digest(
            mac.encode("utf-8", "replace"), self._mac(channel, purpose, holder, issued).encode()
        ):
            raise Refused(400, "bad_form")
        age = int(now.timestamp()) - issued
        if not -60 <= age <= self._longest:
            raise Refused(400, "expired_form")
        return max(age, 0)

    def _mac(self, channel: str, purpose: str, holder: str, issued: int) -> str:
        text = "|".join((channel, purpose, holder, str(issued)))
        return hmac.digest(self._key, text.encode("utf-8", "replace"), "sha256").hex()[:40]


class ProofOfWork:
    """Asks a browser for a little work on open links; each piece of work counts once."""

    def __init__(self, settings: WebSettings) -> None:
        self._key = derived_key(settings.secret, "work").hex()
        self._size = settings.work_size
        self._hours = settings.form_hours
        self._used: OrderedDict[str, None] = OrderedDict()

    def challenge(self, now: datetime) -> dict[str, Any]:
        """Make a signed task, as plain data for the page."""
        task = altcha.create_challenge(
            altcha.ChallengeOptions(
                algorithm="SHA-256",
                max_number=self._size,
                hmac_key=self._key,
                expires=now.astimezone(UTC) + timedelta(hours=self._hours),
            )
        )
        return {
            "algorithm": task.algorithm,
            "challenge": task.challenge,
            "salt": task.salt,
            "signature": task.signature,
            "max": self._size,
        }

    def is_done(self, payload: str) -> bool:
        """Tell whether the work was done, for a task of ours, for the first time."""
        if not payload or len(payload) > 4_000 or payload in self._used:
            return False
        try:
            genuine, _ = altcha.verify_solution(payload, self._key, check_expires=True)
        except (ValueError, TypeError, KeyError, AttributeError):
            return False
        if genuine:
            self._used[payload] = None
            while len(self._used) > _REMEMBERED:
                self._used.popitem(last=False)
        return bool(genuine)
