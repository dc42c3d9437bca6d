"""The catalogue, its card stock and its imports; cards move only through the functions here."""

from __future__ import annotations

from alembic import op

from migrations import card_functions, policies

revision = "s0005"
down_revision = "s0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _goods()
    _stock()
    _imports()
    _policies()
    card_functions.create(op)


def _goods() -> None:
    op.execute(
        """
        CREATE TABLE shared.category (
            id uuid CONSTRAINT pk_category PRIMARY KEY,
            tenant_id bigint NOT NULL,
            parent_id uuid CONSTRAINT fk_category_parent_id REFERENCES shared.category,
            name varchar(60) NOT NULL,
            icon varchar(20) NOT NULL,
            position integer NOT NULL,
            hidden boolean NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT uq_category_name UNIQUE NULLS NOT DISTINCT (tenant_id, parent_id, name)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE shared.product (
            id uuid CONSTRAINT pk_product PRIMARY KEY,
            tenant_id bigint NOT NULL,
            category_id uuid NOT NULL
                CONSTRAINT fk_product_category_id REFERENCES shared.category,
            name varchar(120) NOT NULL,
            summary varchar(200) NOT NULL,
            description text NOT NULL,
            usage_note text NOT NULL,
            stock_type varchar(12) NOT NULL,
            state varchar(10) NOT NULL,
            position integer NOT NULL,
            min_quantity integer NOT NULL,
            max_quantity integer NOT NULL,
            art varchar(20) NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            version integer NOT NULL,
            CONSTRAINT uq_product_name UNIQUE (tenant_id, category_id, name),
            CONSTRAINT ck_product_quantities CHECK (min_quantity BETWEEN 1 AND max_quantity),
            CONSTRAINT ck_product_state CHECK (state IN ('on_sale', 'off_sale')),
            CONSTRAINT ck_product_stock_type
                CHECK (stock_type IN ('card', 'topup', 'link', 'reservation'))
        )
        """
    )
    op.execute("CREATE INDEX ix_category_parent_id ON shared.category (parent_id)")
    op.execute("CREATE INDEX ix_product_category_id ON shared.product (category_id)")
    op.execute(
        """
        CREATE TABLE shared.sku (
            id uuid CONSTRAINT pk_sku PRIMARY KEY,
            tenant_id bigint NOT NULL,
            product_id uuid NOT NULL CONSTRAINT fk_sku_product_id REFERENCES shared.product,
            name varchar(60) NOT NULL,
            cost bigint NOT NULL,
            retail bigint NOT NULL,
            market_price bigint,
            floor bigint,
            state varchar(10) NOT NULL,
            position integer NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            version integer NOT NULL,
            CONSTRAINT uq_sku_name UNIQUE (product_id, name),
            CONSTRAINT ck_sku_prices CHECK (cost > 0 AND retail > 0),
            CONSTRAINT ck_sku_state CHECK (state IN ('on_sale', 'off_sale'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE shared.listing (
            tenant_id bigint NOT NULL,
            sku_id uuid NOT NULL,
            hidden boolean NOT NULL,
            pinned boolean NOT NULL,
            name varchar(120),
            updated_at timestamptz NOT NULL,
            CONSTRAINT pk_listing PRIMARY KEY (tenant_id, sku_id)
        )
        """
    )
    op.execute("CREATE INDEX ix_listing_sku_id ON shared.listing (sku_id)")


def _stock() -> None:
    op.execute(
        """
        CREATE TABLE shared.card_batch (
            id uuid CONSTRAINT pk_card_batch PRIMARY KEY,
            tenant_id bigint NOT NULL,
            sku_id uuid NOT NULL,
            note varchar(200) NOT NULL,
            inserted integer NOT NULL,
            duplicates integer NOT NULL,
            blank integer NOT NULL,
            created_by varchar(80) NOT NULL,
            created_at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX ix_card_batch_tenant_id ON shared.card_batch (tenant_id, id)")
    op.execute(
        """
        CREATE TABLE shared.card_secret (
            id uuid CONSTRAINT pk_card_secret PRIMARY KEY,
            tenant_id bigint NOT NULL,
            sku_id uuid NOT NULL,
            batch_id uuid NOT NULL,
            state varchar(4) NOT NULL,
            cipher bytea NOT NULL,
            digest bytea NOT NULL,
            buyer_tenant_id bigint,
            order_id uuid,
            line_id uuid,
            seq integer,
            held_until timestamptz,
            sold_at timestamptz,
            CONSTRAINT uq_card_secret_digest UNIQUE (tenant_id, sku_id, digest),
            CONSTRAINT ck_card_secret_state CHECK (state IN ('free', 'held', 'sold', 'void')),
            CONSTRAINT ck_card_secret_buyer CHECK (
                (state IN ('held', 'sold')) = (order_id IS NOT NULL AND line_id IS NOT NULL
                    AND seq IS NOT NULL AND buyer_tenant_id IS NOT NULL)
                AND (state = 'sold') = (sold_at IS NOT NULL))
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_card_secret_free ON shared.card_secret (sku_id, id) WHERE state = 'free'"
    )
    op.execute("CREATE INDEX ix_card_secret_state ON shared.card_secret (sku_id, state, id)")
    op.execute("CREATE INDEX ix_card_secret_batch_id ON shared.card_secret (batch_id, state)")
    op.execute(
        "CREATE UNIQUE INDEX uq_card_secret_delivery ON shared.card_secret"
        " (order_id, line_id, seq) WHERE order_id IS NOT NULL"
    )


def _imports() -> None:
    op.execute(
        """
        CREATE TABLE shared.catalogue_import (
            id uuid CONSTRAINT pk_catalogue_import PRIMARY KEY,
            tenant_id bigint NOT NULL,
            filename varchar(120) NOT NULL,
            state varchar(10) NOT NULL,
            rows_new integer NOT NULL,
            rows_change integer NOT NULL,
            rows_same integer NOT NULL,
            rows_error integer NOT NULL,
            warnings integer NOT NULL,
            ignored jsonb NOT NULL,
            created_by varchar(80) NOT NULL,
            created_at timestamptz NOT NULL,
            committed_at timestamptz,
            undone_at timestamptz,
            CONSTRAINT ck_catalogue_import_state
                CHECK (state IN ('previewed', 'committed', 'undone'))
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_catalogue_import_tenant_id ON shared.catalogue_import (tenant_id, id)"
    )
    op.execute(
        """
        CREATE TABLE shared.catalogue_import_row (
            import_id uuid NOT NULL,
            line integer NOT NULL,
            tenant_id bigint NOT NULL,
            result varchar(8) NOT NULL,
            values jsonb NOT NULL,
            problems jsonb NOT NULL,
            seen jsonb,
            trail jsonb,
            outcome varchar(10),
            reason varchar(40),
            CONSTRAINT pk_catalogue_import_row PRIMARY KEY (import_id, line)
        )
        """
    )


def _policies() -> None:
    for table in ("category", "product", "sku", "listing"):
        policies.chain(op, table)
    for table in ("card_batch", "catalogue_import", "catalogue_import_row"):
        policies.own(op, table)
    policies.books(op, "card_secret", column="ARRAY[tenant_id, buyer_tenant_id]")


def downgrade() -> None:
    card_functions.drop(op)
    for table in (
        "catalogue_import_row",
        "catalogue_import",
        "card_secret",
        "card_batch",
        "listing",
        "sku",
        "product",
        "category",
    ):
        op.execute(f"DROP TABLE shared.{table}")
