"""How long goods may be given back, and how much of an order was."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0028"
down_revision = "s0027"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
MOVED = """
CREATE OR REPLACE FUNCTION shared.order_moved(moved uuid, into_state text, at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    UPDATE shared.order_index SET state = into_state, moved_at = at,
        paid_at = CASE WHEN into_state IN ('paid', 'paid_late') THEN coalesce(paid_at, at)
            ELSE paid_at END,
        completed_at = CASE WHEN into_state = 'completed' THEN {completed} ELSE completed_at END
    WHERE order_id = moved AND tenant_id = {bound};
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % is not in the index of this site', moved;
    END IF;
END $$
"""
"""An order is completed once: one whose refund was given up does not become younger by it."""
REFUNDED = f"""
CREATE FUNCTION shared.order_refunded(which uuid, amount bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    UPDATE shared.order_index SET refunded = amount WHERE order_id = which AND tenant_id = {BOUND};
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % is not in the index of this site', which;
    END IF;
END $$
"""


def upgrade() -> None:
    op.execute(
        "ALTER TABLE shared.product ADD COLUMN refund_days integer"
        " CONSTRAINT ck_product_refund_days CHECK (refund_days BETWEEN 0 AND 3650)"
    )
    op.execute(
        "ALTER TABLE shared.order_index ADD COLUMN refunded bigint"
        " CONSTRAINT ck_order_index_refunded CHECK (refunded BETWEEN 0 AND total)"
    )
    op.execute(MOVED.format(bound=BOUND, completed="coalesce(completed_at, at)"))
    op.execute(REFUNDED)
    op.execute("REVOKE ALL ON FUNCTION shared.order_refunded(uuid, bigint) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.order_refunded(uuid, bigint) TO {policies.APP}")


def downgrade() -> None:
    op.execute("DROP FUNCTION shared.order_refunded(uuid, bigint)")
    op.execute(MOVED.format(bound=BOUND, completed="at"))
    op.execute("ALTER TABLE shared.order_index DROP COLUMN refunded")
    op.execute("ALTER TABLE shared.product DROP COLUMN refund_days")
