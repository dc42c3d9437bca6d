"""What shoppers mean to buy: the lines of a site's carts."""

from __future__ import annotations

from alembic import op

revision = "t0008"
down_revision = "t0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE cart_line (
            id uuid CONSTRAINT pk_cart_line PRIMARY KEY,
            owner varchar(48) NOT NULL,
            sku_id uuid NOT NULL,
            quantity integer NOT NULL,
            seen bigint NOT NULL,
            added_at timestamptz NOT NULL,
            CONSTRAINT uq_cart_line_sku UNIQUE (owner, sku_id),
            CONSTRAINT ck_cart_line_quantity CHECK (quantity BETWEEN 1 AND 10000)
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE cart_line")
