"""The secret of an installation: one for all processes, never an empty one."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evaluation.config import Settings
from evaluation.errors import EvaluationError

_TOGETHER, _ROUNDS = 8, 40


def test_those_who_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    barrier = threading.Barrier(_TOGETHER)

    def ask(folder: Path) -> bytes:
        settings = Settings(data_dir=folder)
        barrier.wait(timeout=30)
        return settings.resolved_secret_key()

    with ThreadPoolExecutor(_TOGETHER) as pool:
        for n in range(_ROUNDS):
            keys = set(pool.map(ask, [tmp_path / str(n)] * _TOGETHER))
            assert len(keys) == 1
            assert len(keys.pop()) == 64


def test_secret_is_kept_and_its_owners_only(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path).resolved_secret_key()
    assert Settings(data_dir=tmp_path).resolved_secret_key() == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"abc"])
def test_an_empty_secret_is_refused_with_place_and_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(EvaluationError) as caught:
        Settings(data_dir=tmp_path).resolved_secret_key()
    assert caught.value.where.endswith("secret.key")
    assert caught.value.remedy
    assert (tmp_path / "secret.key").read_bytes() == content


def test_a_secret_that_is_set_makes_no_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key="from the environment")
    assert settings.resolved_secret_key() == b"from the environment"
    assert list(tmp_path.iterdir()) == []
