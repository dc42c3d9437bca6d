"""Settlements: at what rhythm a level is paid, what was settled when, and each run over all sites.

A settlement is written by one function only, together with the items it is made of; the posting
that moves the money stands in the same transaction.
"""

from __future__ import annotations

from alembic import op

from migrations import policies
from migrations.functions import settlement_0026 as functions

revision = "s0026"
down_revision = "s0025"
branch_labels = None
depends_on = None

LEVEL = """
ALTER TABLE shared.level
    ADD COLUMN settle_kind varchar(10) DEFAULT 'days' NOT NULL,
    ADD COLUMN settle_days smallint DEFAULT 7 NOT NULL,
    ADD CONSTRAINT ck_level_settle_kind CHECK (settle_kind IN ('days', 'weekly', 'monthly')),
    ADD CONSTRAINT ck_level_settle_days CHECK (settle_days BETWEEN 1 AND 90)
"""
RUN = """
CREATE TABLE shared.settlement_run (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    day date NOT NULL,
    sites integer NOT NULL,
    actor_name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_settlement_run PRIMARY KEY (id)
)
"""
SETTLEMENT = """
CREATE TABLE shared.settlement (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    chain bigint[] NOT NULL,
    run_id uuid NOT NULL,
    cutoff date NOT NULL,
    amount bigint NOT NULL,
    currency varchar(3) NOT NULL,
    count integer NOT NULL,
    since date NOT NULL,
    actor_name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_settlement PRIMARY KEY (id),
    CONSTRAINT uq_settlement_cutoff UNIQUE (tenant_id, cutoff),
    CONSTRAINT ck_settlement_amount CHECK (amount > 0)
)
"""
ITEM = """
CREATE TABLE shared.settlement_item (
    tenant_id bigint NOT NULL,
    txn_id uuid NOT NULL,
    settlement_id uuid NOT NULL,
    amount bigint NOT NULL,
    order_id uuid,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_settlement_item PRIMARY KEY (tenant_id, txn_id)
)
"""
INDEXES = (
    "CREATE INDEX ix_settlement_run_tenant_id ON shared.settlement_run (tenant_id, id)",
    "CREATE INDEX ix_settlement_run_id ON shared.settlement (run_id)",
    "CREATE INDEX ix_settlement_master ON shared.settlement ((chain[1]), id)",
    "CREATE INDEX ix_settlement_item_settlement_id ON shared.settlement_item"
    " (settlement_id, made_at)",
)
FUNCTIONS = functions.INNER | functions.OUTER | functions.FOR_THE_PLATFORM


def upgrade() -> None:
    for statement in (LEVEL, RUN, SETTLEMENT, ITEM, *INDEXES):
        op.execute(statement)
    policies.own(op, "settlement_run", grant="SELECT, INSERT")
    policies.books(op, "settlement")
    policies.own(op, "settlement_item", grant=policies.READ)
    for name, body in FUNCTIONS.items():
        op.execute(body)
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
    for name in functions.OUTER:
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")
    for name in functions.FOR_THE_PLATFORM:
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.SHARED}")


def downgrade() -> None:
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION shared.{name}")
    for table in ("settlement_item", "settlement", "settlement_run"):
        op.execute(f"DROP TABLE shared.{table}")
    op.execute("ALTER TABLE shared.level DROP COLUMN settle_kind, DROP COLUMN settle_days")
