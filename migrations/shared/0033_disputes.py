"""disputes"""

from __future__ import annotations

revision = "s0033"
down_revision = "s0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
