"""Fieldwork and evidence tables."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: filled before the first release."""


def downgrade() -> None:
    """Nothing yet: filled before the first release."""
