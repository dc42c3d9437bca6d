"""price_alarm"""

from __future__ import annotations

revision = "s0021"
down_revision = "s0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
