"""What a provider really kept of a payment, beside what was agreed; and month by month for the
master: the payments stand with the sites that were paid for, where it reads nothing by itself."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0044"
down_revision = "s0043"
branch_labels = None
depends_on = None

COLUMNS = (
    ("real_fee", "bigint"),
    ("settled_fee", "bigint"),
    ("settled_currency", "varchar(3)"),
    ("fee_check_at", "timestamptz"),
)
INDEXES = (
    "CREATE INDEX ix_payment_attempt_fee_check_at ON shared.payment_attempt (fee_check_at)"
    " WHERE fee_check_at IS NOT NULL",
    "CREATE INDEX ix_payment_attempt_succeeded_at ON shared.payment_attempt"
    " (payee_tenant_id, succeeded_at) WHERE succeeded_at IS NOT NULL",
)
NAME = "fees_by_month(text, timestamptz)"
# Of payments to the bound master only, and nothing of them but their sums.
MADE = """
CREATE FUNCTION shared.fees_by_month(p_channel text, p_since timestamptz) RETURNS TABLE (
    month date, payments bigint, paid bigint, agreed bigint, kept bigint, untold bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT date_trunc('month', a.succeeded_at AT TIME ZONE 'Asia/Shanghai')::date,
        count(*), sum(a.amount)::bigint, sum(coalesce(a.fee, 0))::bigint,
        sum(coalesce(a.real_fee, a.fee, 0))::bigint, count(*) FILTER (WHERE a.real_fee IS NULL)
    FROM payment_attempt a
    WHERE a.payee_tenant_id = current_setting('app.tenant_id')::bigint
        AND a.channel = p_channel AND a.state = 'succeeded' AND a.succeeded_at >= p_since
    GROUP BY 1
$$
"""


def upgrade() -> None:
    added = ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in COLUMNS)
    op.execute(f"ALTER TABLE shared.payment_attempt {added}")
    for index in INDEXES:
        op.execute(index)
    op.execute(MADE)
    op.execute(f"REVOKE ALL ON FUNCTION shared.{NAME} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.{NAME} TO {policies.APP}")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION shared.{NAME}")
    for index in ("ix_payment_attempt_succeeded_at", "ix_payment_attempt_fee_check_at"):
        op.execute(f"DROP INDEX shared.{index}")
    dropped = ", ".join(f"DROP COLUMN {name}" for name, _ in reversed(COLUMNS))
    op.execute(f"ALTER TABLE shared.payment_attempt {dropped}")
