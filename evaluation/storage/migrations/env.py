"""Alembic environment: runs on the connection it is given."""

from alembic import context

from evaluation.storage import models  # noqa: F401 -- makes every table known
from evaluation.storage.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
