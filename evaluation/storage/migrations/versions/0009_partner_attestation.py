"""The second of a senior pair declares for oneself; who has countersigned counts as declared."""

import sqlalchemy as sa
from alembic import op

from evaluation.storage.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review_attempt", sa.Column("partner_attested_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE review_attempt SET partner_attested_at = signed_by_partner_at")


def downgrade() -> None:
    op.drop_column("review_attempt", "partner_attested_at")
