"""The books: chart, accounts, transactions, entries, closed days, and the functions that post.

The application may read what the books policy shows it and may write nothing: every change goes
through one function per verb. Rows of transactions, entries and snapshots are never changed.
"""

from __future__ import annotations

from alembic import op

from migrations import policies
from migrations.functions import ledger_0006 as functions

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
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON shared.ledger_day
    FOR EACH STATEMENT EXECUTE FUNCTION shared.ledger_only_grows();

CREATE FUNCTION shared.ledger_sums_to_zero() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    IF (SELECT sum(amount) FROM ledger_entry
        WHERE txn_id = NEW.txn_id AND currency = NEW.currency) <> 0 THEN
        RAISE EXCEPTION 'transaction % does not sum to zero', NEW.txn_id USING ERRCODE = 'KL001';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sums_to_zero AFTER INSERT ON shared.ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shared.ledger_sums_to_zero();
"""

INNER = (
    "ledger_only_grows()",
    "ledger_sums_to_zero()",
    "ledger_again(jsonb, bytea, uuid, uuid)",
    "ledger_account_of(bigint, text, text, text, text, timestamptz)",
    "ledger_move(uuid, bigint, bigint, bigint, bigint)",
    "ledger_write(jsonb, jsonb, text, uuid, uuid)",
    "ledger_lines_of(uuid, integer)",
    "ledger_about(jsonb, text)",
)
FOR_TENANTS = ("post", "hold", "settle", "void", "reverse")
FOR_THE_PLATFORM = ("ledger_close(date, timestamptz)", "ledger_take(date)")
BOOKS = ("ledger_account", "ledger_txn", "ledger_entry", "ledger_snapshot")


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(GUARDS)
    op.execute(functions.WRITER.replace("%(gate)s", str(functions.GATE)))
    op.execute(functions.VERBS)
    op.execute(functions.DAYS.replace("%(gate)s", str(functions.GATE)))
    for table in BOOKS:
        policies.books(op, table)
    policies.registry_only(op, "ledger_kind", grant=policies.READ)
    policies.registry_only(op, "ledger_day", grant=policies.READ)
    _rights()


def _rights() -> None:
    verbs = tuple(f"ledger_{verb}(jsonb)" for verb in FOR_TENANTS)
    for function in INNER + verbs + FOR_THE_PLATFORM:
        op.execute(f"REVOKE ALL ON FUNCTION shared.{function} FROM PUBLIC")
    for function in verbs:
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{function} TO {policies.APP}")
    for function in FOR_THE_PLATFORM:
        op.execute(f"GRANT EXECUTE ON FUNCTION shared.{function} TO {policies.SHARED}")


def downgrade() -> None:
    verbs = tuple(f"ledger_{verb}(jsonb)" for verb in FOR_TENANTS)
    for table in ("ledger_snapshot", "ledger_day", "ledger_entry", "ledger_txn"):
        op.execute(f"DROP TABLE shared.{table}")
    for function in INNER[2:] + verbs + FOR_THE_PLATFORM:
        op.execute(f"DROP FUNCTION shared.{function}")
    op.execute("DROP TABLE shared.ledger_account")
    op.execute("DROP TABLE shared.ledger_kind")
    for function in INNER[:2]:
        op.execute(f"DROP FUNCTION shared.{function}")
