"""What a site's packages brought: the receipts stand with the sites that paid, where their seller
reads nothing by itself."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0041"
down_revision = "s0040"
branch_labels = None
depends_on = None

INDEX = "CREATE INDEX ix_package_fee_parent_id ON shared.package_fee (parent_id, at)"
NAME = "package_fees_sold(timestamptz, timestamptz)"
# Of the bound site's own packages only, and nothing of the buyers but what they paid it for.
MADE = """
CREATE FUNCTION shared.package_fees_sold(p_from timestamptz, p_until timestamptz) RETURNS TABLE (
    id uuid, tenant_id bigint, site_name text, package_id uuid, package_name text, kind text,
    period text, amount bigint, began timestamptz, until timestamptz, actor_name text,
    at timestamptz, returned_at timestamptz, online boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT f.id, f.tenant_id, n.name::text, f.package_id, f.package_name::text, f.kind::text,
        f.period::text, f.amount, f.began, f.until, f.actor_name::text, f.at, f.returned_at,
        EXISTS (SELECT FROM package_payment w WHERE w.receipt_id = f.id)
    FROM package_fee f
    JOIN tenant n ON n.id = f.tenant_id
    WHERE f.parent_id = current_setting('app.tenant_id')::bigint AND f.amount > 0
        AND f.at >= p_from AND f.at < p_until
$$
"""


def upgrade() -> None:
    op.execute(INDEX)
    op.execute(MADE)
    op.execute(f"REVOKE ALL ON FUNCTION shared.{NAME} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.{NAME} TO {policies.APP}")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION shared.{NAME}")
    op.execute("DROP INDEX shared.ix_package_fee_parent_id")
