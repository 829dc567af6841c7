"""What the panel writes for a report, replies of the courts, editions, approvals, corrigenda."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _round_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["round_id"], ["evaluation_round.id"], name=op.f(f"fk_{table}_round_id")
    )


def upgrade() -> None:
    op.create_table(
        "report_narrative",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        _round_key("report_narrative"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_narrative")),
    )
    op.create_index(op.f("ix_report_narrative_round_id"), "report_narrative", ["round_id"])
    op.create_table(
        "report_reply",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("court_id", IdType, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        _round_key("report_reply"),
        sa.ForeignKeyConstraint(["court_id"], ["court.id"], name=op.f("fk_report_reply_court_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reply")),
    )
    op.create_index(op.f("ix_report_reply_round_id"), "report_reply", ["round_id"])
    op.create_table(
        "report_edition",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("results_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("html_sha256", sa.String(length=64), nullable=False),
        sa.Column("n_pages", sa.Integer(), nullable=False),
        sa.Column("n_figures", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("reply_until", sa.Date(), nullable=True),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("built_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        _round_key("report_edition"),
        sa.ForeignKeyConstraint(
            ["pdf_sha256"], ["stored_file.sha256"], name=op.f("fk_report_edition_pdf_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["html_sha256"], ["stored_file.sha256"], name=op.f("fk_report_edition_html_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_edition")),
        sa.UniqueConstraint(
            "round_id", "number", "state", name=op.f("uq_report_edition_round_id_number_state")
        ),
    )
    op.create_index(op.f("ix_report_edition_round_id"), "report_edition", ["round_id"])
    op.create_table(
        "report_approval",
        sa.Column("id", IdType, nullable=False),
        sa.Column("edition_id", IdType, nullable=False),
        sa.Column("member_id", IdType, nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["report_edition.id"], name=op.f("fk_report_approval_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_report_approval_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_approval")),
        sa.UniqueConstraint(
            "edition_id", "member_id", name=op.f("uq_report_approval_edition_id_member_id")
        ),
    )
    op.create_index(op.f("ix_report_approval_edition_id"), "report_approval", ["edition_id"])
    op.create_table(
        "report_corrigendum",
        sa.Column("id", IdType, nullable=False),
        sa.Column("edition_id", IdType, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["report_edition.id"], name=op.f("fk_report_corrigendum_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_corrigendum")),
    )
    op.create_index(op.f("ix_report_corrigendum_edition_id"), "report_corrigendum", ["edition_id"])


def downgrade() -> None:
    for table in ("corrigendum", "approval", "edition", "reply", "narrative"):
        op.drop_table(f"report_{table}")
