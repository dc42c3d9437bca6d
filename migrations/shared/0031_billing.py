"""billing"""

from __future__ import annotations

revision = "s0031"
down_revision = "s0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
