"""Price spreadsheets that were checked: their heads for ever, their rows until they are decided."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0023"
down_revision = "s0022"
branch_labels = None
depends_on = None

SHEET = """
CREATE TABLE shared.price_sheet (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    filename varchar(120) NOT NULL,
    state varchar(10) NOT NULL,
    rows_change integer NOT NULL,
    rows_same integer NOT NULL,
    rows_error integer NOT NULL,
    prices integer NOT NULL,
    warnings integer NOT NULL,
    marked boolean NOT NULL,
    ignored jsonb NOT NULL,
    created_by varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    change_id uuid,
    CONSTRAINT pk_price_sheet PRIMARY KEY (id),
    CONSTRAINT ck_price_sheet_state CHECK (state IN ('checked', 'committed', 'discarded'))
)
"""
ROW = """
CREATE TABLE shared.price_sheet_row (
    sheet_id uuid NOT NULL,
    line integer NOT NULL,
    tenant_id bigint NOT NULL,
    sku_id uuid,
    result varchar(8) NOT NULL,
    entries jsonb NOT NULL,
    cells jsonb NOT NULL,
    seen jsonb NOT NULL,
    problems jsonb NOT NULL,
    CONSTRAINT pk_price_sheet_row PRIMARY KEY (sheet_id, line)
)
"""
INDEX = "CREATE INDEX ix_price_sheet_tenant_id ON shared.price_sheet (tenant_id, id)"


def upgrade() -> None:
    for statement in (SHEET, ROW, INDEX):
        op.execute(statement)
    policies.own(op, "price_sheet", grant="SELECT, INSERT, UPDATE")
    policies.own(op, "price_sheet_row", grant="SELECT, INSERT, DELETE")


def downgrade() -> None:
    op.execute("DROP TABLE shared.price_sheet_row")
    op.execute("DROP TABLE shared.price_sheet")
