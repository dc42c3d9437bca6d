"""what_if"""

from __future__ import annotations

revision = "s0020"
down_revision = "s0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
