"""Registers, mappings, frames, draws and drawn units."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_mapping",
        sa.Column("id", IdType, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_mapping")),
        sa.UniqueConstraint("name", name=op.f("uq_register_mapping_name")),
    )
    op.create_table(
        "register",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("rows_sha256", sa.String(64), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("n_source_rows", sa.Integer(), nullable=False),
        sa.Column("n_duplicates", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("left_out_columns", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_register_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
        sa.UniqueConstraint(
            "round_id", "rows_sha256", name=op.f("uq_register_round_id_rows_sha256")
        ),
    )
    op.create_index(op.f("ix_register_round_id"), "register", ["round_id"])
    op.create_table(
        "frame",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("register_id", IdType, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("ids_are_public", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("n_units", sa.BigInteger(), nullable=False),
        sa.Column("stratum_sizes", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("n_lookalikes", sa.Integer(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=True),
        sa.Column("frozen_by", IdType, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_frame_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_frame_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_frame_round_id_name")),
        sa.UniqueConstraint("sha256", name=op.f("uq_frame_sha256")),
    )
    op.create_index(op.f("ix_frame_round_id"), "frame", ["round_id"])
    op.create_index(op.f("ix_frame_register_id"), "frame", ["register_id"])
    op.create_table(
        "draw",
        sa.Column("id", IdType, nullable=False),
        sa.Column("frame_id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_given_at", UtcDateTime(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_sha256", sa.String(64), nullable=False),
        sa.Column("coordinated_with_id", IdType, nullable=True),
        sa.Column("account_id", IdType, nullable=False),
        sa.ForeignKeyConstraint(["frame_id"], ["frame.id"], name=op.f("fk_draw_frame_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_draw_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["coordinated_with_id"], ["draw.id"], name=op.f("fk_draw_coordinated_with_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("frame_id", name=op.f("uq_draw_frame_id")),
    )
    op.create_index(op.f("ix_draw_round_id"), "draw", ["round_id"])
    op.create_table(
        "draw_extension",
        sa.Column("id", IdType, nullable=False),
        sa.Column("draw_id", IdType, nullable=False),
        sa.Column("additional", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("extended_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_extension_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_extension")),
    )
    op.create_index(op.f("ix_draw_extension_draw_id"), "draw_extension", ["draw_id"])
    op.create_table(
        "drawn_unit",
        sa.Column("id", IdType, nullable=False),
        sa.Column("draw_id", IdType, nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=True),
        sa.Column("ticket", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("inclusion_probability", sa.Float(), nullable=False),
        sa.Column("measure_of_size", sa.BigInteger(), nullable=True),
        sa.Column("stratum_population", sa.Integer(), nullable=False),
        sa.Column("court_code", sa.String(20), nullable=False),
        sa.Column("closure_method", sa.String(40), nullable=False),
        sa.Column("property_label", sa.String(20), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("claim_fen", sa.BigInteger(), nullable=True),
        sa.Column("recovered_fen", sa.BigInteger(), nullable=True),
        sa.Column("substitute_for_id", IdType, nullable=True),
        sa.Column("substitution_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_drawn_unit_draw_id")),
        sa.ForeignKeyConstraint(
            ["substitute_for_id"], ["drawn_unit.id"], name=op.f("fk_drawn_unit_substitute_for_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_unit")),
        sa.UniqueConstraint("draw_id", "unit_id", name=op.f("uq_drawn_unit_draw_id_unit_id")),
        sa.UniqueConstraint(
            "draw_id", "stratum", "rank", name=op.f("uq_drawn_unit_draw_id_stratum_rank")
        ),
    )
    op.create_index("ix_drawn_unit_court", "drawn_unit", ["draw_id", "court_code", "id"])


def downgrade() -> None:
    for table in ("drawn_unit", "draw_extension", "draw", "frame", "register", "register_mapping"):
        op.drop_table(table)
