"""Migrations: one chain, numbered, and a migrated database equals the models on both kinds."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import evaluation.storage.models as models_package
from evaluation.storage import schema
from evaluation.storage.base import Base

for _module in pkgutil.iter_modules(models_package.__path__):
    importlib.import_module(f"{models_package.__name__}.{_module.name}")


def test_migrations_are_one_numbered_chain() -> None:
    directory = ScriptDirectory.from_config(schema.alembic_config())
    assert len(directory.get_heads()) == 1
    revisions = [script.revision for script in directory.walk_revisions()][::-1]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    files = sorted(path.stem for path in (Path(directory.dir) / "versions").glob("[0-9]*.py"))
    assert [name.split("_")[0] for name in files] == revisions


def test_models_are_all_imported_by_their_package() -> None:
    """Alembic and the application see a table only when its module was imported."""
    source = Path(models_package.__file__ or "").read_text(encoding="utf-8")
    forgotten = [
        module.name
        for module in pkgutil.iter_modules(models_package.__path__)
        if not re.search(rf"\b{module.name}\b", source)
    ]
    assert forgotten == []


def test_migrated_database_equals_the_models(database: Any) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [str(difference) for difference in compare_metadata(context, Base.metadata)]
    assert differences == []


def test_constraints_are_named() -> None:
    unnamed = [
        f"{table.name}: {type(constraint).__name__}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


@pytest.mark.slow
def test_upgrade_twice_changes_nothing(database: Any) -> None:
    schema.upgrade(database.engine)
    assert schema.is_current(database.engine)
