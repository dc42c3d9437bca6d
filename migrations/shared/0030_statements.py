"""statements"""

from __future__ import annotations

revision = "s0030"
down_revision = "s0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
