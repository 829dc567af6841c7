"""Content-addressed files in the data directory: written once, named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.config import settings
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.storage.models.stored_file import StoredFile


def path_of(sha256: str) -> Path:
    """Return where a file of this hash lies."""
    return settings().data_dir / "files" / sha256[:2] / sha256


def keep(session: Session, content: bytes, media_type: str) -> str:
    """Keep a file and return its SHA-256; the same content is kept once.

    The bytes are on disk before the row exists: a crash leaves an unnamed file, never a name
    without its file.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    if session.get(StoredFile, sha256) is None:
        session.add(
            StoredFile(
                sha256=sha256,
                size_bytes=len(content),
                media_type=media_type,
                created_at=clock.now(),
            )
        )
        session.flush()
    return sha256


def read(sha256: str) -> bytes:
    """Return the content of a kept file, checked against its name.

    Raises
    ------
    NotFound
        If the file is missing or no longer has the hash it is named by: restore it from backup.
    """
    path = path_of(sha256)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound(_("文件缺失或内容已改变。"), remedy=_("请从备份恢复后重试。"))
    return content
