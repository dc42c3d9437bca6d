"""Tiers of members; a price rule for shoppers may name one where a rule for sites names a level."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0036"
down_revision = "s0035"
branch_labels = None
depends_on = None

TIER = """
CREATE TABLE shared.member_tier (
    id uuid CONSTRAINT pk_member_tier PRIMARY KEY,
    tenant_id bigint NOT NULL,
    name varchar(20) NOT NULL,
    rank smallint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT uq_member_tier_name UNIQUE (tenant_id, name),
    CONSTRAINT ck_member_tier_rank CHECK (rank BETWEEN 1 AND 99)
)
"""
HELD = """
CREATE TABLE shared.member_tier_held (
    tenant_id bigint NOT NULL,
    member_id uuid NOT NULL,
    tier_id uuid NOT NULL,
    given_at timestamptz NOT NULL,
    CONSTRAINT pk_member_tier_held PRIMARY KEY (tenant_id, member_id)
)
"""
INDEX = "CREATE INDEX ix_member_tier_held_tier_id ON shared.member_tier_held (tenant_id, tier_id)"
AUDIENCE = """
ALTER TABLE shared.price_rule
    DROP CONSTRAINT ck_price_rule_audience,
    ADD CONSTRAINT ck_price_rule_audience CHECK (
        CASE audience
            WHEN 'child' THEN member_id IS NULL AND (level_id IS NULL OR buyer_id IS NULL)
            WHEN 'retail' THEN buyer_id IS NULL AND (level_id IS NULL OR member_id IS NULL)
            ELSE false END)
"""
BEFORE = """
ALTER TABLE shared.price_rule
    DROP CONSTRAINT ck_price_rule_audience,
    ADD CONSTRAINT ck_price_rule_audience CHECK (
        CASE audience
            WHEN 'child' THEN member_id IS NULL AND (level_id IS NULL OR buyer_id IS NULL)
            WHEN 'retail' THEN level_id IS NULL AND buyer_id IS NULL
            ELSE false END)
"""


def upgrade() -> None:
    for statement in (TIER, HELD, INDEX, AUDIENCE):
        op.execute(statement)
    policies.own(op, "member_tier")
    policies.own(op, "member_tier_held")


def downgrade() -> None:
    """Prices for tiers are gone: to whom they were meant cannot be said any more."""
    op.execute("DELETE FROM shared.price_rule WHERE audience = 'retail' AND level_id IS NOT NULL")
    op.execute(BEFORE)
    op.execute("DROP TABLE shared.member_tier_held")
    op.execute("DROP TABLE shared.member_tier")
