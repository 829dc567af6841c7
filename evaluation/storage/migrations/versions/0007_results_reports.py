"""Results and reports tables."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: filled before the first release."""


def downgrade() -> None:
    """Nothing yet: filled before the first release."""
