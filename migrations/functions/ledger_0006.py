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

CREATE FUNCTION shared.ledger_resolve(p_lines jsonb, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_chain bigint[] := current_setting('app.chain')::bigint[];
    v_line record;
BEGIN
    FOR v_line IN
        SELECT DISTINCT l.t, l.ot, l.oi, l.k, l.c, a.closed_at, a.id AS account_id
        FROM jsonb_to_recordset(p_lines) AS l(t bigint, ot text, oi text, k text, c text)
        LEFT JOIN ledger_account a ON a.tenant_id = l.t AND a.owner_type = l.ot
            AND a.owner_id = l.oi AND a.kind = l.k AND a.currency = l.c
        ORDER BY l.t, l.ot, l.oi, l.k, l.c
    LOOP
        IF v_line.t <> ALL (v_chain) THEN
            RAISE EXCEPTION 'account outside the chain' USING ERRCODE = 'KL006',
                DETAIL = jsonb_build_object('tenant_id', v_line.t, 'kind', v_line.k)::text;
        ELSIF v_line.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'account closed' USING ERRCODE = 'KL007',
                DETAIL = jsonb_build_object('kind', v_line.k)::text;
        ELSIF v_line.account_id IS NULL THEN
            INSERT INTO ledger_account
            SELECT gen_random_uuid(), v_line.t,
                v_chain[1:array_position(v_chain, v_line.t)],
                v_line.ot, v_line.oi, kind, v_line.c, normal_side, floor_zero, hot,
                0, 0, 0, 0, 0, p_now
            FROM ledger_kind WHERE kind = v_line.k
            ON CONFLICT DO NOTHING;
            IF NOT EXISTS (SELECT 1 FROM ledger_kind WHERE kind = v_line.k) THEN
                RAISE EXCEPTION 'no such kind of account' USING ERRCODE = 'KL008',
                    DETAIL = jsonb_build_object('kind', v_line.k)::text;
            END IF;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION shared.ledger_move(
    p_account uuid, p_debit bigint, p_credit bigint, p_held_debit bigint, p_held_credit bigint
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v ledger_account;
BEGIN
    UPDATE ledger_account SET
        posted_debit = posted_debit + p_debit, posted_credit = posted_credit + p_credit,
        pending_debit = pending_debit + p_held_debit,
        pending_credit = pending_credit + p_held_credit, version = version + 1
    WHERE id = p_account AND (NOT floor_zero OR CASE normal_side
        WHEN 'credit' THEN posted_credit + p_credit - posted_debit - p_debit
            - pending_debit - p_held_debit
        ELSE posted_debit + p_debit - posted_credit - p_credit
            - pending_credit - p_held_credit END >= 0);
    IF FOUND THEN RETURN; END IF;
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
    v_hash bytea := sha256(convert_to(
        (p - 'id' - 'now' - 'by' - 'until' || jsonb_build_object('verb', p_status))::text,
        'UTF8'));
    v_held boolean := p_status = 'pending';
    v_day date;
    v_sum record;
BEGIN
    IF (p->>'tenant')::bigint <> current_setting('app.tenant_id')::bigint THEN
        RAISE EXCEPTION 'another tenant is bound' USING ERRCODE = 'KL002';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(%(gate)s);
    SELECT greatest((v_now AT TIME ZONE 'UTC')::date, max(day) + 1) INTO v_day FROM ledger_day;
    INSERT INTO ledger_txn VALUES (
        v_id, current_setting('app.tenant_id')::bigint, current_setting('app.chain')::bigint[],
        p->>'key', v_hash, p->>'kind', p_status, p_hold, p_reverses,
        (p->>'until')::timestamptz, p->>'rt', p->>'ri', p->>'by', v_now, v_day)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN ledger_again(p, v_hash, p_hold, p_reverses); END IF;

    PERFORM ledger_resolve(p_lines, v_now);
    FOR v_sum IN
        SELECT id, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit,
            sum(held_debit)::bigint AS held_debit, sum(held_credit)::bigint AS held_credit
        FROM (
            SELECT a.id,
                CASE WHEN l.a > 0 AND NOT v_held THEN l.a ELSE 0 END AS debit,
                CASE WHEN l.a < 0 AND NOT v_held THEN -l.a ELSE 0 END AS credit,
                CASE WHEN l.a > 0 AND v_held THEN l.a ELSE 0 END AS held_debit,
                CASE WHEN l.a < 0 AND v_held THEN -l.a ELSE 0 END AS held_credit
            FROM jsonb_to_recordset(p_lines)
                AS l(t bigint, ot text, oi text, k text, c text, a bigint)
            JOIN ledger_account a ON a.tenant_id = l.t AND a.owner_type = l.ot
                AND a.owner_id = l.oi AND a.kind = l.k AND a.currency = l.c
            WHERE NOT a.hot
            UNION ALL
            SELECT a.id, 0, 0, least(-e.amount, 0), least(e.amount, 0)
            FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
            WHERE e.txn_id = p_hold AND NOT a.hot
        ) AS moves GROUP BY id ORDER BY id
    LOOP
        PERFORM ledger_move(
            v_sum.id, v_sum.debit, v_sum.credit, v_sum.held_debit, v_sum.held_credit);
    END LOOP;

    INSERT INTO ledger_entry
    SELECT v_id, l.seq, a.id, a.tenant_id, a.chain, a.currency, l.a, v_held,
        CASE WHEN a.hot THEN NULL WHEN a.normal_side = 'credit'
            THEN a.posted_credit - a.posted_debit ELSE a.posted_debit - a.posted_credit END,
        v_day
    FROM ROWS FROM (jsonb_to_recordset(p_lines)
            AS (t bigint, ot text, oi text, k text, c text, a bigint)) WITH ORDINALITY
        AS l(t, ot, oi, k, c, a, seq)
    JOIN ledger_account a ON a.tenant_id = l.t AND a.owner_type = l.ot
        AND a.owner_id = l.oi AND a.kind = l.k AND a.currency = l.c;
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
