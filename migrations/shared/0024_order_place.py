"""An order is placed where its site stands: who moves a site waits for orders in the making, and
an order whose chain is no longer true is refused."""

from __future__ import annotations

from alembic import op

from migrations import policies
from migrations.policies import CHAIN

revision = "s0024"
down_revision = "s0023"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
PLACES = 20261124
"""The first half of the lock that moves and new orders of one alliance share; the second half is
the id of its master site."""

_HEAD = """
CREATE OR REPLACE FUNCTION shared.order_indexed(wanted jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE given shared.order_index := jsonb_populate_record(NULL::shared.order_index, wanted);
BEGIN
    given.tenant_id := {bound};
    given.chain := {chain};
"""
_TAIL = """
    INSERT INTO shared.order_index SELECT given.*;
END $$
"""
_HEAD = _HEAD.format(bound=BOUND, chain=CHAIN)
_STANDS = f"""
    PERFORM pg_advisory_xact_lock_shared({PLACES}, (given.chain[1] % 2147483647)::integer);
    PERFORM 1 FROM shared.tenant WHERE id = given.tenant_id
        AND path = array_to_string(given.chain, '.')::ltree;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the site stands elsewhere now' USING ERRCODE = 'KO001';
    END IF;
"""
AWAITED = f"""
CREATE FUNCTION shared.orders_awaited(root bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = shared, pg_temp SET lock_timeout = '500ms' AS $$
    SELECT pg_advisory_xact_lock({PLACES}, (root % 2147483647)::integer)
$$
"""
"""Whoever moves a site waits until orders in the making are there to be counted, but not so long
that the shops of the alliance would wait behind the move."""


def upgrade() -> None:
    op.execute(_HEAD + _STANDS + _TAIL)
    op.execute(AWAITED)
    op.execute("REVOKE ALL ON FUNCTION shared.orders_awaited(bigint) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.orders_awaited(bigint) TO {policies.SHARED}")


def downgrade() -> None:
    op.execute("DROP FUNCTION shared.orders_awaited(bigint)")
    op.execute(_HEAD + _TAIL)
