"""Disputes of payments: written by the site that sold, read by its master too.

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


def downgrade() -> None:
    op.execute("DROP TABLE shared.payment_dispute")
