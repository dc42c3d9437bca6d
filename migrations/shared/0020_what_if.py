"""What-ifs: decisions not taken yet, and what they would do at every site below.

A site's own role reads the rules of its chain only. What a decision does below is worked out over
all sites there, so three functions tell the bound site its whole tree, and nobody another's.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0020"
down_revision = "s0019"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"
TREE = f"""SELECT t.id FROM tenant t WHERE t.id = ANY ({CHAIN})
        OR t.path <@ (SELECT path FROM tenant WHERE id = {BOUND})"""
HEAD = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp"

SITES = f"""
CREATE FUNCTION shared.price_sites() RETURNS TABLE (
    tenant_id bigint, parent_id bigint, level_id uuid, slug text, name text, path text, live boolean
) {HEAD} AS $$
    SELECT t.id, (string_to_array(t.path::text, '.'))[nlevel(t.path) - 1]::bigint, h.level_id,
        t.slug, t.name, t.path::text, t.state = 'live'
    FROM tenant t LEFT JOIN tenant_terms h ON h.tenant_id = t.id
    WHERE t.state <> 'opening' AND t.id IN ({TREE})
    ORDER BY t.path
$$
"""

RULES = f"""
CREATE FUNCTION shared.price_rules_of(p_sites bigint[]) RETURNS SETOF price_rule {HEAD} AS $$
    SELECT r.* FROM price_rule r
    WHERE r.tenant_id = ANY (p_sites) AND r.tenant_id IN ({TREE})
$$
"""

MARK = f"""
CREATE FUNCTION shared.price_mark() RETURNS text {HEAD} AS $$
    SELECT md5(concat_ws(' ',
        (SELECT concat(count(*), ' ', max(r.updated_at)) FROM price_rule r
            WHERE r.tenant_id IN ({TREE})),
        (SELECT concat(count(*), ' ', max(k.updated_at)) FROM sku k
            WHERE k.tenant_id = ANY ({CHAIN}))))
$$
"""
FUNCTIONS = {"price_sites()": SITES, "price_rules_of(bigint[])": RULES, "price_mark()": MARK}

WHAT_IF = """
CREATE TABLE shared.what_if (
    id uuid CONSTRAINT pk_what_if PRIMARY KEY,
    tenant_id bigint NOT NULL,
    title varchar(120) NOT NULL,
    state varchar(10) NOT NULL,
    entries jsonb NOT NULL,
    count integer NOT NULL,
    actor_name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    began_at timestamptz,
    finished_at timestamptz,
    beat_at timestamptz,
    runner uuid,
    tries smallint NOT NULL,
    sites_all integer NOT NULL,
    sites_done integer NOT NULL,
    reached bigint,
    mark varchar(40) NOT NULL,
    totals jsonb NOT NULL,
    change_id uuid,
    CONSTRAINT ck_what_if_state CHECK (state IN
        ('draft', 'queued', 'running', 'done', 'cancelled', 'failed', 'committed', 'discarded')),
    CONSTRAINT ck_what_if_committed CHECK ((state = 'committed') = (change_id IS NOT NULL))
)
"""

WHAT_IF_SITE = """
CREATE TABLE shared.what_if_site (
    what_if_id uuid NOT NULL,
    site_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    depth smallint NOT NULL,
    danger bigint NOT NULL,
    figures jsonb NOT NULL,
    worst jsonb NOT NULL,
    CONSTRAINT pk_what_if_site PRIMARY KEY (what_if_id, site_id)
)
"""


def upgrade() -> None:
    for name, made in FUNCTIONS.items():
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")
    op.execute(WHAT_IF)
    op.execute(WHAT_IF_SITE)
    op.execute("CREATE INDEX ix_what_if_tenant_id ON shared.what_if (tenant_id, id)")
    op.execute("CREATE INDEX ix_what_if_site_danger ON shared.what_if_site (what_if_id, danger)")
    for table in ("what_if", "what_if_site"):
        policies.own(op, table)


def downgrade() -> None:
    op.execute("DROP TABLE shared.what_if_site")
    op.execute("DROP TABLE shared.what_if")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION shared.{name}")
