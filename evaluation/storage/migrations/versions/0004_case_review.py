"""Drawn case files, recusal, readings, answers, offline packets."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firm_merger",
        sa.Column("id", IdType, nullable=False),
        sa.Column("old_firm", sa.Text(), nullable=False),
        sa.Column("new_firm", sa.Text(), nullable=False),
        sa.Column("old_firm_key", sa.String(length=64), nullable=False),
        sa.Column("new_firm_key", sa.String(length=64), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_merger")),
        sa.UniqueConstraint(
            "old_firm_key", "new_firm_key", name=op.f("uq_firm_merger_old_firm_key_new_firm_key")
        ),
    )
    op.create_table(
        "reviewer_interest",
        sa.Column("id", IdType, nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("subject_key", sa.String(length=64), nullable=False),
        sa.Column("sealed_subject", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reviewer_interest_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_interest")),
    )
    op.create_index(
        op.f("ix_reviewer_interest_account_id"), "reviewer_interest", ["account_id"], unique=False
    )
    op.create_table(
        "case_file",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("draw_id", IdType, nullable=True),
        sa.Column("sample_number", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("court_id", IdType, nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("stratum_population", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("draw_rank", sa.Integer(), nullable=False),
        sa.Column("closure_method", sa.String(length=40), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("property_label", sa.String(length=20), nullable=False),
        sa.Column("claim_fen", sa.BigInteger(), nullable=True),
        sa.Column("recovered_fen", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=True),
        sa.Column("produced_at", UtcDateTime(), nullable=True),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.Column("retrieval_minutes", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("frame_error", sa.String(40), nullable=True),
        sa.Column("substitute_for_id", IdType, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["court_id"], ["court.id"], name=op.f("fk_case_file_court_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_case_file_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_for_id"], ["case_file.id"], name=op.f("fk_case_file_substitute_for_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint(
            "round_id", "sample_number", name=op.f("uq_case_file_round_id_sample_number")
        ),
        sa.UniqueConstraint("round_id", "unit_id", name=op.f("uq_case_file_round_id_unit_id")),
    )
    op.create_index(op.f("ix_case_file_court_id"), "case_file", ["court_id"], unique=False)
    op.create_index(op.f("ix_case_file_draw_id"), "case_file", ["draw_id"], unique=False)
    op.create_index(
        "ix_case_file_pull_list",
        "case_file",
        ["round_id", "court_id", "draw_rank", "id"],
        unique=False,
    )
    op.create_index("ix_case_file_state", "case_file", ["round_id", "state", "id"], unique=False)
    op.create_table(
        "review_packet",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("reviewer_id", IdType, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("baseline", sa.JSON(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_review_packet_reviewer_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_review_packet_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_packet")),
        sa.UniqueConstraint("code", name=op.f("uq_review_packet_code")),
    )
    op.create_index(op.f("ix_review_packet_round_id"), "review_packet", ["round_id"], unique=False)
    op.create_table(
        "review_plan",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("double_share", sa.Float(), nullable=False),
        sa.Column("gold_share", sa.Float(), nullable=False),
        sa.Column("look_back_years", sa.Integer(), nullable=False),
        sa.Column("checklist_text", sa.Text(), nullable=False),
        sa.Column("checklist_sha256", sa.String(length=64), nullable=False),
        sa.Column("optional_items", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("n_assignments", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_review_plan_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_plan")),
        sa.UniqueConstraint("round_id", name=op.f("uq_review_plan_round_id")),
    )
    op.create_table(
        "round_reviewer",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("is_senior", sa.Boolean(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_round_reviewer_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_round_reviewer_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_reviewer")),
        sa.UniqueConstraint(
            "round_id", "account_id", name=op.f("uq_round_reviewer_round_id_account_id")
        ),
    )
    op.create_index(
        op.f("ix_round_reviewer_account_id"), "round_reviewer", ["account_id"], unique=False
    )
    op.create_table(
        "case_participant",
        sa.Column("id", IdType, nullable=False),
        sa.Column("case_file_id", IdType, nullable=False),
        sa.Column("capacity", sa.String(40), nullable=False),
        sa.Column("name_key", sa.String(length=64), nullable=False),
        sa.Column("licence_key", sa.String(length=64), nullable=False),
        sa.Column("firm_key", sa.String(length=64), nullable=False),
        sa.Column("sealed_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_case_participant_case_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_participant")),
    )
    op.create_index(
        op.f("ix_case_participant_case_file_id"), "case_participant", ["case_file_id"], unique=False
    )
    op.create_table(
        "packet_return",
        sa.Column("id", IdType, nullable=False),
        sa.Column("packet_id", IdType, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("returned_at", UtcDateTime(), nullable=False),
        sa.Column("n_taken", sa.Integer(), nullable=False),
        sa.Column("n_unchanged", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["review_packet.id"], name=op.f("fk_packet_return_packet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet_return")),
        sa.UniqueConstraint("packet_id", "sha256", name=op.f("uq_packet_return_packet_id_sha256")),
    )
    op.create_table(
        "recusal_finding",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("case_file_id", IdType, nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", IdType, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recusal_finding_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_recusal_finding_case_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_recusal_finding_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal_finding")),
        sa.UniqueConstraint(
            "case_file_id",
            "account_id",
            "ground",
            name=op.f("uq_recusal_finding_case_file_id_account_id_ground"),
        ),
    )
    op.create_index(
        op.f("ix_recusal_finding_account_id"), "recusal_finding", ["account_id"], unique=False
    )
    op.create_index(
        "ix_recusal_finding_round", "recusal_finding", ["round_id", "status", "id"], unique=False
    )
    op.create_table(
        "review_attempt",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("case_file_id", IdType, nullable=False),
        sa.Column("reading", sa.String(40), nullable=False),
        sa.Column("reviewer_id", IdType, nullable=False),
        sa.Column("partner_id", IdType, nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("n_answered", sa.Integer(), nullable=False),
        sa.Column("n_reopened", sa.Integer(), nullable=False),
        sa.Column("assigned_at", UtcDateTime(), nullable=False),
        sa.Column("attested_at", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("case_grade", sa.String(length=40), nullable=True),
        sa.Column("is_qualified", sa.Boolean(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("signed_by_partner_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_review_attempt_case_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["account.id"], name=op.f("fk_review_attempt_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_review_attempt_reviewer_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_review_attempt_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_attempt")),
    )
    op.create_index(
        op.f("ix_review_attempt_case_file_id"), "review_attempt", ["case_file_id"], unique=False
    )
    op.create_index(
        "ix_review_attempt_desk",
        "review_attempt",
        ["reviewer_id", "is_live", "state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_review_attempt_list",
        "review_attempt",
        ["round_id", "reading", "state", "id"],
        unique=False,
    )
    op.create_index(
        "uq_review_attempt_live",
        "review_attempt",
        ["case_file_id", "reading"],
        unique=True,
        sqlite_where=sa.text("is_live"),
        postgresql_where=sa.text("is_live"),
    )
    op.create_table(
        "review_answer",
        sa.Column("attempt_id", IdType, nullable=False),
        sa.Column("item_code", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("na_reason", sa.String(length=40), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("verification", sa.String(length=40), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["review_attempt.id"], name=op.f("fk_review_answer_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "item_code", name=op.f("pk_review_answer")),
    )
    op.create_table(
        "review_change",
        sa.Column("id", IdType, nullable=False),
        sa.Column("attempt_id", IdType, nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["review_attempt.id"], name=op.f("fk_review_change_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_change")),
    )
    op.create_index(
        op.f("ix_review_change_attempt_id"), "review_change", ["attempt_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_review_change_attempt_id"), table_name="review_change")
    op.drop_table("review_change")
    op.drop_table("review_answer")
    op.drop_index(
        "uq_review_attempt_live",
        table_name="review_attempt",
        sqlite_where=sa.text("is_live"),
        postgresql_where=sa.text("is_live"),
    )
    op.drop_index("ix_review_attempt_list", table_name="review_attempt")
    op.drop_index("ix_review_attempt_desk", table_name="review_attempt")
    op.drop_index(op.f("ix_review_attempt_case_file_id"), table_name="review_attempt")
    op.drop_table("review_attempt")
    op.drop_index("ix_recusal_finding_round", table_name="recusal_finding")
    op.drop_index(op.f("ix_recusal_finding_account_id"), table_name="recusal_finding")
    op.drop_table("recusal_finding")
    op.drop_table("packet_return")
    op.drop_index(op.f("ix_case_participant_case_file_id"), table_name="case_participant")
    op.drop_table("case_participant")
    op.drop_index(op.f("ix_round_reviewer_account_id"), table_name="round_reviewer")
    op.drop_table("round_reviewer")
    op.drop_table("review_plan")
    op.drop_index(op.f("ix_review_packet_round_id"), table_name="review_packet")
    op.drop_table("review_packet")
    op.drop_index("ix_case_file_state", table_name="case_file")
    op.drop_index("ix_case_file_pull_list", table_name="case_file")
    op.drop_index(op.f("ix_case_file_draw_id"), table_name="case_file")
    op.drop_index(op.f("ix_case_file_court_id"), table_name="case_file")
    op.drop_table("case_file")
    op.drop_index(op.f("ix_reviewer_interest_account_id"), table_name="reviewer_interest")
    op.drop_table("reviewer_interest")
    op.drop_table("firm_merger")
