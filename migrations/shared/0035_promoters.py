"""promoters"""

from __future__ import annotations

revision = "s0035"
down_revision = "s0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
