"""after_sale"""

from __future__ import annotations

revision = "s0028"
down_revision = "s0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
