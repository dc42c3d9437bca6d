"""The last closed day for statements; the daily proof of the books, kept with its differences."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0030"
down_revision = "s0029"
branch_labels = None
depends_on = None

FUNCTIONS = {
    # Which day was closed last is no secret: what is booked later lies behind it.
    "ledger_closed()": """
CREATE FUNCTION shared.ledger_closed() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT max(day) FROM ledger_day
$$
""",
    # All that the bound site's own orders have in the books, on accounts of the sites above too:
    # what an order's lines say of every site's part, the site holds in its own schema already.
    "order_books(uuid[])": """
CREATE FUNCTION shared.order_books(p_orders uuid[]) RETURNS TABLE (
    order_id uuid, txn_id uuid, txn_kind text, tenant_id bigint, owner_type text, owner_id text,
    kind text, currency text, amount bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT t.ref_id::uuid, t.id, t.kind, a.tenant_id, a.owner_type, a.owner_id, a.kind,
        a.currency, e.amount
    FROM ledger_txn t
    JOIN ledger_entry e ON e.txn_id = t.id
    JOIN ledger_account a ON a.id = e.account_id
    WHERE t.ref_type = 'order' AND t.ref_id = ANY (p_orders::text[])
        AND t.tenant_id = current_setting('app.tenant_id')::bigint AND NOT e.pending
    ORDER BY t.ref_id, t.id, e.seq
$$
""",
}

RUN = """
CREATE TABLE shared.proof_run (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    state varchar(10) NOT NULL,
    actor varchar(80) NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    checks jsonb NOT NULL,
    found integer NOT NULL,
    CONSTRAINT pk_proof_run PRIMARY KEY (id),
    CONSTRAINT ck_proof_run_state CHECK (state IN ('holds', 'differs', 'failed'))
)
"""
DIFFERENCE = """
CREATE TABLE shared.proof_difference (
    run_id uuid NOT NULL,
    position integer NOT NULL,
    tenant_id bigint NOT NULL,
    site_id bigint NOT NULL,
    name varchar(40) NOT NULL,
    subject text NOT NULL,
    found bigint NOT NULL,
    expected bigint NOT NULL,
    rows jsonb NOT NULL,
    CONSTRAINT pk_proof_difference PRIMARY KEY (run_id, position)
)
"""


def upgrade() -> None:
    for name, made in FUNCTIONS.items():
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")
    op.execute(RUN)
    op.execute(DIFFERENCE)
    op.execute("CREATE INDEX ix_proof_run_tenant_id ON shared.proof_run (tenant_id, id)")
    policies.own(op, "proof_run", grant="SELECT, INSERT")
    policies.own(op, "proof_difference", grant="SELECT, INSERT")


def downgrade() -> None:
    op.execute("DROP TABLE shared.proof_difference")
    op.execute("DROP TABLE shared.proof_run")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION shared.{name}")
