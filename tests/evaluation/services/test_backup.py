"""Backup and restore of an installation on SQLite."""

import tarfile

import pytest

from evaluation.config import settings
from evaluation.domain.roles import SYSTEM
from evaluation.errors import Conflict, InvalidInput
from evaluation.services import access, backup
from evaluation.storage import file_store, session
from evaluation.storage.session import unit_of_work

#: PostgreSQL is backed up by its own tools.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PASSWORD = "backup needs words 7"


@pytest.fixture
def archive(database, tmp_path):
    access.create_first_account("chair", "组长", PASSWORD)
    with unit_of_work() as work:
        file_store.keep(work, "一份材料".encode(), "text/plain")
    target = tmp_path / "backup.tar.gz"
    backup.write(SYSTEM, target)
    return target


def _move_to(monkeypatch, directory):
    monkeypatch.setenv("HENGPING_DATA_DIR", str(directory))
    monkeypatch.setenv("HENGPING_DATABASE_URL", "")
    settings.cache_clear()
    session.configure()


def test_restored_installation_signs_in_and_has_its_files(archive, tmp_path, monkeypatch):
    with unit_of_work() as work:
        sha256 = file_store.keep(work, "一份材料".encode(), "text/plain")
    _move_to(monkeypatch, tmp_path / "elsewhere")
    assert backup.restore(SYSTEM, archive) >= 2
    assert access.actor_by_token(access.sign_in("chair", PASSWORD)) is not None
    assert file_store.read(sha256) == "一份材料".encode()


def test_nothing_is_overwritten(archive, tmp_path):
    with pytest.raises(Conflict):
        backup.write(SYSTEM, archive)
    with pytest.raises(Conflict):
        backup.restore(SYSTEM, archive)


def test_damaged_archive_changes_nothing(archive, tmp_path, monkeypatch):
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(archive.read_bytes()[:-200])
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as empty:
        empty.add(__file__, "note.py")
    _move_to(monkeypatch, tmp_path / "elsewhere")
    for source in (damaged, other, tmp_path / "missing.tar.gz"):
        with pytest.raises(InvalidInput):
            backup.restore(SYSTEM, source)
    assert not (tmp_path / "elsewhere" / "hengping.sqlite3").exists()


@pytest.mark.parametrize("kind", ["outside", "link"])
def test_an_archive_with_foreign_members_is_refused(archive, tmp_path, monkeypatch, kind):
    made = tmp_path / f"{kind}.tar.gz"
    member = tarfile.TarInfo("../outside.txt" if kind == "outside" else "inside")
    if kind == "link":
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(made, "w:gz") as bad:
        bad.addfile(member)
    _move_to(monkeypatch, tmp_path / "elsewhere")
    with pytest.raises(InvalidInput, match="不该有的内容"):
        backup.restore(SYSTEM, made)
    assert not (tmp_path / "outside.txt").exists()
