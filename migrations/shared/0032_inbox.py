"""inbox"""

from __future__ import annotations

revision = "s0032"
down_revision = "s0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
