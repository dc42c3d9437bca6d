"""The functions of settlements, as migration 0026 made them: what a site earned becomes its own.

The earnings of a site are the entries on its margin account; each is settled at most once, by an
item. What has no item yet is open, and the open entries sum to what the account holds, always.
"""

from __future__ import annotations

BOUND = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"
HEAD = "SECURITY DEFINER SET search_path = shared, pg_temp"
FROZEN = "('refunding', 'refund_failed', 'disputed')"
"""States of an order whose margin nobody is given yet."""

# One row per transaction that touched the account and has no item. `thing` is what it was about.
OPEN = f"""
CREATE FUNCTION shared.settlement_open_items(p_site bigint, p_account uuid, p_since date)
RETURNS TABLE (
    txn_id uuid, amount bigint, day date, made_at timestamptz, thing text, order_id uuid,
    frozen boolean, taken_back boolean
) LANGUAGE sql STABLE AS $$
    SELECT e.txn_id, e.amount, e.day, t.created_at, t.ref_type || ':' || t.ref_id, o.order_id,
        coalesce(o.state IN {FROZEN}, false), t.kind = 'settlement_debt'
    FROM (SELECT l.txn_id, sum(-l.amount)::bigint AS amount, min(l.day) AS day
        FROM shared.ledger_entry l
        WHERE l.account_id = p_account AND NOT l.pending AND l.day >= p_since
            AND NOT EXISTS (SELECT 1 FROM shared.settlement_item i
                WHERE i.tenant_id = p_site AND i.txn_id = l.txn_id)
        GROUP BY l.txn_id) e
    JOIN shared.ledger_txn t ON t.id = e.txn_id AND t.kind <> 'settlement'
    LEFT JOIN shared.order_index o ON o.order_id = CASE
        WHEN t.ref_type = 'order' AND pg_input_is_valid(t.ref_id, 'uuid') THEN t.ref_id::uuid END
$$
"""

ACCOUNT = """
CREATE FUNCTION shared.settlement_account(p_site bigint, p_kind text, p_currency text)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT id FROM shared.ledger_account WHERE tenant_id = p_site AND owner_type = 'house'
        AND owner_id = '' AND kind = p_kind AND currency = p_currency
$$
"""

BALANCE = """
CREATE FUNCTION shared.settlement_balance(p_account uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(s.held, 0) + coalesce((SELECT sum(-e.amount) FROM shared.ledger_entry e
        WHERE e.account_id = p_account AND NOT e.pending AND e.day > coalesce(s.day, '-infinity')
        ), 0)::bigint
    FROM (SELECT 1) one LEFT JOIN LATERAL (
        SELECT n.day, n.credit - n.debit AS held FROM shared.ledger_snapshot n
        WHERE n.account_id = p_account ORDER BY n.day DESC LIMIT 1) s ON true
$$
"""

SINCE = """
CREATE FUNCTION shared.settlement_since(p_site bigint) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT since FROM shared.settlement WHERE tenant_id = p_site
        ORDER BY id DESC LIMIT 1), '-infinity')
$$
"""

# An order is due as a whole: when every part of it that the site earned is, or when nothing of it
# is left but what was taken back. Entries of long ago are not read again: when those since the
# last settlement do not make up what the account holds, all are read.
TAKE = f"""
CREATE FUNCTION shared.settlement_take(
    p_id uuid, p_run uuid, p_cutoff date, p_end timestamptz, p_now timestamptz, p_currency text,
    p_by text, OUT taken bigint, OUT items integer, OUT holds bigint, OUT free bigint
) LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    v_me bigint := {BOUND};
    v_margin uuid := settlement_account(v_me, 'margin', p_currency);
    v_since date := settlement_since(v_me);
    v_new boolean;
    v_open bigint;
BEGIN
    taken := 0; items := 0; holds := 0; free := 0;
    IF v_margin IS NULL THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('settlement:' || v_me, 0));
    v_new := NOT EXISTS (SELECT 1 FROM settlement WHERE tenant_id = v_me AND cutoff = p_cutoff);
    LOOP
        WITH open AS MATERIALIZED (
            SELECT o.*, sum(o.amount) OVER w AS of_thing,
                bool_and(o.amount < 0 OR o.taken_back OR (o.made_at < p_end AND NOT o.frozen))
                    OVER w AS ripe
            FROM settlement_open_items(v_me, v_margin, v_since) o
            WINDOW w AS (PARTITION BY o.thing)
        ), judged AS MATERIALIZED (
            SELECT *, ripe OR of_thing < 0 AS due FROM open
        ), sums AS MATERIALIZED (
            SELECT coalesce(sum(amount) FILTER (WHERE due), 0)::bigint AS due,
                count(*) FILTER (WHERE due)::integer AS some,
                coalesce(sum(amount), 0)::bigint AS whole,
                least((p_now AT TIME ZONE 'UTC')::date - 7, min(day) FILTER (WHERE NOT due))
                    AS since,
                settlement_balance(v_margin) AS holds
            FROM judged
        ), made AS (
            INSERT INTO settlement
            SELECT p_id, v_me, {CHAIN}, p_run, p_cutoff, s.due, p_currency, s.some, s.since,
                p_by, p_now
            FROM sums s WHERE v_new AND s.due > 0 AND s.whole = s.holds RETURNING 1
        ), kept AS (
            INSERT INTO settlement_item
            SELECT v_me, j.txn_id, p_id, j.amount, j.order_id, j.made_at
            FROM judged j WHERE j.due AND EXISTS (SELECT 1 FROM made)
        )
        SELECT CASE WHEN EXISTS (SELECT 1 FROM made) THEN s.due ELSE 0 END,
            CASE WHEN EXISTS (SELECT 1 FROM made) THEN s.some ELSE 0 END, s.holds, s.whole
        INTO taken, items, holds, v_open FROM sums s;
        EXIT WHEN v_open = holds;
        IF v_since = '-infinity' THEN
            RAISE EXCEPTION 'margin and its items differ' USING ERRCODE = 'KS001';
        END IF;
        v_since := '-infinity';
    END LOOP;
    IF holds < 0 THEN
        SELECT a.posted_credit - a.posted_debit - a.pending_debit INTO free
        FROM ledger_account a WHERE a.id = settlement_account(v_me, 'available', p_currency)
        FOR UPDATE;
        free := coalesce(free, 0);
    END IF;
END $$
"""

# What is not settled yet, by the day of the shop's clock it was earned on; without a day: what was
# taken back and counts at once.
WAITING = f"""
CREATE FUNCTION shared.settlement_waiting(p_currency text)
RETURNS TABLE (day date, frozen boolean, amount bigint, things bigint)
LANGUAGE sql STABLE {HEAD} AS $$
    SELECT CASE WHEN amount < 0 THEN NULL ELSE (made_at AT TIME ZONE 'Asia/Shanghai')::date END,
        frozen AND amount >= 0, sum(amount)::bigint, count(*)
    FROM (SELECT sum(o.amount)::bigint AS amount, bool_or(o.frozen) AS frozen,
            max(o.made_at) FILTER (WHERE o.amount > 0 AND NOT o.taken_back) AS made_at
        FROM settlement_open_items({BOUND},
            settlement_account({BOUND}, 'margin', p_currency), settlement_since({BOUND})) o
        GROUP BY o.thing) things
    GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2
$$
"""

LINES = f"""
CREATE FUNCTION shared.settlement_lines(p_id uuid, p_size integer, p_from integer)
RETURNS TABLE (
    txn_id uuid, amount bigint, made_at timestamptz, order_id uuid, number text, site_id bigint,
    site text, kind text
) LANGUAGE sql STABLE {HEAD} AS $$
    SELECT i.txn_id, i.amount, i.made_at, i.order_id, o.number, o.tenant_id, n.name, t.kind
    FROM settlement_item i
    JOIN ledger_txn t ON t.id = i.txn_id
    LEFT JOIN order_index o ON o.order_id = i.order_id
    LEFT JOIN tenant n ON n.id = o.tenant_id
    WHERE i.settlement_id = p_id AND EXISTS (
        SELECT 1 FROM settlement s WHERE s.id = p_id AND {BOUND} = ANY (s.chain))
    ORDER BY i.made_at, i.txn_id LIMIT p_size OFFSET p_from
$$
"""

# Every site below that ever earned is looked at once; twenty a second, so that the clock keeps
# its time for other things.
ASK = f"""
CREATE FUNCTION shared.settlement_ask(p_key text, p_at timestamptz) RETURNS bigint
LANGUAGE sql {HEAD} AS $$
    WITH made AS (
        INSERT INTO due (tenant_id, kind, key, at, attempts)
        SELECT t.id, 'settlement', p_key,
            p_at + (row_number() OVER (ORDER BY t.id) / 20) * interval '1 second', 0
        FROM tenant t
        WHERE t.id <> {BOUND} AND t.state IN ('live', 'suspended')
            AND t.path <@ (SELECT path FROM tenant WHERE id = {BOUND})
            AND EXISTS (SELECT 1 FROM ledger_account a WHERE a.tenant_id = t.id
                AND a.owner_type = 'house' AND a.owner_id = '' AND a.kind = 'margin')
        ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) FROM made
$$
"""

LEFT = f"""
CREATE FUNCTION shared.settlement_left(p_key text) RETURNS SETOF bigint
LANGUAGE sql STABLE {HEAD} AS $$
    SELECT d.tenant_id FROM tenant t JOIN due d ON d.tenant_id = t.id
    WHERE d.kind = 'settlement' AND d.key = p_key
        AND t.path <@ (SELECT path FROM tenant WHERE id = {BOUND})
    ORDER BY d.tenant_id
$$
"""

# Masters whose sites have earned anything and whose day has not begun.
MASTERS = f"""
CREATE FUNCTION shared.settlement_masters(p_day date, p_most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE {HEAD} AS $$
    SELECT m.id FROM tenant m
    WHERE nlevel(m.path) = 1 AND m.state IN ('live', 'suspended')
        AND NOT EXISTS (SELECT 1 FROM settlement_run r
            WHERE r.tenant_id = m.id AND r.day >= p_day)
        AND EXISTS (SELECT 1 FROM tenant t JOIN ledger_account a ON a.tenant_id = t.id
            WHERE t.path <@ m.path AND t.id <> m.id
                AND a.owner_type = 'house' AND a.owner_id = '' AND a.kind = 'margin')
    ORDER BY m.id LIMIT p_most
$$
"""

INNER = {
    "settlement_open_items(bigint, uuid, date)": OPEN,
    "settlement_account(bigint, text, text)": ACCOUNT,
    "settlement_balance(uuid)": BALANCE,
    "settlement_since(bigint)": SINCE,
}
"""Called by the others as the owner, and by nobody else."""
OUTER = {
    "settlement_take(uuid, uuid, date, timestamptz, timestamptz, text, text)": TAKE,
    "settlement_waiting(text)": WAITING,
    "settlement_lines(uuid, integer, integer)": LINES,
    "settlement_ask(text, timestamptz)": ASK,
    "settlement_left(text)": LEFT,
}
FOR_THE_PLATFORM = {"settlement_masters(date, integer)": MASTERS}
"""For the clock, which serves all masters."""
