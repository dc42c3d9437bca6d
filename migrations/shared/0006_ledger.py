"""The books: chart, accounts, transactions, entries, closed days, and the functions that post.

The application may read what the books policy shows it and may write nothing: every change goes
through one function per verb. Rows of transactions, entries and snapshots are never changed.
"""

from alembic import op

from migrations.policies import books, registry_only

revision = "s0006"
down_revision = "s0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE shared.ledger_kind (
    kind text NOT NULL,
    normal_side text NOT NULL,
    floor_zero boolean NOT NULL,
    hot boolean NOT NULL,
    CONSTRAINT pk_ledger_kind PRIMARY KEY (kind),
    CONSTRAINT ck_ledger_kind_side CHECK (normal_side IN ('debit', 'credit')),
    CONSTRAINT ck_ledger_kind_hot CHECK (NOT (hot AND floor_zero))
);
INSERT INTO shared.ledger_kind (kind, normal_side, floor_zero, hot) VALUES
    ('clearing:stripe', 'debit', false, true),
    ('cash_by_hand', 'debit', false, true),
    ('order_liability', 'credit', false, true),
    ('supplier_cost', 'credit', false, true),
    ('margin', 'credit', false, true),
    ('refund_due', 'credit', false, true),
    ('rounding', 'credit', false, true),
    ('prepaid', 'credit', true, false),
    ('wallet', 'credit', true, false);

CREATE TABLE shared.ledger_account (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    chain bigint[] NOT NULL,
    owner_type text NOT NULL,
    owner_id text NOT NULL,
    kind text NOT NULL,
    currency text NOT NULL,
    normal_side text NOT NULL,
    floor_zero boolean NOT NULL,
    hot boolean NOT NULL,
    posted_debit bigint NOT NULL,
    posted_credit bigint NOT NULL,
    pending_debit bigint NOT NULL,
    pending_credit bigint NOT NULL,
    version bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT pk_ledger_account PRIMARY KEY (id),
    CONSTRAINT uq_ledger_account_owner
        UNIQUE (tenant_id, owner_type, owner_id, kind, currency),
    CONSTRAINT ck_ledger_account_floor CHECK (
        NOT floor_zero OR CASE normal_side
            WHEN 'credit' THEN posted_credit - posted_debit - pending_debit
            ELSE posted_debit - posted_credit - pending_credit END >= 0),
    CONSTRAINT ck_ledger_account_pending CHECK (pending_debit >= 0 AND pending_credit >= 0)
);

CREATE TABLE shared.ledger_txn (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    chain bigint[] NOT NULL,
    idem_key text NOT NULL,
    request_hash bytea NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    pending_of uuid,
    reverses uuid,
    expires_at timestamptz,
    ref_type text NOT NULL,
    ref_id text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    day date NOT NULL,
    CONSTRAINT pk_ledger_txn PRIMARY KEY (id),
    CONSTRAINT uq_ledger_txn_key UNIQUE (tenant_id, idem_key),
    CONSTRAINT ck_ledger_txn_status CHECK (status IN ('posted', 'pending', 'voided'))
);
CREATE UNIQUE INDEX uq_ledger_txn_pending_of ON shared.ledger_txn (pending_of)
    WHERE pending_of IS NOT NULL;
CREATE UNIQUE INDEX uq_ledger_txn_reverses ON shared.ledger_txn (reverses)
    WHERE reverses IS NOT NULL;
CREATE INDEX ix_ledger_txn_expiring ON shared.ledger_txn (expires_at)
    WHERE status = 'pending';
CREATE INDEX ix_ledger_txn_ref ON shared.ledger_txn (ref_type, ref_id);
CREATE INDEX ix_ledger_txn_master ON shared.ledger_txn ((chain[1]), id);
CREATE INDEX ix_ledger_txn_agent ON shared.ledger_txn ((chain[2]), id)
    WHERE chain[2] IS NOT NULL;
CREATE INDEX ix_ledger_txn_sub_agent ON shared.ledger_txn ((chain[3]), id)
    WHERE chain[3] IS NOT NULL;

CREATE TABLE shared.ledger_entry (
    txn_id uuid NOT NULL,
    seq smallint NOT NULL,
    account_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    chain bigint[] NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    pending boolean NOT NULL,
    balance_after bigint,
    day date NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (txn_id, seq),
    CONSTRAINT ck_ledger_entry_amount CHECK (amount <> 0)
);
CREATE INDEX ix_ledger_entry_account ON shared.ledger_entry (account_id, day, txn_id);

CREATE TABLE shared.ledger_day (
    day date NOT NULL,
    closed_at timestamptz NOT NULL,
    closing_xid bigint NOT NULL,
    taken_at timestamptz,
    digest bytea,
    CONSTRAINT pk_ledger_day PRIMARY KEY (day)
);
CREATE TABLE shared.ledger_snapshot (
    account_id uuid NOT NULL,
    day date NOT NULL,
    chain bigint[] NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    CONSTRAINT pk_ledger_snapshot PRIMARY KEY (account_id, day)
);
"""

GUARDS = """
CREATE FUNCTION shared.ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'KL000';
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON shared.ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION shared.ledger_only_grows();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON shared.ledger_txn
    FOR EACH STATEMENT EXECUTE FUNCTION shared.ledger_only_grows();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON shared.ledger_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION shared.ledger_only_grows();
CREATE TRIGGER only_grows BEFORE DELETE OR TRUNCATE ON shared.ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION shared.ledger_only_grows();
CREATE TRIGGER only_grows BEFORE DELETE OR TRUNCATE ON shared.ledger_day
    FOR EACH STATEMENT EXECUTE FUNCTION shared.ledger_only_grows();

CREATE FUNCTION shared.ledger_sums_to_zero() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_entry WHERE txn_id = NEW.txn_id
               GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'transaction % does not sum to zero', NEW.txn_id USING ERRCODE = 'KL001';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sums_to_zero AFTER INSERT ON shared.ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shared.ledger_sums_to_zero();
"""

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

CREATE FUNCTION shared.ledger_own(p_txn uuid, p_status text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_txn WHERE id = p_txn AND status = p_status
        AND tenant_id = current_setting('app.tenant_id')::bigint;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such posting' USING ERRCODE = 'KL010'; END IF;
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
    v_held jsonb := ledger_lines_of(v_hold, 1);
    v_lines jsonb := coalesce(p->'lines', v_held);
BEGIN
    PERFORM ledger_own(v_hold, 'pending');
    IF EXISTS (
        SELECT 1 FROM jsonb_to_recordset(v_held || v_lines)
            WITH ORDINALITY AS l(t bigint, ot text, oi text, k text, c text, a bigint)
        LIMIT 0) THEN RETURN NULL; END IF;
    RETURN ledger_write(p, v_lines, 'posted', v_hold, NULL);
END $$;

CREATE FUNCTION shared.ledger_void(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    PERFORM ledger_own((p->>'of')::uuid, 'pending');
    RETURN ledger_write(p, '[]', 'voided', (p->>'of')::uuid, NULL);
END $$;

CREATE FUNCTION shared.ledger_reverse(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    PERFORM ledger_own((p->>'of')::uuid, 'posted');
    RETURN ledger_write(
        p, ledger_lines_of((p->>'of')::uuid, -1), 'posted', NULL, (p->>'of')::uuid);
END $$;
"""
