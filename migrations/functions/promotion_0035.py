"""The functions of commission, as migration 0035 made them: when it becomes a promoter's own.

A promoter's commission at a site is the entries on his account there. Each is counted at most once,
by an item; what has none is open. Commission of an order is due so many days after its delivery,
unless it is argued about; what a refund took back counts at once.
"""

from __future__ import annotations

BOUND = "current_setting('app.tenant_id')::bigint"
HEAD = "SECURITY DEFINER SET search_path = shared, pg_temp"
FROZEN = "('refunding', 'refund_failed', 'disputed')"
"""States of an order whose commission nobody is given yet."""

TAKE = f"""
CREATE FUNCTION shared.commission_take(
    p_member uuid, p_now timestamptz, OUT taken bigint, OUT stopped boolean
) LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    v_me bigint := {BOUND};
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('commission:' || v_me || ':' || p_member, 0));
    WITH moved AS (
        SELECT e.txn_id, sum(-e.amount)::bigint AS amount
        FROM ledger_account a
        JOIN ledger_entry e ON e.account_id = a.id AND NOT e.pending
        WHERE a.tenant_id = v_me AND a.owner_type = 'member' AND a.owner_id = p_member::text
            AND a.kind = 'commission'
        GROUP BY e.txn_id
    ), open AS MATERIALIZED (
        SELECT m.txn_id, m.amount, c.order_id,
            sum(m.amount) OVER (PARTITION BY c.order_id) AS of_order,
            o.completed_at + c.days * interval '1 day' <= p_now AS come,
            o.state IN {FROZEN} AS frozen
        FROM moved m
        JOIN ledger_txn t ON t.id = m.txn_id AND t.ref_type = 'order'
        JOIN commission c ON c.tenant_id = v_me AND c.member_id = p_member
            AND c.order_id = t.ref_id::uuid
        JOIN order_index o ON o.order_id = c.order_id
        WHERE NOT EXISTS (SELECT FROM commission_item i WHERE i.tenant_id = v_me
            AND i.member_id = p_member AND i.txn_id = m.txn_id)
    ), due AS MATERIALIZED (
        SELECT * FROM open WHERE of_order < 0 OR (coalesce(come, false) AND NOT frozen)
    ), kept AS (
        INSERT INTO commission_item (tenant_id, member_id, txn_id, order_id, amount, at)
        SELECT v_me, p_member, d.txn_id, d.order_id, d.amount, p_now FROM due d
        WHERE (SELECT sum(amount) FROM due) > 0
        RETURNING amount
    )
    SELECT coalesce((SELECT sum(amount) FROM kept), 0),
        EXISTS (SELECT FROM open WHERE coalesce(come, false) AND frozen)
    INTO taken, stopped;
END $$
"""

LINES = f"""
CREATE FUNCTION shared.commission_lines(p_member uuid, p_size integer, p_skip integer)
RETURNS TABLE (
    title text, level smallint, placed_at timestamptz, completed_at timestamptz, days smallint,
    frozen boolean, net bigint, counted boolean, total bigint
) LANGUAGE sql STABLE {HEAD} AS $$
    SELECT c.title, c.level, c.placed_at, o.completed_at, c.days, o.state IN {FROZEN},
        coalesce((SELECT sum(-e.amount) FROM ledger_txn t
            JOIN ledger_entry e ON e.txn_id = t.id AND NOT e.pending
            JOIN ledger_account a ON a.id = e.account_id
            WHERE t.tenant_id = {BOUND} AND t.ref_type = 'order' AND t.ref_id = c.order_id::text
                AND a.tenant_id = {BOUND} AND a.owner_type = 'member'
                AND a.owner_id = p_member::text AND a.kind = 'commission'), 0)::bigint,
        EXISTS (SELECT FROM commission_item i WHERE i.tenant_id = {BOUND}
            AND i.member_id = p_member AND i.order_id = c.order_id),
        count(*) OVER ()
    FROM commission c
    JOIN order_index o ON o.order_id = c.order_id AND o.completed_at IS NOT NULL
    WHERE c.tenant_id = {BOUND} AND c.member_id = p_member AND c.refused IS NULL
    ORDER BY o.completed_at DESC, c.order_id LIMIT p_size OFFSET p_skip
$$
"""

SUMS = f"""
CREATE FUNCTION shared.commission_sums(p_members uuid[])
RETURNS TABLE (member_id uuid, orders bigint, earned bigint) LANGUAGE sql STABLE {HEAD} AS $$
    SELECT m.id, count(DISTINCT t.ref_id), coalesce(sum(-e.amount), 0)::bigint
    FROM unnest(p_members) m(id)
    JOIN ledger_account a ON a.tenant_id = {BOUND} AND a.owner_type = 'member'
        AND a.owner_id = m.id::text AND a.kind = 'commission'
    JOIN ledger_entry e ON e.account_id = a.id AND NOT e.pending
    JOIN ledger_txn t ON t.id = e.txn_id AND t.ref_type = 'order'
    GROUP BY m.id
$$
"""

ALL = {
    "commission_take(uuid, timestamptz)": TAKE,
    "commission_lines(uuid, integer, integer)": LINES,
    "commission_sums(uuid[])": SUMS,
}
