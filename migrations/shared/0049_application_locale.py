"""The language a new site speaks first: that of whoever opened it."""

from __future__ import annotations

from alembic import op

revision = "s0049"
down_revision = "s0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE shared.application ADD COLUMN locale varchar(8)")


def downgrade() -> None:
    op.execute("ALTER TABLE shared.application DROP COLUMN locale")
