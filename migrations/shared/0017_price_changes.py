"""Every decision about prices is kept, with what held before, and can be undone."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0017"
down_revision = "s0016"
branch_labels = None
depends_on = None

CHANGE = """
CREATE TABLE shared.price_change (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    kind varchar(10) NOT NULL,
    title varchar(120) NOT NULL,
    actor varchar(80) NOT NULL,
    actor_name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    count integer NOT NULL,
    undoes uuid,
    undone_by uuid,
    CONSTRAINT pk_price_change PRIMARY KEY (id),
    CONSTRAINT ck_price_change_kind CHECK (
        kind IN ('rule', 'prices', 'template', 'matrix', 'cost', 'what_if', 'undo')
        AND (kind = 'undo') = (undoes IS NOT NULL)),
    CONSTRAINT ck_price_change_count CHECK (count > 0)
)
"""
ENTRY = """
CREATE TABLE shared.price_change_entry (
    change_id uuid NOT NULL,
    position integer NOT NULL,
    tenant_id bigint NOT NULL,
    place_key text NOT NULL,
    about uuid,
    before jsonb,
    after jsonb,
    CONSTRAINT pk_price_change_entry PRIMARY KEY (change_id, position)
)
"""
KEPT = """
CREATE FUNCTION shared.price_change_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'undone_by' IS DISTINCT FROM to_jsonb(OLD) - 'undone_by' THEN
        RAISE insufficient_privilege USING MESSAGE = 'the history of prices is not rewritten';
    END IF;
    RETURN NEW;
END $$
"""
WATCH = """
CREATE TRIGGER kept BEFORE UPDATE ON shared.price_change
FOR EACH ROW EXECUTE FUNCTION shared.price_change_kept()
"""
INDEXES = (
    "CREATE INDEX ix_price_change_tenant_id ON shared.price_change (tenant_id, id)",
    "CREATE INDEX ix_price_change_entry_place"
    " ON shared.price_change_entry (tenant_id, place_key, change_id)",
    "CREATE INDEX ix_price_change_entry_about"
    " ON shared.price_change_entry (tenant_id, about, change_id)",
)


def upgrade() -> None:
    for statement in (CHANGE, ENTRY, KEPT, WATCH, *INDEXES):
        op.execute(statement)
    policies.own(op, "price_change", grant="SELECT, INSERT, UPDATE")
    policies.own(op, "price_change_entry", grant="SELECT, INSERT")


def downgrade() -> None:
    op.execute("DROP TABLE shared.price_change_entry")
    op.execute("DROP TABLE shared.price_change")
    op.execute("DROP FUNCTION shared.price_change_kept()")
