"""Surveys in the field: channels, invitations, drafts, responses, quality decisions, paper."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import IdType, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIELD_TABLES = (
    "survey_paper_entry",
    "survey_quality_decision",
    "survey_response",
    "survey_inbox",
    "survey_draft",
    "survey_invitation",
    "survey_ledger",
    "survey_channel",
    "survey",
)

QUESTIONNAIRE_TABLES = (
    "survey_text_coding",
    "survey_text_code",
    "survey_weighting",
    "questionnaire_version",
    "questionnaire",
)


def upgrade() -> None:
    _create_field_tables()
    _create_questionnaire_tables()
    _forbid_lifting_anonymity()


def downgrade() -> None:
    for table in (*QUESTIONNAIRE_TABLES, *FIELD_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS survey_stays_anonymous()")


def _create_field_tables() -> None:
    op.create_table(
        "survey",
        sa.Column("id", IdType, nullable=False),
        sa.Column("round_id", IdType, nullable=True),
        sa.Column("questionnaire_code", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questionnaire", sa.JSON(), nullable=False),
        sa.Column("questionnaire_hash", sa.String(64), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("minimum_cell", sa.Integer(), nullable=False),
        sa.Column("complete_share", sa.Float(), nullable=False),
        sa.Column("partial_share", sa.Float(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_survey_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    op.create_index(op.f("ix_survey_questionnaire_code"), "survey", ["questionnaire_code"])
    op.create_index(op.f("ix_survey_round_id"), "survey", ["round_id"])
    op.create_table(
        "survey_channel",
        sa.Column("id", IdType, nullable=False),
        sa.Column("survey_id", IdType, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("daily_from", sa.String(5), nullable=True),
        sa.Column("daily_until", sa.String(5), nullable=True),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_channel_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_channel")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_channel_code")),
    )
    op.create_index(op.f("ix_survey_channel_survey_id"), "survey_channel", ["survey_id"])
    op.create_table(
        "survey_ledger",
        sa.Column("channel_id", IdType, autoincrement=False, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("reserved", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["survey_channel.id"], name=op.f("fk_survey_ledger_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_survey_ledger")),
    )
    op.create_table(
        "survey_invitation",
        sa.Column("id", IdType, nullable=False),
        sa.Column("channel_id", IdType, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.String(40), nullable=True),
        sa.Column("n_reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["survey_channel.id"], name=op.f("fk_survey_invitation_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation")),
        sa.UniqueConstraint(
            "channel_id", "number", name=op.f("uq_survey_invitation_channel_id_number")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_survey_invitation_token_hash")),
    )
    op.create_table(
        "survey_draft",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_draft")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_draft_expires_on"), "survey_draft", ["expires_on"])
    op.create_table(
        "survey_inbox",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("channel_id", IdType, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["survey_channel.id"], name=op.f("fk_survey_inbox_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_inbox")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_inbox_channel_id"), "survey_inbox", ["channel_id"])
    op.create_table(
        "survey_response",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("survey_id", IdType, nullable=False),
        sa.Column("channel_id", IdType, nullable=False),
        sa.Column("receipt_hash", sa.String(64), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("disposition", sa.String(40), nullable=False),
        sa.Column("pace", sa.String(40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("invitation_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_response_survey_id")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["survey_channel.id"], name=op.f("fk_survey_response_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_survey_response_receipt_hash")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_response_channel_id"), "survey_response", ["channel_id"])
    op.create_index(op.f("ix_survey_response_survey_id"), "survey_response", ["survey_id"])
    op.create_table(
        "survey_quality_decision",
        sa.Column("id", IdType, nullable=False),
        sa.Column("response_id", sa.String(32), nullable=False),
        sa.Column("survey_id", IdType, nullable=False),
        sa.Column("is_included", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_quality_decision_survey_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_quality_decision")),
    )
    op.create_index(
        op.f("ix_survey_quality_decision_response_id"), "survey_quality_decision", ["response_id"]
    )
    op.create_index(
        op.f("ix_survey_quality_decision_survey_id"), "survey_quality_decision", ["survey_id"]
    )
    op.create_table(
        "survey_paper_entry",
        sa.Column("id", IdType, nullable=False),
        sa.Column("channel_id", IdType, nullable=False),
        sa.Column("serial", sa.String(40), nullable=False),
        sa.Column("first_answers", sa.JSON(), nullable=True),
        sa.Column("first_account_id", IdType, nullable=False),
        sa.Column("second_answers", sa.JSON(), nullable=True),
        sa.Column("second_account_id", IdType, nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("settled_by_account_id", IdType, nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["survey_channel.id"], name=op.f("fk_survey_paper_entry_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_paper_entry")),
        sa.UniqueConstraint(
            "channel_id", "serial", name=op.f("uq_survey_paper_entry_channel_id_serial")
        ),
    )


def _create_questionnaire_tables() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", IdType, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", name=op.f("uq_questionnaire_code")),
    )
    op.create_table(
        "questionnaire_version",
        sa.Column("id", IdType, nullable=False),
        sa.Column("questionnaire_id", IdType, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("test_token", sa.String(64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_questionnaire_version_questionnaire_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_version")),
        sa.UniqueConstraint(
            "questionnaire_id",
            "number",
            name=op.f("uq_questionnaire_version_questionnaire_id_number"),
        ),
        sa.UniqueConstraint("test_token", name=op.f("uq_questionnaire_version_test_token")),
    )
    op.create_index(
        op.f("ix_questionnaire_version_content_hash"), "questionnaire_version", ["content_hash"]
    )
    op.create_table(
        "survey_weighting",
        sa.Column("survey_id", IdType, autoincrement=False, nullable=False),
        sa.Column("margins", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_weighting_survey_id")
        ),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_survey_weighting")),
    )
    op.create_table(
        "survey_text_code",
        sa.Column("id", IdType, nullable=False),
        sa.Column("questionnaire_code", sa.String(40), nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_text_code")),
        sa.UniqueConstraint(
            "questionnaire_code",
            "question",
            "code",
            name=op.f("uq_survey_text_code_questionnaire_code_question_code"),
        ),
    )
    op.create_table(
        "survey_text_coding",
        sa.Column("id", IdType, nullable=False),
        sa.Column("survey_id", IdType, nullable=False),
        sa.Column("response_id", sa.String(32), nullable=False),
        sa.Column("text_code_id", IdType, nullable=False),
        sa.Column("account_id", IdType, nullable=False),
        sa.Column("coded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_survey_text_coding_survey_id")
        ),
        sa.ForeignKeyConstraint(
            ["text_code_id"],
            ["survey_text_code.id"],
            name=op.f("fk_survey_text_coding_text_code_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_text_coding")),
        sa.UniqueConstraint(
            "response_id",
            "text_code_id",
            name=op.f("uq_survey_text_coding_response_id_text_code_id"),
        ),
    )
    op.create_index(op.f("ix_survey_text_coding_survey_id"), "survey_text_coding", ["survey_id"])


def _forbid_lifting_anonymity() -> None:
    """Anonymity can be switched on, never off: not even by hand in the database."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION survey_stays_anonymous() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'anonymity of a survey cannot be lifted'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER survey_anonymity BEFORE UPDATE OF is_anonymous ON survey FOR EACH ROW "
            "WHEN (OLD.is_anonymous AND NOT NEW.is_anonymous) "
            "EXECUTE FUNCTION survey_stays_anonymous()"
        )
    else:
        op.execute(
            "CREATE TRIGGER survey_anonymity BEFORE UPDATE OF is_anonymous ON survey FOR EACH ROW "
            "WHEN OLD.is_anonymous AND NOT NEW.is_anonymous BEGIN "
            "SELECT RAISE(ABORT, 'anonymity of a survey cannot be lifted'); END"
        )
