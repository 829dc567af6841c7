"""Settings from environment variables ``HENGPING_…``. A default must be safe in public."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from evaluation.errors import EvaluationError
from evaluation.language import _

#: Name of the cookie that holds the secret of a signed-in browser.
SESSION_COOKIE = "hengping_session"
_SECRET_LENGTH = 64


class Settings(BaseSettings):
    """What an installation may set. Each field is described in ``docs/deploy.md``."""

    model_config = SettingsConfigDict(env_prefix="HENGPING_")

    data_dir: Path = Field(default=Path("data"))
    database_url: str = ""
    secret_key: str = ""
    base_url: str = ""
    session_hours: int = Field(default=12, ge=1, le=168)
    secure_cookies: bool = False
    language: str = "zh_CN"

    def resolved_database_url(self) -> str:
        """Return the database address: the one set, or SQLite inside the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'hengping.sqlite3'}"

    def resolved_secret_key(self) -> bytes:
        """Return the installation's secret; without a setting one is made once and kept.

        The file comes into being complete and readable by its owner only, so processes that
        start together agree on one key and none ever sees an empty one.

        Raises
        ------
        EvaluationError
            If the file holds no key. Put it back from where it is kept apart from the backup.
        """
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            _make_secret(path)
        key = path.read_bytes()
        if len(key) < _SECRET_LENGTH:
            raise EvaluationError(
                _("密钥文件是空的或不完整。"),
                where=str(path),
                remedy=_(
                    "请放回原来的密钥文件；换用新密钥，已经收到的答卷和加密的内容就打不开了。"
                ),
            )
        return key


def _make_secret(path: Path) -> None:
    """Write a new secret beside and give it its name; whoever comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".secret-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_SECRET_LENGTH // 2).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
