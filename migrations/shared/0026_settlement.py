"""settlement"""

from __future__ import annotations

revision = "s0026"
down_revision = "s0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
