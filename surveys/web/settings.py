"""What whoever runs the public pages may set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most ``n`` requests of one kind from one network address within ``seconds``."""

    n: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Allowances by kind. Offices and court halls share one address, so they are generous."""

    starts: Allowance = Allowance(60, 60)
    starts_without_work: Allowance = Allowance(12, 60)
    pages: Allowance = Allowance(1200, 60)
    secrets: Allowance = Allowance(20, 60)


@dataclass(frozen=True)
class WebSettings:
    """Settings of the public pages. ``secret``: 32 random bytes, kept off the database."""

    secret: bytes
    now: Callable[[], datetime]
    secure_cookies: bool = False
    cookie_prefix: str = "hp"
    draft_days: int = 14
    form_hours: int = 24
    largest_form_bytes: int = 160_000
    largest_file_bytes: int = 320_000
    most_fields: int = 2_000
    work_size: int = 60_000
    seconds_to_read: float = 2.0
    frame_ancestors: str = "'none'"
    allowed_origins: tuple[str, ...] = ()
    is_preview: bool = False
    rates: RateLimits = field(default_factory=RateLimits)
    on_event: Callable[[str, str], None] = lambda channel_code, event: None
    """Told of channel and event (``honeypot``, ``no_work``, ``bad_work``, ``too_many``,
    ``too_large``, ``bad_form``), so that diagnostics can be counted; never told who it was."""

    def __post_init__(self) -> None:
        """Refuse a secret that could be guessed."""
        if len(self.secret) < 16:
            raise ValueError("the secret of the public pages needs at least 16 bytes")
