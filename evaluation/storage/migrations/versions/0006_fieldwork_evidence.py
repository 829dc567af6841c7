"""Forums and interviews, document evidence, verdicts on objectives."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_adjudication",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adjudicated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_evidence_adjudication_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_adjudication")),
        sa.UniqueConstraint(
            "round_id", "item_id", name=op.f("uq_evidence_adjudication_round_id_item_id")
        ),
    )
    op.create_table(
        "evidence_document",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("court_id", IdType, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reference_number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("provider_post", sa.Text(), nullable=False),
        sa.Column("n_pages", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(40), nullable=False),
        sa.Column("is_original", sa.Boolean(), nullable=False),
        sa.Column("is_quotable", sa.Boolean(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["court.id"], name=op.f("fk_evidence_document_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_evidence_document_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_evidence_document_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_document")),
        sa.UniqueConstraint(
            "round_id", "number", name=op.f("uq_evidence_document_round_id_number")
        ),
    )
    op.create_table(
        "evidence_rating",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_evidence_rating_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_rating")),
        sa.UniqueConstraint(
            "round_id",
            "item_id",
            "account_id",
            name=op.f("uq_evidence_rating_round_id_item_id_account_id"),
        ),
    )
    op.create_table(
        "evidence_request",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column("court_id", IdType, nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["court.id"], name=op.f("fk_evidence_request_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_evidence_request_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_request")),
    )
    op.create_index(
        op.f("ix_evidence_request_round_id"), "evidence_request", ["round_id"], unique=False
    )
    op.create_table(
        "interview",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("guide_id", sa.String(length=20), nullable=False),
        sa.Column("court_id", IdType, nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("court_staff_present", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.String(40), nullable=False),
        sa.Column("recording_agreed", sa.Boolean(), nullable=False),
        sa.Column("audio_deleted_on", sa.Date(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("pseudonyms", sa.JSON(), nullable=False),
        sa.Column("read_back_note", sa.Text(), nullable=False),
        sa.Column("read_back_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["court_id"], ["court.id"], name=op.f("fk_interview_court_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_interview_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_interview_round_id_code")),
    )
    op.create_table(
        "objective_verdict",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("objective_id", sa.String(length=20), nullable=False),
        sa.Column("proposed", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("matrix", sa.JSON(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_objective_verdict_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_verdict")),
        sa.UniqueConstraint(
            "round_id", "objective_id", name=op.f("uq_objective_verdict_round_id_objective_id")
        ),
    )
    op.create_table(
        "objective_vote",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("objective_id", sa.String(length=20), nullable=False),
        sa.Column("member_id", IdType, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_objective_vote_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_objective_vote_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_vote")),
        sa.UniqueConstraint(
            "round_id",
            "objective_id",
            "member_id",
            name=op.f("uq_objective_vote_round_id_objective_id_member_id"),
        ),
    )
    op.create_table(
        "coded_statement",
        sa.Column("id", IdType, nullable=False),
        sa.Column("interview_id", IdType, nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("capacity", sa.String(40), nullable=False),
        sa.Column("target_kind", sa.String(40), nullable=False),
        sa.Column("target_id", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("quote_state", sa.String(40), nullable=False),
        sa.Column("quote_text", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("coded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_coded_statement_interview_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coded_statement")),
    )
    op.create_index(
        op.f("ix_coded_statement_interview_id"), "coded_statement", ["interview_id"], unique=False
    )
    op.create_table(
        "evidence_link",
        sa.Column("id", IdType, nullable=False),
        sa.Column("document_id", IdType, nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["evidence_document.id"], name=op.f("fk_evidence_link_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_link")),
        sa.UniqueConstraint(
            "document_id", "item_id", name=op.f("uq_evidence_link_document_id_item_id")
        ),
    )
    op.create_index(op.f("ix_evidence_link_item_id"), "evidence_link", ["item_id"], unique=False)
    op.create_table(
        "interview_attendance",
        sa.Column("id", IdType, nullable=False),
        sa.Column("interview_id", IdType, nullable=False),
        sa.Column("capacity", sa.String(40), nullable=False),
        sa.Column("n_invited", sa.Integer(), nullable=False),
        sa.Column("n_present", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_interview_attendance_interview_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_attendance")),
        sa.UniqueConstraint(
            "interview_id", "capacity", name=op.f("uq_interview_attendance_interview_id_capacity")
        ),
    )


def downgrade() -> None:
    op.drop_table("interview_attendance")
    op.drop_index(op.f("ix_evidence_link_item_id"), table_name="evidence_link")
    op.drop_table("evidence_link")
    op.drop_index(op.f("ix_coded_statement_interview_id"), table_name="coded_statement")
    op.drop_table("coded_statement")
    op.drop_table("objective_vote")
    op.drop_table("objective_verdict")
    op.drop_table("interview")
    op.drop_index(op.f("ix_evidence_request_round_id"), table_name="evidence_request")
    op.drop_table("evidence_request")
    op.drop_table("evidence_rating")
    op.drop_table("evidence_document")
    op.drop_table("evidence_adjudication")
