"""Posting once sites can move in the tree: what is about an order keeps to the order's own chain.

A late payment, a delivery or a refund of an order that was placed before a site moved concerns the
sites that were above it then. The chain of such a posting is therefore the one recorded with the
order (or with the posting it resolves), which only the database's own functions write; everything
else goes by the chain the site stands in now. An account's own chain says who may see its balance
today: it follows the site when it moves, while transactions and entries stay where they happened.
"""

from __future__ import annotations

CHAIN_OF = """
CREATE FUNCTION shared.ledger_chain_of(p jsonb, p_of uuid) RETURNS bigint[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_me bigint := current_setting('app.tenant_id')::bigint;
    v_chain bigint[];
BEGIN
    IF p_of IS NOT NULL THEN
        SELECT chain INTO v_chain FROM ledger_txn WHERE id = p_of AND tenant_id = v_me;
    ELSIF p->>'rt' = 'order' AND p->>'ri' ~ '^[0-9a-f-]{36}$' THEN
        SELECT chain INTO v_chain FROM order_index
            WHERE order_id = (p->>'ri')::uuid AND tenant_id = v_me;
    END IF;
    RETURN coalesce(v_chain, current_setting('app.chain')::bigint[]);
END $$;

CREATE FUNCTION shared.ledger_account_in(
    p_chain bigint[], p_tenant bigint, p_owner_type text, p_owner_id text, p_kind text,
    p_currency text, p_now timestamptz
) RETURNS ledger_account LANGUAGE plpgsql AS $$
DECLARE v ledger_account;
BEGIN
    IF p_tenant <> ALL (p_chain) THEN
        RAISE EXCEPTION 'account outside the chain' USING ERRCODE = 'KL006',
            DETAIL = jsonb_build_object('tenant_id', p_tenant, 'kind', p_kind)::text;
    END IF;
    LOOP
        SELECT * INTO v FROM ledger_account
            WHERE tenant_id = p_tenant AND owner_type = p_owner_type
                AND owner_id = p_owner_id AND kind = p_kind AND currency = p_currency;
        EXIT WHEN FOUND;
        INSERT INTO ledger_account
        SELECT gen_random_uuid(), p_tenant,
            (SELECT string_to_array(path::text, '.')::bigint[] FROM tenant WHERE id = p_tenant),
            p_owner_type, p_owner_id, kind, p_currency, normal_side, floor_zero, hot,
            0, 0, 0, 0, 0, p_now
        FROM ledger_kind WHERE kind = p_kind
        ON CONFLICT DO NOTHING;
        IF NOT FOUND AND NOT EXISTS (SELECT 1 FROM ledger_kind WHERE kind = p_kind) THEN
            RAISE EXCEPTION 'no such kind of account' USING ERRCODE = 'KL008',
                DETAIL = jsonb_build_object('kind', p_kind)::text;
        END IF;
    END LOOP;
    IF v.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'account closed' USING ERRCODE = 'KL007',
            DETAIL = jsonb_build_object('kind', p_kind)::text;
    END IF;
    RETURN v;
END $$;
"""

SITE_MOVED = """
CREATE FUNCTION shared.site_moved(p_site bigint, p_parent bigint) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    v_old ltree;
    v_new ltree;
    v_moved bigint[];
    v_left bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(%(gate)s);
    SELECT path INTO v_old FROM tenant WHERE id = p_site FOR UPDATE;
    SELECT path INTO v_new FROM tenant WHERE id = p_parent FOR SHARE;
    IF v_old IS NULL OR v_new IS NULL OR nlevel(v_old) = 1 OR v_new <@ v_old
            OR subpath(v_old, 0, 1) <> subpath(v_new, 0, 1) THEN
        RAISE EXCEPTION 'site % cannot stand below %', p_site, p_parent USING ERRCODE = 'KT001';
    END IF;
    v_left := ARRAY(SELECT unnest(string_to_array(subpath(v_old, 0, -1)::text, '.')::bigint[])
        EXCEPT SELECT unnest(string_to_array(v_new::text, '.')::bigint[]));
    IF EXISTS (SELECT 1 FROM card_secret WHERE tenant_id = ANY (v_left)
            AND buyer_tenant_id IN (SELECT id FROM tenant WHERE path <@ v_old)) THEN
        RAISE EXCEPTION 'secrets of the former parent were sold there' USING ERRCODE = 'KT002';
    END IF;
    WITH moved AS (
        UPDATE tenant SET path = v_new || subpath(path, nlevel(v_old) - 1)
        WHERE path <@ v_old RETURNING id, path
    ), books AS (
        UPDATE ledger_account a SET chain = string_to_array(moved.path::text, '.')::bigint[]
        FROM moved WHERE a.tenant_id = moved.id
    )
    SELECT array_agg(id ORDER BY path) INTO v_moved FROM moved;
    RETURN v_moved;
END $$;
"""


CHANGES = (
    (
        "v_chain bigint[] := current_setting('app.chain')::bigint[];",
        "v_chain bigint[] := ledger_chain_of(p, coalesce(p_hold, p_reverses));",
    ),
    (
        "ledger_account_of(\n            v_line.t",
        "ledger_account_in(\n            v_chain, v_line.t",
    ),
)


def before(text: str, name: str) -> str:
    """One function as 0006 made it, to be put in the place of a later one."""
    begin = text.index(f"CREATE FUNCTION shared.{name}(")
    body = text[begin : text.index("END $$;", begin) + len("END $$;")]
    return body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def writer(text: str) -> str:
    """The writer of 0006 with its two places changed: whose chain, and which accounts."""
    body = before(text, "ledger_write")
    for old, new in CHANGES:
        if old not in body:
            raise ValueError(f"the writer of 0006 does not hold {old!r}")
        body = body.replace(old, new)
    return body
