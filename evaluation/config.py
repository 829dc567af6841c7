"""Settings from environment variables ``HENGPING_…``. A default must be safe in public."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Name of the cookie that holds the secret of a signed-in browser.
SESSION_COOKIE = "hengping_session"


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

        The file is created atomically and readable by its owner only, so two processes that
        start together agree on one key.
        """
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret.key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return path.read_bytes()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
