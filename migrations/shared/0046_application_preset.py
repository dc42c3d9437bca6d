"""Which of its theme's presets a new site begins with."""

from __future__ import annotations

from alembic import op

revision = "s0046"
down_revision = "s0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE shared.application ADD COLUMN preset varchar(40)")


def downgrade() -> None:
    op.execute("ALTER TABLE shared.application DROP COLUMN preset")
