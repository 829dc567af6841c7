"""No traceback reaches a person at the terminal, whoever raised the error."""

import types

import pytest
import typer

from evaluation import cli
from sampling.errors import DesignError


@pytest.fixture
def command(monkeypatch):
    """Make ``evaluation doctor`` raise what a test wants."""

    def install(error):
        app = typer.Typer(add_completion=False)

        @app.command()
        def doctor() -> None:
            raise error

        monkeypatch.setattr(
            cli.importlib, "import_module", lambda _n: types.SimpleNamespace(app=app)
        )
        monkeypatch.setattr(cli.sys, "argv", ["evaluation", "doctor"])

    return install


def test_an_unforeseen_error_is_one_sentence(command, capsys):
    command(RuntimeError("disk\nis gone"))
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("没有完成：程序内部出错（RuntimeError：disk is gone）。")
    assert "Traceback" not in said


def test_an_error_of_a_library_is_its_own_sentence(command, capsys):
    error = DesignError("层名重复。", code="stratum")
    command(error)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert (stopped.value.code, capsys.readouterr().err.strip()) == (1, str(error))


def test_the_trace_is_there_for_those_who_ask(command, monkeypatch):
    monkeypatch.setenv("HENGPING_TRACE", "1")
    command(RuntimeError("disk is gone"))
    with pytest.raises(RuntimeError, match="disk is gone"):
        cli.main()
