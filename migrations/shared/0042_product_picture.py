"""A product's picture: whose, which and how large, so that its addresses are made without asking
the site it belongs to."""

from __future__ import annotations

from alembic import op

revision = "s0042"
down_revision = "s0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE shared.product ADD COLUMN picture varchar(160)")


def downgrade() -> None:
    op.execute("ALTER TABLE shared.product DROP COLUMN picture")
