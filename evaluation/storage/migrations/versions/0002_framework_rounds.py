"""Framework and rounds tables."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: filled before the first release."""


def downgrade() -> None:
    """Nothing yet: filled before the first release."""
