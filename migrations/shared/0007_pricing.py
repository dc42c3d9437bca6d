"""Price rules: what each site decided about its own prices and those of the sites below it."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0007"
down_revision = "s0006"
branch_labels = None
depends_on = None

PRICE_RULE = """
CREATE TABLE shared.price_rule (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    scope varchar(10) NOT NULL,
    scope_id uuid,
    audience varchar(10) NOT NULL,
    level_id uuid,
    method varchar(10) NOT NULL,
    value bigint NOT NULL,
    rounding varchar(10) NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_price_rule PRIMARY KEY (id),
    CONSTRAINT uq_price_rule_place UNIQUE NULLS NOT DISTINCT
        (tenant_id, scope, scope_id, audience, level_id),
    CONSTRAINT ck_price_rule_scope CHECK (
        scope IN ('all', 'category', 'product', 'sku') AND (scope = 'all') = (scope_id IS NULL)),
    CONSTRAINT ck_price_rule_audience CHECK (
        audience = 'child' OR (audience = 'retail' AND level_id IS NULL)),
    CONSTRAINT ck_price_rule_method CHECK (method IN ('fixed', 'percent', 'amount')),
    CONSTRAINT ck_price_rule_value CHECK (value >= 0),
    CONSTRAINT ck_price_rule_rounding CHECK (rounding IN ('none', 'fen', 'jiao', 'yuan'))
)
"""


def upgrade() -> None:
    op.execute(PRICE_RULE)
    policies.chain(op, "price_rule")


def downgrade() -> None:
    op.execute("DROP TABLE shared.price_rule")
