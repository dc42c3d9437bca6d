"""What others get out of a line's margin, how long a line may be given back, what of it is back,
and every refund of delivered goods with its lines."""

from __future__ import annotations

from alembic import op

revision = "t0005"
down_revision = "t0004"
branch_labels = None
depends_on = None

COLUMNS = {
    "extras": "jsonb",
    "refund_days": "integer",
    "returned": "integer CONSTRAINT ck_order_line_returned CHECK (returned BETWEEN 0 AND quantity)",
    "allowed": "bigint CONSTRAINT ck_order_line_allowed CHECK (allowed BETWEEN 0 AND total)",
}


def upgrade() -> None:
    added = ", ".join(f"ADD COLUMN {name} {what}" for name, what in COLUMNS.items())
    op.execute(f"ALTER TABLE order_line {added}")
    op.execute(
        """
        CREATE TABLE order_refund (
            id uuid CONSTRAINT pk_order_refund PRIMARY KEY,
            order_id uuid NOT NULL,
            attempt_id uuid,
            state varchar(12) NOT NULL,
            amount bigint NOT NULL,
            lines jsonb NOT NULL,
            reason text NOT NULL,
            late boolean NOT NULL,
            by_name varchar(80) NOT NULL,
            at timestamptz NOT NULL,
            settled_at timestamptz,
            CONSTRAINT ck_order_refund_amount CHECK (amount > 0)
        )
        """
    )
    op.execute("CREATE INDEX ix_order_refund_order_id ON order_refund (order_id, at)")


def downgrade() -> None:
    op.execute("DROP TABLE order_refund")
    op.execute("ALTER TABLE order_line " + ", ".join(f"DROP COLUMN {name}" for name in COLUMNS))
