"""Case and review tables."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: filled before the first release."""


def downgrade() -> None:
    """Nothing yet: filled before the first release."""
