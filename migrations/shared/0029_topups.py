"""Top-ups of balances through a provider, how much one may be, and from when a low one is told.

A top-up is written by its site and read by the master too, with whom the money lies. The clock sees
no site's balance: one function names the sites to look at, and nothing of what they have.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0029"
down_revision = "s0028"
branch_labels = None
depends_on = None

TOPUP = """
CREATE TABLE shared.topup (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    payer varchar(8) NOT NULL,
    member_id uuid,
    attempt_id uuid NOT NULL,
    amount bigint NOT NULL,
    refunded bigint NOT NULL,
    currency varchar(3) NOT NULL,
    state varchar(12) NOT NULL,
    problem text,
    actor varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    paid_at timestamptz,
    CONSTRAINT pk_topup PRIMARY KEY (id),
    CONSTRAINT uq_topup_attempt_id UNIQUE (attempt_id),
    CONSTRAINT ck_topup_amount CHECK (amount > 0),
    CONSTRAINT ck_topup_refunded CHECK (refunded >= 0 AND refunded <= amount),
    CONSTRAINT ck_topup_payer CHECK ((payer = 'member') = (member_id IS NOT NULL))
)
"""
POLICY = """
CREATE TABLE shared.topup_policy (
    tenant_id bigint NOT NULL,
    payer varchar(8) NOT NULL,
    is_open boolean NOT NULL,
    minimum bigint NOT NULL,
    maximum bigint NOT NULL,
    choices bigint[] NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_topup_policy PRIMARY KEY (tenant_id, payer),
    CONSTRAINT ck_topup_policy_range CHECK (minimum > 0 AND minimum <= maximum)
)
"""
ALARM = """
CREATE TABLE shared.balance_alarm (
    tenant_id bigint NOT NULL,
    below bigint NOT NULL,
    currency varchar(3) NOT NULL,
    told_at timestamptz,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_balance_alarm PRIMARY KEY (tenant_id),
    CONSTRAINT ck_balance_alarm_below CHECK (below > 0)
)
"""
# Sites whose balance went below what they set and that were not told, and sites that were told and
# have more again.
ALARMS = """
CREATE FUNCTION shared.balance_alarms_due(p_limit integer) RETURNS TABLE (tenant_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT b.tenant_id FROM balance_alarm b
    LEFT JOIN ledger_account a ON a.tenant_id = b.tenant_id AND a.owner_type = 'house'
        AND a.owner_id = '' AND a.kind = 'prepaid' AND a.currency = b.currency
    WHERE (b.told_at IS NULL)
        = (coalesce(a.posted_credit - a.posted_debit - a.pending_debit, 0) < b.below)
    ORDER BY b.tenant_id LIMIT p_limit
$$
"""
DUE = "balance_alarms_due(integer)"


def upgrade() -> None:
    for statement in (TOPUP, POLICY, ALARM):
        op.execute(statement)
    op.execute("CREATE INDEX ix_topup_tenant_id ON shared.topup (tenant_id, id)")
    op.execute("CREATE INDEX ix_topup_root_id ON shared.topup (root_id, id)")
    op.execute(
        "CREATE INDEX ix_topup_member_id ON shared.topup (member_id, id)"
        " WHERE member_id IS NOT NULL"
    )
    policies.overseen(op, "topup", grant="SELECT, INSERT, UPDATE")
    policies.chain(op, "topup_policy", grant="SELECT, INSERT, UPDATE")
    policies.own(op, "balance_alarm")
    op.execute(ALARMS)
    op.execute(f"REVOKE ALL ON FUNCTION shared.{DUE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.{DUE} TO {policies.SHARED}")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION shared.{DUE}")
    for table in ("balance_alarm", "topup_policy", "topup"):
        op.execute(f"DROP TABLE shared.{table}")
