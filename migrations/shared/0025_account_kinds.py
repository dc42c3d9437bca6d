"""Kinds of accounts for what the agents earn: due and withdrawable, fees, commission, disputes."""

from __future__ import annotations

from alembic import op

revision = "s0025"
down_revision = "s0024"
branch_labels = None
depends_on = None

KINDS = """
INSERT INTO shared.ledger_kind (kind, normal_side, floor_zero, hot) VALUES
    ('available', 'credit', true, false),
    ('commission', 'credit', false, true),
    ('own_sales', 'credit', false, true),
    ('payout_fee', 'credit', false, true),
    ('package_fee', 'credit', false, true),
    ('platform_fee', 'credit', false, true),
    ('channel_fee', 'debit', false, true),
    ('dispute_loss', 'debit', false, true)
"""


def upgrade() -> None:
    op.execute(KINDS)


def downgrade() -> None:
    """The kinds go; accounts of them must not be there any more."""
    op.execute(
        "DELETE FROM shared.ledger_kind WHERE kind IN ('available', 'commission', 'own_sales',"
        " 'payout_fee', 'package_fee', 'platform_fee', 'channel_fee', 'dispute_loss')"
    )
