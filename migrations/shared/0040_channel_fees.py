"""What providers kept of a site's payments, for the proof of its top-ups: it stands on an account
of the master, where a site reads nothing by itself."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0040"
down_revision = "s0039"
branch_labels = None
depends_on = None

NAME = "channel_fees(text)"
# Of the bound site's own transactions only; what each of its payments cost stands in the attempts
# the site reads already.
MADE = """
CREATE FUNCTION shared.channel_fees(p_ref_type text) RETURNS TABLE (ref_id text, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT t.ref_id, sum(e.amount)::bigint
    FROM ledger_txn t
    JOIN ledger_entry e ON e.txn_id = t.id AND NOT e.pending
    JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'channel_fee'
    WHERE t.tenant_id = current_setting('app.tenant_id')::bigint AND t.ref_type = p_ref_type
    GROUP BY t.ref_id
$$
"""


def upgrade() -> None:
    op.execute(MADE)
    op.execute(f"REVOKE ALL ON FUNCTION shared.{NAME} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.{NAME} TO {policies.APP}")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION shared.{NAME}")
