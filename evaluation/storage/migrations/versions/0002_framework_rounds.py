"""Frameworks, rounds, courts, members."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "court",
        sa.Column("id", IdType, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=80), nullable=False),
        sa.Column("case_mark", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court")),
        sa.UniqueConstraint("code", name=op.f("uq_court_code")),
    )
    op.create_table(
        "framework_version",
        sa.Column("id", IdType, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("weights_status", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("based_on_id", IdType, nullable=True),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["framework_version.id"], name=op.f("fk_framework_version_based_on_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_version")),
        sa.UniqueConstraint(
            "code", "content_hash", name=op.f("uq_framework_version_code_content_hash")
        ),
        sa.UniqueConstraint("code", "number", name=op.f("uq_framework_version_code_number")),
    )
    op.create_table(
        "evaluation_round",
        sa.Column("id", IdType, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("framework_version_id", IdType, nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_version_id"],
            ["framework_version.id"],
            name=op.f("fk_evaluation_round_framework_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_round")),
        sa.UniqueConstraint("code", name=op.f("uq_evaluation_round_code")),
        sa.UniqueConstraint("sequence", name=op.f("uq_evaluation_round_sequence")),
    )
    op.create_index(op.f("ix_evaluation_round_state"), "evaluation_round", ["state"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", IdType, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("background", sa.String(40), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("licence_number", sa.String(length=40), nullable=False),
        sa.Column("former_organisations", sa.JSON(), nullable=False),
        sa.Column("account_id", IdType, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_member_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("account_id", name=op.f("uq_member_account_id")),
    )
    op.create_table(
        "crosswalk_entry",
        sa.Column("id", IdType, nullable=False),
        sa.Column("from_round_id", IdType, nullable=False),
        sa.Column("to_round_id", IdType, nullable=False),
        sa.Column("indicator_id", sa.String(length=20), nullable=False),
        sa.Column("comparability", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_round_id"],
            ["evaluation_round.id"],
            name=op.f("fk_crosswalk_entry_from_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["to_round_id"], ["evaluation_round.id"], name=op.f("fk_crosswalk_entry_to_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosswalk_entry")),
        sa.UniqueConstraint(
            "from_round_id",
            "to_round_id",
            "indicator_id",
            name=op.f("uq_crosswalk_entry_from_round_id_to_round_id_indicator_id"),
        ),
    )
    op.create_index(
        op.f("ix_crosswalk_entry_to_round_id"), "crosswalk_entry", ["to_round_id"], unique=False
    )
    op.create_table(
        "interest_declaration",
        sa.Column("id", IdType, nullable=False),
        sa.Column("member_id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_interest_declaration_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_interest_declaration_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_declaration")),
        sa.UniqueConstraint(
            "member_id", "round_id", name=op.f("uq_interest_declaration_member_id_round_id")
        ),
    )
    op.create_index(
        op.f("ix_interest_declaration_round_id"), "interest_declaration", ["round_id"], unique=False
    )
    op.create_table(
        "round_court",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("court_id", IdType, nullable=False),
        sa.ForeignKeyConstraint(["court_id"], ["court.id"], name=op.f("fk_round_court_court_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_round_court_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_court")),
        sa.UniqueConstraint("round_id", "court_id", name=op.f("uq_round_court_round_id_court_id")),
    )
    op.create_index(op.f("ix_round_court_court_id"), "round_court", ["court_id"], unique=False)
    op.create_table(
        "round_move",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("from_state", sa.String(40), nullable=False),
        sa.Column("to_state", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_round_move_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_move")),
    )
    op.create_index(op.f("ix_round_move_round_id"), "round_move", ["round_id"], unique=False)
    op.create_table(
        "undertaking",
        sa.Column("id", IdType, nullable=False),
        sa.Column("member_id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_undertaking_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_undertaking_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertaking")),
        sa.UniqueConstraint(
            "member_id", "round_id", "kind", name=op.f("uq_undertaking_member_id_round_id_kind")
        ),
    )
    op.create_index(op.f("ix_undertaking_round_id"), "undertaking", ["round_id"], unique=False)
    op.create_table(
        "declared_interest",
        sa.Column("id", IdType, nullable=False),
        sa.Column("declaration_id", IdType, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("level", sa.String(length=1), nullable=False),
        sa.Column("court_id", IdType, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["court_id"], ["court.id"], name=op.f("fk_declared_interest_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["interest_declaration.id"],
            name=op.f("fk_declared_interest_declaration_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest")),
    )
    op.create_index(
        op.f("ix_declared_interest_declaration_id"),
        "declared_interest",
        ["declaration_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_declared_interest_declaration_id"), table_name="declared_interest")
    op.drop_table("declared_interest")
    op.drop_index(op.f("ix_undertaking_round_id"), table_name="undertaking")
    op.drop_table("undertaking")
    op.drop_index(op.f("ix_round_move_round_id"), table_name="round_move")
    op.drop_table("round_move")
    op.drop_index(op.f("ix_round_court_court_id"), table_name="round_court")
    op.drop_table("round_court")
    op.drop_index(op.f("ix_interest_declaration_round_id"), table_name="interest_declaration")
    op.drop_table("interest_declaration")
    op.drop_index(op.f("ix_crosswalk_entry_to_round_id"), table_name="crosswalk_entry")
    op.drop_table("crosswalk_entry")
    op.drop_table("member")
    op.drop_index(op.f("ix_evaluation_round_state"), table_name="evaluation_round")
    op.drop_table("evaluation_round")
    op.drop_table("framework_version")
    op.drop_table("court")
