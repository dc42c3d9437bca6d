"""own_channels"""

from __future__ import annotations

revision = "s0034"
down_revision = "s0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
