"""Backup and restore: one archive with the database and every file, checked before it is used.

SQLite is copied with its own online backup; PostgreSQL is backed up by its own tools, and the
archive then holds the files only (``docs/deploy.md`` says how).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput
from evaluation.language import _
from evaluation.storage import session as storage_session

MANIFEST = "manifest.json"
DATABASE_MEMBER = "hengping.sqlite3"


def _sqlite_path() -> Path | None:
    url = make_url(settings().resolved_database_url())
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


def _kept_files() -> Iterator[Path]:
    root = settings().data_dir
    database = _sqlite_path()
    left_out = (
        {database.name, f"{database.name}-wal", f"{database.name}-shm"} if database else set()
    )
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.name not in left_out:
            yield path


def write(actor: Actor, target: Path) -> int:
    """Write a backup archive and return how many files it holds.

    Raises
    ------
    Conflict
        If the target exists: choose another name, nothing is overwritten.
    """
    require(actor, Role.CHAIR)
    if target.exists():
        raise Conflict(_("备份文件已存在，没有覆盖。"), remedy=_("请换一个文件名。"))
    root = settings().data_dir
    with tempfile.TemporaryDirectory() as scratch:
        members = {str(path.relative_to(root)): path for path in _kept_files()}
        database = _sqlite_path()
        if database is not None:
            copy = Path(scratch) / DATABASE_MEMBER
            _copy_database(database, copy)
            members[DATABASE_MEMBER] = copy
        manifest = Path(scratch) / MANIFEST
        manifest.write_text(_manifest(members), encoding="utf-8")
        partial = target.with_name(target.name + ".partial")
        with tarfile.open(partial, "w:gz") as archive:
            archive.add(manifest, MANIFEST)
            for name, path in members.items():
                archive.add(path, name)
        partial.chmod(0o600)
        partial.replace(target)
    return len(members)


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _manifest(members: dict[str, Path]) -> str:
    hashes = {name: _sha256(path) for name, path in members.items()}
    return json.dumps(
        {"format": 1, "written_at": clock.now().isoformat(), "files": hashes},
        ensure_ascii=False,
        sort_keys=True,
        indent=1,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(actor: Actor, source: Path) -> int:
    """Unpack a backup into an empty data directory; every file is checked first.

    Raises
    ------
    Conflict
        If the data directory is not empty: restore into a new one.
    InvalidInput
        If the archive is damaged or not one of ours.
    """
    require(actor, Role.CHAIR)
    root = settings().data_dir
    if root.exists() and any(root.iterdir()):
        raise Conflict(
            _("数据目录不是空的，没有恢复。"), remedy=_("请用 HENGPING_DATA_DIR 指定一个空目录。")
        )
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as scratch:
        unpacked = Path(scratch) / "data"
        unpacked.mkdir()
        _unpack(source, unpacked)
        files = _checked_files(unpacked)
        (unpacked / MANIFEST).unlink()
        if root.exists():
            root.rmdir()
        unpacked.rename(root)
    storage_session.configure()
    return len(files)


def _unpack(source: Path, target: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                _unpack_member(archive, member, target)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InvalidInput(
            _("备份文件不能读取，没有恢复。"),
            remedy=_("请确认文件完整，且由本系统的备份命令生成。"),
        ) from error


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    # by hand: the filter "data" of extractall is younger than the Python 3.11.2 of Debian 12
    path = (target / member.name).resolve()
    if not path.is_relative_to(target.resolve()) or not (member.isreg() or member.isdir()):
        raise InvalidInput(
            _("备份中有不该有的内容，没有恢复。"),
            where=member.name[:80],
            remedy=_("请换一份由本系统的备份命令生成的备份。"),
        )
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    if content is not None:
        with content, path.open("wb") as file:
            shutil.copyfileobj(content, file)


def _checked_files(unpacked: Path) -> dict[str, str]:
    try:
        files: dict[str, str] = json.loads((unpacked / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(_("这不是本系统的备份文件，没有恢复。")) from error
    for name, sha256 in files.items():
        path = unpacked / name
        if not path.is_file() or _sha256(path) != sha256:
            raise InvalidInput(
                _("备份中的文件缺失或已改变，没有恢复。"), where=name, remedy=_("请换一份备份。")
            )
    return files
