"""A price that keeps its profit remembers what one piece cost its setter when it was named."""

from __future__ import annotations

from alembic import op

revision = "s0018"
down_revision = "s0017"
branch_labels = None
depends_on = None

KEPT = """
ALTER TABLE shared.price_rule
    ADD COLUMN base_cost bigint,
    ADD CONSTRAINT ck_price_rule_keep CHECK (
        keep = (base_cost IS NOT NULL)
        AND (base_cost IS NULL OR (method = 'fixed' AND scope = 'sku' AND base_cost >= 0)))
"""


def upgrade() -> None:
    op.execute(KEPT)


def downgrade() -> None:
    """Back to prices that stand still: each stays at what was named."""
    op.execute(
        """
        ALTER TABLE shared.price_rule
            DROP CONSTRAINT ck_price_rule_keep,
            DROP COLUMN base_cost
        """
    )
