"""Pay-outs by a provider: the master's switch, payees' accounts there, and the transfers.

A site writes its own accounts and transfers, its master reads them. Notifications and the clock do
not know whose they are: the shared role reads them.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0038"
down_revision = "s0037"
branch_labels = None
depends_on = None

PROVIDER = """
CREATE TABLE shared.payout_provider (
    tenant_id bigint CONSTRAINT pk_payout_provider PRIMARY KEY,
    is_on boolean NOT NULL,
    country varchar(2) NOT NULL,
    currencies varchar(3)[] NOT NULL,
    account varchar(255) NOT NULL,
    live boolean NOT NULL,
    checked_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL
)
"""
CONNECTION = """
CREATE TABLE shared.payout_connection (
    id uuid CONSTRAINT pk_payout_connection PRIMARY KEY,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    owner_type varchar(20) NOT NULL,
    owner_id varchar(40) NOT NULL,
    kind varchar(10) NOT NULL,
    holder varchar(60) NOT NULL,
    country varchar(2) NOT NULL,
    provider_account varchar(255),
    account_id uuid,
    name varchar(200) NOT NULL,
    accepted varchar(200) NOT NULL,
    by_hand boolean NOT NULL,
    transfers varchar(20) NOT NULL,
    payouts boolean NOT NULL,
    submitted boolean NOT NULL,
    due integer NOT NULL,
    why varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    checked_at timestamptz,
    check_at timestamptz,
    checks integer NOT NULL,
    CONSTRAINT uq_payout_connection_holder
        UNIQUE (tenant_id, owner_type, owner_id, kind, holder, country),
    CONSTRAINT uq_payout_connection_account UNIQUE (provider_account)
)
"""
TRANSFER = """
CREATE TABLE shared.payout_transfer (
    id uuid CONSTRAINT pk_payout_transfer PRIMARY KEY,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    withdrawal_id uuid NOT NULL,
    number integer NOT NULL,
    provider_account varchar(255) NOT NULL,
    amount bigint NOT NULL,
    currency varchar(3) NOT NULL,
    state varchar(12) NOT NULL,
    provider_transfer varchar(255),
    problem text,
    back bigint NOT NULL,
    created_at timestamptz NOT NULL,
    created_by varchar(80) NOT NULL,
    updated_at timestamptz NOT NULL,
    settled_at timestamptz,
    check_at timestamptz,
    checks integer NOT NULL,
    CONSTRAINT uq_payout_transfer_number UNIQUE (withdrawal_id, number),
    CONSTRAINT uq_payout_transfer_transfer UNIQUE (provider_transfer),
    CONSTRAINT ck_payout_transfer_amount CHECK (amount > 0 AND back >= 0 AND back <= amount),
    CONSTRAINT ck_payout_transfer_state
        CHECK (state IN ('submitting', 'unknown', 'sent', 'failed', 'reversed'))
)
"""
INDEXES = (
    "ix_payout_connection_account_id ON shared.payout_connection (tenant_id, account_id)",
    "ix_payout_connection_check_at ON shared.payout_connection (check_at)"
    " WHERE check_at IS NOT NULL",
    "ix_payout_transfer_check_at ON shared.payout_transfer (check_at) WHERE check_at IS NOT NULL",
    "uq_payout_transfer_open ON shared.payout_transfer (withdrawal_id)"
    " WHERE state IN ('submitting', 'unknown', 'sent')",
)
METHOD = """
ALTER TABLE shared.payout_account
    DROP CONSTRAINT ck_payout_account_method,
    ADD CONSTRAINT ck_payout_account_method CHECK (method IN ({methods}))
"""
BEFORE = "'bank', 'alipay', 'wechat', 'qr'"
KEPT = "SELECT, INSERT, UPDATE"


def upgrade() -> None:
    for statement in (PROVIDER, CONNECTION, TRANSFER):
        op.execute(statement)
    for index in INDEXES:
        unique = "UNIQUE " if index.startswith("uq_") else ""
        op.execute(f"CREATE {unique}INDEX {index}")
    op.execute(METHOD.format(methods=f"{BEFORE}, 'stripe'"))
    policies.chain(op, "payout_provider", grant=KEPT)
    for table in ("payout_connection", "payout_transfer"):
        policies.overseen(op, table, grant=KEPT, shared_access="SELECT")


def downgrade() -> None:
    """Accounts at the provider are gone: what was to be paid there is rejected by hand before."""
    for table in ("payout_transfer", "payout_connection", "payout_provider"):
        op.execute(f"DROP TABLE shared.{table}")
    op.execute("DELETE FROM shared.payout_account WHERE method = 'stripe'")
    op.execute(METHOD.format(methods=BEFORE))
