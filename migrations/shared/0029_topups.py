"""topups"""

from __future__ import annotations

revision = "s0029"
down_revision = "s0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
