"""What the master keeps of the sales of a level's sites; promoters, and what they earn."""

from __future__ import annotations

from alembic import op

from migrations import policies
from migrations.functions import promotion_0035 as functions

revision = "s0035"
down_revision = "s0034"
branch_labels = None
depends_on = None

FEE = """
ALTER TABLE shared.level
    ADD COLUMN platform_fee integer DEFAULT 0 NOT NULL,
    ADD CONSTRAINT ck_level_platform_fee CHECK (platform_fee BETWEEN 0 AND 500000)
"""
PROMOTION = """
CREATE TABLE shared.promotion (
    tenant_id bigint NOT NULL,
    is_on boolean NOT NULL,
    first_rate integer NOT NULL,
    second_rate integer NOT NULL,
    days smallint NOT NULL,
    paid_levels smallint NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_promotion PRIMARY KEY (tenant_id),
    CONSTRAINT ck_promotion_first_rate CHECK (first_rate BETWEEN 0 AND 500000),
    CONSTRAINT ck_promotion_second_rate CHECK (second_rate BETWEEN 0 AND 500000),
    CONSTRAINT ck_promotion_days CHECK (days BETWEEN 1 AND 90),
    CONSTRAINT ck_promotion_paid_levels CHECK (paid_levels BETWEEN 0 AND 2)
)
"""
PROMOTER = """
CREATE TABLE shared.promoter (
    tenant_id bigint NOT NULL,
    member_id uuid NOT NULL,
    code varchar(8) NOT NULL,
    referrer_id uuid,
    is_on boolean NOT NULL,
    note varchar(200) NOT NULL,
    first_rate integer,
    second_rate integer,
    joined_at timestamptz NOT NULL,
    CONSTRAINT pk_promoter PRIMARY KEY (tenant_id, member_id),
    CONSTRAINT uq_promoter_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_promoter_referrer CHECK (referrer_id <> member_id)
)
"""
RATE = """
CREATE TABLE shared.promotion_rate (
    tenant_id bigint NOT NULL,
    product_id uuid NOT NULL,
    first_rate integer NOT NULL,
    second_rate integer NOT NULL,
    CONSTRAINT pk_promotion_rate PRIMARY KEY (tenant_id, product_id)
)
"""
COMMISSION = """
CREATE TABLE shared.commission (
    tenant_id bigint NOT NULL,
    order_id uuid NOT NULL,
    member_id uuid NOT NULL,
    level smallint NOT NULL,
    amount bigint NOT NULL,
    currency varchar(3) NOT NULL,
    refused varchar(12),
    title varchar(200) NOT NULL,
    days smallint NOT NULL,
    placed_at timestamptz NOT NULL,
    CONSTRAINT pk_commission PRIMARY KEY (tenant_id, order_id, member_id)
)
"""
ITEM = """
CREATE TABLE shared.commission_item (
    tenant_id bigint NOT NULL,
    member_id uuid NOT NULL,
    txn_id uuid NOT NULL,
    order_id uuid NOT NULL,
    amount bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_commission_item PRIMARY KEY (tenant_id, member_id, txn_id)
)
"""
INDEXES = (
    "CREATE INDEX ix_promoter_referrer_id ON shared.promoter (tenant_id, referrer_id)",
    "CREATE INDEX ix_commission_member_id ON shared.commission (tenant_id, member_id, placed_at)",
)
TABLES = ("commission_item", "commission", "promotion_rate", "promoter", "promotion")


def upgrade() -> None:
    for statement in (FEE, PROMOTION, PROMOTER, RATE, COMMISSION, ITEM, *INDEXES):
        op.execute(statement)
    policies.chain(op, "promotion", grant="SELECT, INSERT, UPDATE")
    policies.own(op, "promoter", grant="SELECT, INSERT, UPDATE")
    policies.own(op, "promotion_rate")
    policies.own(op, "commission", grant="SELECT, INSERT")
    policies.own(op, "commission_item", grant=policies.READ)
    for name, body in functions.ALL.items():
        op.execute(body)
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name} TO {policies.APP}")


def downgrade() -> None:
    for name in functions.ALL:
        op.execute(f"DROP FUNCTION shared.{name}")
    for table in TABLES:
        op.execute(f"DROP TABLE shared.{table}")
    op.execute("ALTER TABLE shared.level DROP COLUMN platform_fee")
