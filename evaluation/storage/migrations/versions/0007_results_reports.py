"""Court statistics, frozen results and report tables."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "court_return",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("court_id", IdType, nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["court_id"], ["court.id"], name=op.f("fk_court_return_court_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_court_return_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_return")),
        sa.UniqueConstraint(
            "round_id",
            "court_id",
            "period_from",
            "period_to",
            name=op.f("uq_court_return_round_id_court_id_period_from_period_to"),
        ),
    )
    op.create_table(
        "frozen_result",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n_results", sa.Integer(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_frozen_result_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_result")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_frozen_result_round_id_number")),
    )


def downgrade() -> None:
    op.drop_table("frozen_result")
    op.drop_table("court_return")
