"""Price rules for one site or one member, with dates, quantity steps and a way to round; a SKU
may have a ceiling."""

from __future__ import annotations

from alembic import op

revision = "s0016"
down_revision = "s0015"
branch_labels = None
depends_on = None

GROWN = """
ALTER TABLE shared.price_rule
    ADD COLUMN buyer_id bigint,
    ADD COLUMN member_id uuid,
    ADD COLUMN valid_from timestamptz,
    ADD COLUMN valid_to timestamptz,
    ADD COLUMN way varchar(10) NOT NULL DEFAULT 'half_up',
    ADD COLUMN steps jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN keep boolean NOT NULL DEFAULT false,
    ADD COLUMN below_cost boolean NOT NULL DEFAULT false,
    ADD COLUMN template_id uuid,
    DROP CONSTRAINT uq_price_rule_place,
    DROP CONSTRAINT ck_price_rule_audience,
    DROP CONSTRAINT ck_price_rule_method,
    DROP CONSTRAINT ck_price_rule_rounding,
    ADD CONSTRAINT uq_price_rule_place UNIQUE NULLS NOT DISTINCT
        (tenant_id, scope, scope_id, audience, level_id, buyer_id, member_id, valid_from, valid_to),
    ADD CONSTRAINT ck_price_rule_audience CHECK (
        CASE audience
            WHEN 'child' THEN member_id IS NULL AND (level_id IS NULL OR buyer_id IS NULL)
            WHEN 'retail' THEN level_id IS NULL AND buyer_id IS NULL
            ELSE false END),
    ADD CONSTRAINT ck_price_rule_dates CHECK (valid_from < valid_to),
    ADD CONSTRAINT ck_price_rule_method CHECK (
        method IN ('fixed', 'percent', 'amount', 'margin', 'follow')),
    ADD CONSTRAINT ck_price_rule_rounding CHECK (
        rounding IN ('none', 'fen', 'jiao', 'yuan', 'x9', 'x99')),
    ADD CONSTRAINT ck_price_rule_way CHECK (way IN ('up', 'down', 'half_up', 'half_even'))
"""

SHRUNK = """
ALTER TABLE shared.price_rule
    DROP CONSTRAINT uq_price_rule_place,
    DROP CONSTRAINT ck_price_rule_audience,
    DROP CONSTRAINT ck_price_rule_dates,
    DROP CONSTRAINT ck_price_rule_method,
    DROP CONSTRAINT ck_price_rule_rounding,
    DROP CONSTRAINT ck_price_rule_way,
    DROP COLUMN buyer_id,
    DROP COLUMN member_id,
    DROP COLUMN valid_from,
    DROP COLUMN valid_to,
    DROP COLUMN way,
    DROP COLUMN steps,
    DROP COLUMN keep,
    DROP COLUMN below_cost,
    DROP COLUMN template_id,
    ADD CONSTRAINT uq_price_rule_place UNIQUE NULLS NOT DISTINCT
        (tenant_id, scope, scope_id, audience, level_id),
    ADD CONSTRAINT ck_price_rule_audience CHECK (
        audience = 'child' OR (audience = 'retail' AND level_id IS NULL)),
    ADD CONSTRAINT ck_price_rule_method CHECK (method IN ('fixed', 'percent', 'amount')),
    ADD CONSTRAINT ck_price_rule_rounding CHECK (rounding IN ('none', 'fen', 'jiao', 'yuan'))
"""


def upgrade() -> None:
    op.execute(GROWN)
    op.execute("ALTER TABLE shared.sku ADD COLUMN ceiling bigint")


def downgrade() -> None:
    """Back to plain rules; the ones only the new language can say are gone."""
    op.execute("ALTER TABLE shared.sku DROP COLUMN ceiling")
    op.execute(
        """
        DELETE FROM shared.price_rule
        WHERE buyer_id IS NOT NULL OR member_id IS NOT NULL OR valid_from IS NOT NULL
            OR valid_to IS NOT NULL OR method IN ('margin', 'follow')
            OR rounding IN ('x9', 'x99')
        """
    )
    op.execute(SHRUNK)
