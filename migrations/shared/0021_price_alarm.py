"""Costs that move far wait for somebody's word; sites below are told in one digest what moved.

A site's own role neither reads the decisions of the sites above it nor writes a time for the sites
below; two functions do exactly that much, and a third names the owner to be written to.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0021"
down_revision = "s0020"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"
HEAD = "SECURITY DEFINER SET search_path = shared, pg_temp"

POLICY = """
CREATE TABLE shared.price_policy (
    tenant_id bigint NOT NULL,
    alarm integer,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_price_policy PRIMARY KEY (tenant_id),
    CONSTRAINT ck_price_policy_alarm CHECK (alarm >= 0)
)
"""
WAITING = """
CREATE TABLE shared.price_cost_waiting (
    tenant_id bigint NOT NULL,
    sku_id uuid NOT NULL,
    id uuid NOT NULL,
    before bigint NOT NULL,
    after bigint NOT NULL,
    source_id uuid,
    actor varchar(80) NOT NULL,
    actor_name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_price_cost_waiting PRIMARY KEY (tenant_id, sku_id),
    CONSTRAINT ck_price_cost_waiting_moves CHECK (before >= 0 AND after >= 0 AND before <> after)
)
"""
NEWS = """
CREATE TABLE shared.price_news (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    at timestamptz NOT NULL,
    count integer NOT NULL,
    dearer integer NOT NULL,
    cheaper integer NOT NULL,
    rows jsonb NOT NULL,
    CONSTRAINT pk_price_news PRIMARY KEY (id),
    CONSTRAINT uq_price_news_since UNIQUE (tenant_id, since),
    CONSTRAINT ck_price_news_count CHECK (count > 0)
)
"""
# Every live site below is looked at when the window is over, thousands of them spread over five
# minutes; a second change in it changes nothing.
DUE = f"""
CREATE FUNCTION shared.price_news_due(p_key text, p_at timestamptz) RETURNS bigint
LANGUAGE sql {HEAD} AS $$
    WITH made AS (
        INSERT INTO due (tenant_id, kind, key, at, attempts)
        SELECT t.id, 'price.news', p_key, p_at + (t.id % 300) * interval '1 second', 0
        FROM tenant t
        WHERE t.state = 'live' AND t.id <> {BOUND}
            AND t.path <@ (SELECT path FROM tenant WHERE id = {BOUND})
        ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) FROM made
$$
"""
ABOVE = f"""
CREATE FUNCTION shared.price_moves_above(p_since timestamptz) RETURNS TABLE (
    tenant_id bigint, at timestamptz, place text, before jsonb, after jsonb
) LANGUAGE sql STABLE {HEAD} AS $$
    SELECT c.tenant_id, c.at, e.place_key, e.before, e.after
    FROM price_change c JOIN price_change_entry e ON e.change_id = c.id
    WHERE c.tenant_id = ANY ({CHAIN}) AND c.tenant_id <> {BOUND} AND c.at >= p_since
    ORDER BY c.at DESC, c.id DESC, e.position DESC
$$
"""
OWNER = f"""
CREATE FUNCTION shared.owner_address() RETURNS text LANGUAGE sql STABLE {HEAD} AS $$
    SELECT s.email FROM staff s JOIN staff_grant g ON g.staff_id = s.id
    WHERE g.tenant_id = {BOUND} AND g.role IN ('operator', 'agent') AND s.state = 'active'
        AND s.email IS NOT NULL
    ORDER BY g.granted_by IS NOT NULL, g.created_at LIMIT 1
$$
"""
FUNCTIONS = {
    "price_news_due(text, timestamptz)": DUE,
    "price_moves_above(timestamptz)": ABOVE,
    "owner_address()": OWNER,
}


def upgrade() -> None:
    for statement in (POLICY, WAITING, NEWS):
        op.execute(statement)
    for table in ("price_policy", "price_cost_waiting", "price_news"):
        policies.own(op, table)
    for name, body in FUNCTIONS.items():
        op.execute(body)
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")


def downgrade() -> None:
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION shared.{name}")
    for table in ("price_news", "price_cost_waiting", "price_policy"):
        op.execute(f"DROP TABLE shared.{table}")
