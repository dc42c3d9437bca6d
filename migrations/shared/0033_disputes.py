"""Disputes of payments, and what providers keep of payments.

Disputes are written by the site that sold, read by its master too.

The relay does not know whose a dispute is, and the clock looks at those of all sites: both read.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0033"
down_revision = "s0032"
branch_labels = None
depends_on = None

DISPUTE = """
CREATE TABLE shared.payment_dispute (
    id uuid CONSTRAINT pk_payment_dispute PRIMARY KEY,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    attempt_id uuid NOT NULL,
    channel varchar(20) NOT NULL,
    purpose varchar(20) NOT NULL,
    reference varchar(60) NOT NULL,
    provider_dispute varchar(255) NOT NULL,
    amount bigint NOT NULL,
    taken bigint NOT NULL,
    fee bigint NOT NULL,
    currency varchar(3) NOT NULL,
    state varchar(16) NOT NULL,
    reason varchar(60) NOT NULL,
    followed boolean NOT NULL,
    due_at timestamptz,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    updated_at timestamptz NOT NULL,
    check_at timestamptz,
    CONSTRAINT uq_payment_dispute_dispute UNIQUE (channel, provider_dispute),
    CONSTRAINT ck_payment_dispute_amount CHECK (amount > 0)
)
"""
FEE = """
CREATE TABLE shared.channel_fee (
    tenant_id bigint NOT NULL,
    channel varchar(20) NOT NULL,
    percent bigint NOT NULL,
    flat bigint NOT NULL,
    returns boolean NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_channel_fee PRIMARY KEY (tenant_id, channel),
    CONSTRAINT ck_channel_fee_percent CHECK (percent BETWEEN 0 AND 200000),
    CONSTRAINT ck_channel_fee_flat CHECK (flat >= 0)
)
"""
FIXED = (
    "ALTER TABLE shared.payment_attempt ADD COLUMN fee bigint, ADD COLUMN fee_returns boolean",
    "ALTER TABLE shared.refund_attempt ADD COLUMN fee_back bigint",
)
UNFIXED = (
    "ALTER TABLE shared.refund_attempt DROP COLUMN fee_back",
    "ALTER TABLE shared.payment_attempt DROP COLUMN fee_returns, DROP COLUMN fee",
)
INDEXES = (
    "ix_payment_dispute_reference ON shared.payment_dispute (tenant_id, reference)",
    "ix_payment_dispute_root_id ON shared.payment_dispute (root_id, id)",
    "ix_payment_dispute_open ON shared.payment_dispute (check_at) WHERE check_at IS NOT NULL",
)


def upgrade() -> None:
    op.execute(DISPUTE)
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")
    policies.overseen(op, "payment_dispute", grant="SELECT, INSERT, UPDATE", shared_access="SELECT")
    for statement in (FEE, *FIXED):
        op.execute(statement)
    policies.chain(op, "channel_fee", grant="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    for statement in UNFIXED:
        op.execute(statement)
    op.execute("DROP TABLE shared.channel_fee")
    op.execute("DROP TABLE shared.payment_dispute")
