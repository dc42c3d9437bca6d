"""The database functions through which cards move: each checks whose SKU and whose order it is.

All are SECURITY DEFINER: the application's role may read card rows, never write them.
"""

from __future__ import annotations

from typing import Any

from migrations import policies

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
    "count_states": "uuid",
    "count_batches": "uuid[]",
}


def create(op: Any) -> None:
    """Create all of them; only the application's role may call them."""
    for define in (_adding, _taking, _holding, _voiding, _counting):
        define(op)
    for name, arguments in FUNCTIONS.items():
        op.execute(f"REVOKE ALL ON FUNCTION shared.{name}({arguments}) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{name}({arguments}) TO {policies.APP}")


def drop(op: Any) -> None:
    """Drop all of them."""
    for name, arguments in FUNCTIONS.items():
        op.execute(f"DROP FUNCTION shared.{name}({arguments})")


def _adding(op: Any) -> None:
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


def _taking(op: Any) -> None:
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


def _holding(op: Any) -> None:
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


def _voiding(op: Any) -> None:
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


def _counting(op: Any) -> None:
    """Counts from the indexes alone; through row policies each card would have to be visited."""
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
    op.execute(
        """
        CREATE FUNCTION shared.count_states(p_sku uuid)
        RETURNS TABLE (state varchar, cards bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
            SELECT s.state, count(*) FROM card_secret AS s
            WHERE s.sku_id = p_sku AND EXISTS (SELECT 1 FROM sku AS k WHERE k.id = p_sku
                AND k.tenant_id = current_setting('app.tenant_id')::bigint)
            GROUP BY s.state
        $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION shared.count_batches(p_batches uuid[])
        RETURNS TABLE (batch_id uuid, state varchar, cards bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
            SELECT b.id, s.state, count(*) FROM card_batch AS b
            JOIN card_secret AS s ON s.batch_id = b.id
            WHERE b.id = ANY (p_batches)
                AND b.tenant_id = current_setting('app.tenant_id')::bigint
            GROUP BY b.id, s.state
        $$
        """
    )
