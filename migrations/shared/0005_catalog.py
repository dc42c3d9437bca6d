"""The catalogue, its card stock and its imports; cards move only through the functions here."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0005"
down_revision = "s0004"
branch_labels = None
depends_on = None

DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp"
FUNCTIONS = {
    "add_cards": "uuid, uuid, uuid[], bytea[], bytea[]",
    "take_cards": "uuid, integer, uuid, uuid, timestamptz",
    "hold_cards": "uuid, integer, uuid, uuid, timestamptz",
    "sell_held_cards": "uuid, timestamptz",
    "release_cards": "uuid",
    "void_cards": "uuid[]",
    "restore_cards": "uuid[]",
    "count_cards": "uuid[], integer, integer",
}


def upgrade() -> None:
    _goods()
    _stock()
    _imports()
    _policies()
    _adding()
    _taking()
    _holding()
    _voiding()
    _counting()
    for name, arguments in FUNCTIONS.items():
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name}({arguments}) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name}({arguments}) TO {policies.APP}")


def _goods() -> None:
    op.execute(
        """
        CREATE TABLE shared.category (
            id uuid CONSTRAINT pk_category PRIMARY KEY,
            tenant_id bigint NOT NULL,
            parent_id uuid,
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
            category_id uuid NOT NULL,
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
    op.execute("CREATE INDEX ix_product_category_id ON shared.product (category_id)")
    op.execute(
        """
        CREATE TABLE shared.sku (
            id uuid CONSTRAINT pk_sku PRIMARY KEY,
            tenant_id bigint NOT NULL,
            product_id uuid NOT NULL,
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
    op.execute("CREATE INDEX ix_sku_tenant_id ON shared.sku (tenant_id)")
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


def _adding() -> None:
    """Only the SKU's owner stocks it; the key-share lock keeps the SKU from being deleted."""
    op.execute(
        f"""
        CREATE FUNCTION shared.add_cards(
            p_sku uuid, p_batch uuid, p_ids uuid[], p_ciphers bytea[], p_digests bytea[]
        ) RETURNS SETOF uuid {DEFINER} AS $$
        DECLARE
            me bigint := current_setting('app.tenant_id')::bigint;
        BEGIN
            PERFORM 1 FROM sku WHERE id = p_sku AND tenant_id = me FOR KEY SHARE;
            IF NOT FOUND THEN
                RAISE insufficient_privilege USING MESSAGE = 'the SKU is not yours to stock';
            END IF;
            RETURN QUERY
            INSERT INTO card_secret (id, tenant_id, sku_id, batch_id, state, cipher, digest)
            SELECT u.id, me, p_sku, p_batch, 'free', u.cipher, u.digest
            FROM unnest(p_ids, p_ciphers, p_digests) AS u (id, cipher, digest)
            ON CONFLICT (tenant_id, sku_id, digest) DO NOTHING
            RETURNING card_secret.id;
        END $$
        """
    )


def _taking() -> None:
    """All or nothing in one round trip; what was held for the line goes first.

    A line that has its cards already gets the same again. `owner` is null for a SKU outside the
    chain; `cards` is null when there are too few, `available` then says how many there were.
    """
    op.execute(
        f"""
        CREATE FUNCTION shared.take_cards(
            p_sku uuid, p_quantity integer, p_order uuid, p_line uuid, p_at timestamptz,
            OUT owner bigint, OUT available integer, OUT cards uuid[], OUT ciphers bytea[]
        ) {DEFINER} AS $$
        DECLARE
            me bigint := current_setting('app.tenant_id')::bigint;
            chosen uuid[];
        BEGIN
            SELECT tenant_id INTO owner FROM sku
            WHERE id = p_sku AND tenant_id = ANY (current_setting('app.chain')::bigint[]);
            IF owner IS NULL OR p_quantity < 1 THEN
                RETURN;
            END IF;
            SELECT array_agg(id ORDER BY seq), array_agg(cipher ORDER BY seq), count(*)
            INTO cards, ciphers, available FROM card_secret
            WHERE order_id = p_order AND line_id = p_line AND state = 'sold'
                AND buyer_tenant_id = me;
            IF cards IS NOT NULL THEN
                RETURN;
            END IF;
            chosen := ARRAY(
                SELECT id FROM card_secret
                WHERE order_id = p_order AND line_id = p_line AND state = 'held'
                    AND buyer_tenant_id = me AND sku_id = p_sku
                ORDER BY seq LIMIT p_quantity FOR UPDATE);
            chosen := chosen || ARRAY(
                SELECT id FROM card_secret WHERE sku_id = p_sku AND state = 'free'
                ORDER BY id LIMIT p_quantity - cardinality(chosen) FOR UPDATE SKIP LOCKED);
            available := cardinality(chosen);
            IF available < p_quantity THEN
                RETURN;
            END IF;
            WITH moved AS (
                UPDATE card_secret AS c
                SET state = 'sold', buyer_tenant_id = me, order_id = p_order, line_id = p_line,
                    seq = o.n, held_until = NULL, sold_at = p_at
                FROM unnest(chosen) WITH ORDINALITY AS o (id, n)
                WHERE c.id = o.id RETURNING c.id, c.seq, c.cipher)
            SELECT array_agg(id ORDER BY seq), array_agg(cipher ORDER BY seq)
            INTO cards, ciphers FROM moved;
        END $$
        """
    )


def _holding() -> None:
    op.execute(
        f"""
        CREATE FUNCTION shared.hold_cards(
            p_sku uuid, p_quantity integer, p_order uuid, p_line uuid, p_until timestamptz,
            OUT owner bigint, OUT available integer, OUT cards uuid[]
        ) {DEFINER} AS $$
        DECLARE
            me bigint := current_setting('app.tenant_id')::bigint;
            chosen uuid[];
        BEGIN
            SELECT tenant_id INTO owner FROM sku
            WHERE id = p_sku AND tenant_id = ANY (current_setting('app.chain')::bigint[]);
            IF owner IS NULL OR p_quantity < 1 THEN
                RETURN;
            END IF;
            SELECT array_agg(id ORDER BY seq), count(*) INTO cards, available FROM card_secret
            WHERE order_id = p_order AND line_id = p_line AND buyer_tenant_id = me;
            IF cards IS NOT NULL THEN
                RETURN;
            END IF;
            chosen := ARRAY(
                SELECT id FROM card_secret WHERE sku_id = p_sku AND state = 'free'
                ORDER BY id LIMIT p_quantity FOR UPDATE SKIP LOCKED);
            available := cardinality(chosen);
            IF available < p_quantity THEN
                RETURN;
            END IF;
            UPDATE card_secret AS c
            SET state = 'held', buyer_tenant_id = me, order_id = p_order, line_id = p_line,
                seq = o.n, held_until = p_until
            FROM unnest(chosen) WITH ORDINALITY AS o (id, n) WHERE c.id = o.id;
            cards := chosen;
        END $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION shared.sell_held_cards(p_order uuid, p_at timestamptz)
        RETURNS SETOF uuid {DEFINER} AS $$
        BEGIN
            RETURN QUERY UPDATE card_secret AS c
            SET state = 'sold', held_until = NULL, sold_at = p_at
            WHERE c.order_id = p_order AND c.state = 'held'
                AND c.buyer_tenant_id = current_setting('app.tenant_id')::bigint
            RETURNING c.id;
        END $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION shared.release_cards(p_order uuid) RETURNS integer {DEFINER} AS $$
        DECLARE
            freed integer;
        BEGIN
            UPDATE card_secret
            SET state = 'free', buyer_tenant_id = NULL, order_id = NULL, line_id = NULL,
                seq = NULL, held_until = NULL
            WHERE order_id = p_order AND state = 'held'
                AND buyer_tenant_id = current_setting('app.tenant_id')::bigint;
            GET DIAGNOSTICS freed = ROW_COUNT;
            RETURN freed;
        END $$
        """
    )


def _voiding() -> None:
    """Own free cards out of the shop and back; held and sold ones stay where they are."""
    for name, old, new in (("void_cards", "free", "void"), ("restore_cards", "void", "free")):
        op.execute(
            f"""
            CREATE FUNCTION shared.{name}(p_ids uuid[]) RETURNS SETOF uuid {DEFINER} AS $$
            BEGIN
                RETURN QUERY UPDATE card_secret AS c SET state = '{new}'
                WHERE c.id = ANY (p_ids) AND c.state = '{old}'
                    AND c.tenant_id = current_setting('app.tenant_id')::bigint
                RETURNING c.id;
            END $$
            """
        )


def _counting() -> None:
    """Free and sold cards of SKUs of the chain, each counted no further than its cap."""
    op.execute(
        """
        CREATE FUNCTION shared.count_cards(p_skus uuid[], p_cap integer, p_sold_cap integer)
        RETURNS TABLE (sku_id uuid, free integer, sold integer)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
            SELECT k.id,
                (SELECT count(*)::integer FROM (SELECT 1 FROM card_secret AS s
                    WHERE s.sku_id = k.id AND s.state = 'free' LIMIT p_cap) AS f),
                (SELECT count(*)::integer FROM (SELECT 1 FROM card_secret AS s
                    WHERE s.sku_id = k.id AND s.state = 'sold' LIMIT p_sold_cap) AS g)
            FROM sku AS k
            WHERE k.id = ANY (p_skus)
                AND k.tenant_id = ANY (current_setting('app.chain')::bigint[])
        $$
        """
    )


def downgrade() -> None:
    for name, arguments in FUNCTIONS.items():
        op.execute(f"DROP FUNCTION shared.{name}({arguments})")
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
