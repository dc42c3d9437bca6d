"""withdrawals"""

from __future__ import annotations

revision = "s0027"
down_revision = "s0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
