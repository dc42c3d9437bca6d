"""Mark-up templates of a site, and what somebody was shown before laying one on goods."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0019"
down_revision = "s0018"
branch_labels = None
depends_on = None

TEMPLATE = """
CREATE TABLE shared.markup_template (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    name varchar(40) NOT NULL,
    lines jsonb NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_markup_template PRIMARY KEY (id),
    CONSTRAINT uq_markup_template_name UNIQUE (tenant_id, name)
)
"""
PREVIEW = """
CREATE TABLE shared.markup_preview (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    template_id uuid NOT NULL,
    act varchar(10) NOT NULL,
    name varchar(40) NOT NULL,
    lines jsonb NOT NULL,
    version integer NOT NULL,
    choice jsonb,
    overwrite boolean NOT NULL,
    entries integer NOT NULL,
    counts jsonb NOT NULL,
    buyers jsonb NOT NULL,
    mark varchar(32) NOT NULL,
    created_at timestamptz NOT NULL,
    created_by varchar(80) NOT NULL,
    CONSTRAINT pk_markup_preview PRIMARY KEY (id),
    CONSTRAINT ck_markup_preview_act CHECK (act IN ('apply', 'change', 'remove'))
)
"""
ROW = """
CREATE TABLE shared.markup_preview_row (
    preview_id uuid NOT NULL,
    position integer NOT NULL,
    tenant_id bigint NOT NULL,
    sku_id uuid NOT NULL,
    cost bigint NOT NULL,
    marks integer NOT NULL,
    prices jsonb NOT NULL,
    CONSTRAINT pk_markup_preview_row PRIMARY KEY (preview_id, position)
)
"""
INDEXES = (
    "CREATE INDEX ix_price_rule_template_id ON shared.price_rule (tenant_id, template_id)"
    " WHERE template_id IS NOT NULL",
    "CREATE INDEX ix_markup_preview_tenant_id ON shared.markup_preview (tenant_id, created_at)",
)


def upgrade() -> None:
    for statement in (TEMPLATE, PREVIEW, ROW, *INDEXES):
        op.execute(statement)
    policies.own(op, "markup_template")
    policies.own(op, "markup_preview", grant="SELECT, INSERT, DELETE")
    policies.own(op, "markup_preview_row", grant="SELECT, INSERT, DELETE")


def downgrade() -> None:
    """Prices that templates made stay, as if somebody had typed each."""
    op.execute("DROP INDEX shared.ix_price_rule_template_id")
    op.execute("UPDATE shared.price_rule SET template_id = NULL WHERE template_id IS NOT NULL")
    for name in ("markup_preview_row", "markup_preview", "markup_template"):
        op.execute(f"DROP TABLE shared.{name}")
