"""Register and draw tables."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: filled before the first release."""


def downgrade() -> None:
    """Nothing yet: filled before the first release."""
