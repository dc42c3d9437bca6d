"""A package is paid at a provider too; a fee is checked by its amount, and can be taken back."""

from __future__ import annotations

from alembic import op

from migrations import policies
from migrations.functions import billing_0037 as functions

revision = "s0037"
down_revision = "s0036"
branch_labels = None
depends_on = None

PAYMENT = """
CREATE TABLE shared.package_payment (
    topup_id uuid CONSTRAINT pk_package_payment PRIMARY KEY,
    tenant_id bigint NOT NULL,
    package_id uuid NOT NULL,
    package_name varchar(30) NOT NULL,
    period varchar(5) NOT NULL,
    seen timestamptz,
    amount bigint NOT NULL,
    actor_id varchar(60) NOT NULL,
    actor_name varchar(80) NOT NULL,
    made_at timestamptz NOT NULL,
    receipt_id uuid,
    problem varchar(40),
    ended_at timestamptz,
    CONSTRAINT ck_package_payment_amount CHECK (amount > 0)
)
"""
INDEXES = (
    "CREATE INDEX ix_package_payment_tenant_id ON shared.package_payment (tenant_id, made_at)",
    "CREATE UNIQUE INDEX uq_package_payment_receipt_id ON shared.package_payment (receipt_id)"
    " WHERE receipt_id IS NOT NULL",
)
RETURNED = "ALTER TABLE shared.package_fee ADD COLUMN returned_at timestamptz"
TAKE_BACK = "shared.package_take_back(uuid, timestamptz)"
PAID = "shared.package_fee_paid(bigint, bigint, uuid, bigint)"


def upgrade() -> None:
    for statement in (PAYMENT, *INDEXES, RETURNED):
        op.execute(statement)
    policies.own(op, "package_payment", grant="SELECT, INSERT, UPDATE")
    for body in (functions.PAID, functions.APPLY, functions.TAKE_BACK):
        op.execute(body)
    for body in (functions.OPEN, functions.LINES):
        op.execute(body)
    for name in (PAID, TAKE_BACK):
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {TAKE_BACK} TO {policies.APP}")


def downgrade() -> None:
    for body in (functions.APPLY_BEFORE, *functions.BEFORE):
        op.execute(body)
    for name in (TAKE_BACK, PAID):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("ALTER TABLE shared.package_fee DROP COLUMN returned_at")
    op.execute("DROP TABLE shared.package_payment")
