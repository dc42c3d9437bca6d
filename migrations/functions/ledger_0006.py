"""The functions that post to the books, as migration 0006 made them.

A later change brings its own file and replaces the functions it changes; this one stays as it is.
"""

from __future__ import annotations

GATE = 5_020_604_006
"""The advisory lock postings share and the closing of a day takes alone."""

# One writer behind all verbs. It is called by them as the owner and by nobody else.
WRITER = """
CREATE FUNCTION shared.ledger_again(p jsonb, p_hash bytea, p_hold uuid, p_reverses uuid)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE v_txn ledger_txn;
BEGIN
    SELECT * INTO v_txn FROM ledger_txn
        WHERE tenant_id = current_setting('app.tenant_id')::bigint AND idem_key = p->>'key';
    IF FOUND AND v_txn.request_hash = p_hash THEN
        RETURN jsonb_build_object('id', v_txn.id, 'replayed', true);
    ELSIF FOUND THEN
        RAISE EXCEPTION 'key used for another posting' USING ERRCODE = 'KL003';
    ELSIF p_hold IS NOT NULL THEN
        RAISE EXCEPTION 'hold resolved before' USING ERRCODE = 'KL004';
    END IF;
    RAISE EXCEPTION 'posting reversed before' USING ERRCODE = 'KL005';
END $$;

CREATE FUNCTION shared.ledger_account_of(
    p_tenant bigint, p_owner_type text, p_owner_id text, p_kind text, p_currency text,
    p_now timestamptz
) RETURNS ledger_account LANGUAGE plpgsql AS $$
DECLARE
    v_chain bigint[] := current_setting('app.chain')::bigint[];
    v ledger_account;
BEGIN
    IF p_tenant <> ALL (v_chain) THEN
        RAISE EXCEPTION 'account outside the chain' USING ERRCODE = 'KL006',
            DETAIL = jsonb_build_object('tenant_id', p_tenant, 'kind', p_kind)::text;
    END IF;
    LOOP
        SELECT * INTO v FROM ledger_account
            WHERE tenant_id = p_tenant AND owner_type = p_owner_type
                AND owner_id = p_owner_id AND kind = p_kind AND currency = p_currency;
        EXIT WHEN FOUND;
        INSERT INTO ledger_account
        SELECT gen_random_uuid(), p_tenant, v_chain[1:array_position(v_chain, p_tenant)],
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

CREATE FUNCTION shared.ledger_move(
    p_account uuid, p_debit bigint, p_credit bigint, p_held_debit bigint, p_held_credit bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v ledger_account;
    v_after bigint;
BEGIN
    UPDATE ledger_account SET
        posted_debit = posted_debit + p_debit, posted_credit = posted_credit + p_credit,
        pending_debit = pending_debit + p_held_debit,
        pending_credit = pending_credit + p_held_credit, version = version + 1
    WHERE id = p_account AND (NOT floor_zero OR CASE normal_side
        WHEN 'credit' THEN posted_credit + p_credit - posted_debit - p_debit
            - pending_debit - p_held_debit
        ELSE posted_debit + p_debit - posted_credit - p_credit
            - pending_credit - p_held_credit END >= 0)
    RETURNING CASE normal_side WHEN 'credit' THEN posted_credit - posted_debit
        ELSE posted_debit - posted_credit END INTO v_after;
    IF FOUND THEN RETURN v_after; END IF;
    SELECT * INTO v FROM ledger_account WHERE id = p_account;
    RAISE EXCEPTION 'balance too low' USING ERRCODE = 'KL009', DETAIL = jsonb_build_object(
        'kind', v.kind, 'currency', v.currency,
        'needed', CASE v.normal_side WHEN 'credit' THEN p_debit + p_held_debit - p_credit
            ELSE p_credit + p_held_credit - p_debit END,
        'available', CASE v.normal_side
            WHEN 'credit' THEN v.posted_credit - v.posted_debit - v.pending_debit
            ELSE v.posted_debit - v.posted_credit - v.pending_credit END)::text;
END $$;

CREATE FUNCTION shared.ledger_write(
    p jsonb, p_lines jsonb, p_status text, p_hold uuid, p_reverses uuid
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid := (p->>'id')::uuid;
    v_now timestamptz := (p->>'now')::timestamptz;
    v_chain bigint[] := current_setting('app.chain')::bigint[];
    v_hash bytea := sha256(convert_to(
        (p - 'id' - 'now' - 'by' - 'until' || jsonb_build_object('verb', p_status))::text,
        'UTF8'));
    v_held boolean := p_status = 'pending';
    v_day date;
    v_line record;
    v_account ledger_account;
    v_accounts uuid[]; v_tenants bigint[]; v_currencies text[]; v_amounts bigint[];
    v_cold uuid[]; v_ways bigint[]; v_back bigint[];
    v_moved uuid[]; v_after bigint[];
BEGIN
    IF (p->>'tenant')::bigint <> current_setting('app.tenant_id')::bigint THEN
        RAISE EXCEPTION 'another tenant is bound' USING ERRCODE = 'KL002';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(%(gate)s);
    v_day := greatest((v_now AT TIME ZONE 'UTC')::date, (SELECT max(day) + 1 FROM ledger_day));
    INSERT INTO ledger_txn VALUES (
        v_id, (p->>'tenant')::bigint, v_chain,
        p->>'key', v_hash, p->>'kind', p_status, p_hold, p_reverses,
        (p->>'until')::timestamptz, p->>'rt', p->>'ri', p->>'by', v_now, v_day)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN ledger_again(p, v_hash, p_hold, p_reverses); END IF;

    FOR v_line IN SELECT * FROM jsonb_to_recordset(p_lines)
        AS l(t bigint, ot text, oi text, k text, c text, a bigint)
    LOOP
        v_account := ledger_account_of(
            v_line.t, v_line.ot, v_line.oi, v_line.k, v_line.c, v_now);
        v_accounts := v_accounts || v_account.id;
        v_tenants := v_tenants || v_line.t;
        v_currencies := v_currencies || v_line.c;
        v_amounts := v_amounts || v_line.a;
        IF NOT v_account.hot THEN
            v_cold := v_cold || v_account.id;
            v_ways := v_ways || v_line.a;
            v_back := v_back || 0::bigint;
        END IF;
    END LOOP;
    IF p_hold IS NOT NULL THEN
        FOR v_line IN SELECT e.account_id, e.amount FROM ledger_entry e
            JOIN ledger_account a ON a.id = e.account_id
            WHERE e.txn_id = p_hold AND NOT a.hot
        LOOP
            v_cold := v_cold || v_line.account_id;
            v_ways := v_ways || 0::bigint;
            v_back := v_back || v_line.amount;
        END LOOP;
    END IF;

    IF v_cold IS NOT NULL THEN
        FOR v_line IN
            SELECT id, sum(greatest(way, 0))::bigint AS debit,
                sum(greatest(-way, 0))::bigint AS credit,
                sum(greatest(back, 0))::bigint AS back_debit,
                sum(greatest(-back, 0))::bigint AS back_credit
            FROM unnest(v_cold, v_ways, v_back) AS moves(id, way, back)
            GROUP BY id ORDER BY id
        LOOP
            v_moved := v_moved || v_line.id;
            IF v_held THEN
                v_after := v_after || ledger_move(
                    v_line.id, 0, 0, v_line.debit, v_line.credit);
            ELSE
                v_after := v_after || ledger_move(v_line.id, v_line.debit, v_line.credit,
                    -v_line.back_debit, -v_line.back_credit);
            END IF;
        END LOOP;
    END IF;

    INSERT INTO ledger_entry
    SELECT v_id, l.seq, l.account, l.tenant, v_chain[1:array_position(v_chain, l.tenant)],
        l.currency, l.amount, v_held, v_after[array_position(v_moved, l.account)], v_day
    FROM unnest(v_accounts, v_tenants, v_currencies, v_amounts)
        WITH ORDINALITY AS l(account, tenant, currency, amount, seq);
    RETURN jsonb_build_object('id', v_id, 'replayed', false);
END $$;

CREATE FUNCTION shared.ledger_lines_of(p_txn uuid, p_sign integer) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        't', a.tenant_id, 'ot', a.owner_type, 'oi', a.owner_id, 'k', a.kind, 'c', a.currency,
        'a', e.amount * p_sign) ORDER BY e.seq), '[]')
    FROM shared.ledger_entry e JOIN shared.ledger_account a ON a.id = e.account_id
    WHERE e.txn_id = p_txn
$$;

CREATE FUNCTION shared.ledger_about(p jsonb, p_status text) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE v ledger_txn;
BEGIN
    SELECT * INTO v FROM ledger_txn WHERE id = (p->>'of')::uuid AND status = p_status
        AND tenant_id = current_setting('app.tenant_id')::bigint;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such posting' USING ERRCODE = 'KL010'; END IF;
    RETURN jsonb_build_object('kind', v.kind, 'rt', v.ref_type, 'ri', v.ref_id)
        || jsonb_strip_nulls(p);
END $$;
"""

VERBS = """
CREATE FUNCTION shared.ledger_post(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    RETURN ledger_write(p, p->'lines', 'posted', NULL, NULL);
END $$;

CREATE FUNCTION shared.ledger_hold(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    RETURN ledger_write(p, p->'lines', 'pending', NULL, NULL);
END $$;

CREATE FUNCTION shared.ledger_settle(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE
    v_hold uuid := (p->>'of')::uuid;
    v_about jsonb := ledger_about(p, 'pending');
    v_held jsonb := ledger_lines_of(v_hold, 1);
    v_lines jsonb := coalesce(v_about->'lines', v_held);
BEGIN
    IF EXISTS (
        SELECT 1 FROM (
            SELECT *, 1 AS way FROM jsonb_to_recordset(v_held)
                AS h(t bigint, ot text, oi text, k text, c text, a bigint)
            UNION ALL
            SELECT *, -1 FROM jsonb_to_recordset(v_lines)
                AS l(t bigint, ot text, oi text, k text, c text, a bigint)
        ) AS both_sides
        GROUP BY t, ot, oi, k, c, sign(a) HAVING sum(abs(a) * way) < 0
    ) THEN
        RAISE EXCEPTION 'more than was held' USING ERRCODE = 'KL011';
    END IF;
    RETURN ledger_write(v_about, v_lines, 'posted', v_hold, NULL);
END $$;

CREATE FUNCTION shared.ledger_void(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    RETURN ledger_write(
        ledger_about(p, 'pending'), '[]', 'voided', (p->>'of')::uuid, NULL);
END $$;

CREATE FUNCTION shared.ledger_reverse(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE v_of uuid := (p->>'of')::uuid;
BEGIN
    RETURN ledger_write(
        ledger_about(p, 'posted'), ledger_lines_of(v_of, -1), 'posted', NULL, v_of);
END $$;
"""

# Closing waits for the postings under way (they hold the gate), so a closed day is complete and
# later postings land on the next one; the sums are taken after that commit, without the gate.
DAYS = """
CREATE FUNCTION shared.ledger_close(p_day date, p_now timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    IF p_day >= (p_now AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION 'the day is not over' USING ERRCODE = 'KL012';
    END IF;
    PERFORM pg_advisory_xact_lock(%(gate)s);
    INSERT INTO ledger_day VALUES (p_day, p_now) ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION shared.ledger_take(p_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE v_taken bigint;
BEGIN
    IF p_day > coalesce((SELECT max(day) FROM ledger_day), '-infinity') THEN
        RAISE EXCEPTION 'the day is not closed' USING ERRCODE = 'KL012';
    END IF;
    INSERT INTO ledger_snapshot
    SELECT a.id, p_day, a.chain,
        coalesce(s.debit, 0) + tail.debit, coalesce(s.credit, 0) + tail.credit
    FROM ledger_account a
    LEFT JOIN LATERAL (
        SELECT day, debit, credit FROM ledger_snapshot
        WHERE account_id = a.id ORDER BY day DESC LIMIT 1) s ON true
    CROSS JOIN LATERAL (
        SELECT sum(greatest(amount, 0))::bigint AS debit,
            sum(greatest(-amount, 0))::bigint AS credit
        FROM ledger_entry
        WHERE account_id = a.id AND NOT pending AND day <= p_day
            AND day > coalesce(s.day, '-infinity')) tail
    WHERE a.hot AND tail.debit IS NOT NULL
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_taken = ROW_COUNT;
    RETURN v_taken;
END $$;
"""
