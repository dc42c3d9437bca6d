"""A site's orders, their lines and history, and what was delivered for them."""

from __future__ import annotations

from alembic import op

revision = "t0004"
down_revision = "t0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _orders()
    _history()


def _orders() -> None:
    op.execute(
        """
        CREATE TABLE shop_order (
            id uuid CONSTRAINT pk_shop_order PRIMARY KEY,
            number varchar(24) NOT NULL,
            state varchar(24) NOT NULL,
            total bigint NOT NULL,
            currency varchar(3) NOT NULL,
            contact varchar(120) NOT NULL,
            member_id uuid,
            password_digest bytea,
            pay_method varchar(20) NOT NULL,
            locale varchar(8) NOT NULL,
            ip varchar(45) NOT NULL,
            placed_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            paid_at timestamptz,
            completed_at timestamptz,
            moved_at timestamptz NOT NULL,
            CONSTRAINT uq_shop_order_number UNIQUE (number),
            CONSTRAINT ck_shop_order_total CHECK (total > 0)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_shop_order_member_id ON shop_order (member_id, placed_at)"
        " WHERE member_id IS NOT NULL"
    )
    op.execute(
        """
        CREATE TABLE order_line (
            id uuid CONSTRAINT pk_order_line PRIMARY KEY,
            order_id uuid NOT NULL,
            seq integer NOT NULL,
            sku_id uuid NOT NULL,
            product_id uuid NOT NULL,
            owner_tenant_id bigint NOT NULL,
            name text NOT NULL,
            product_name text NOT NULL,
            usage_note text NOT NULL,
            stock_type varchar(20) NOT NULL,
            quantity integer NOT NULL,
            unit_price bigint NOT NULL,
            total bigint NOT NULL,
            chain jsonb NOT NULL,
            CONSTRAINT uq_order_line_seq UNIQUE (order_id, seq),
            CONSTRAINT ck_order_line_quantity CHECK (quantity > 0)
        )
        """
    )


def _history() -> None:
    op.execute(
        """
        CREATE TABLE order_event (
            id uuid CONSTRAINT pk_order_event PRIMARY KEY,
            order_id uuid NOT NULL,
            name varchar(40) NOT NULL,
            from_state varchar(24),
            to_state varchar(24) NOT NULL,
            actor_kind varchar(10) NOT NULL,
            actor_id varchar(60) NOT NULL,
            actor_name varchar(80) NOT NULL,
            ip varchar(45) NOT NULL,
            note jsonb NOT NULL,
            at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX ix_order_event_order_id ON order_event (order_id, id)")
    op.execute(
        """
        CREATE TABLE fulfilment (
            line_id uuid CONSTRAINT pk_fulfilment PRIMARY KEY,
            order_id uuid NOT NULL,
            state varchar(12) NOT NULL,
            held_until timestamptz,
            delivered_at timestamptz,
            revealed_at timestamptz,
            moved_at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX ix_fulfilment_order_id ON fulfilment (order_id)")


def downgrade() -> None:
    for table in ("fulfilment", "order_event", "order_line", "shop_order"):
        op.execute(f"DROP TABLE {table}")
