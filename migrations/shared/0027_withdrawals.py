"""Who is paid what a site earns, the accounts it is paid to, and withdrawals on their way.

A site writes its own rows; the master of the alliance reads them and decides bound to that site.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0027"
down_revision = "s0026"
branch_labels = None
depends_on = None

PAYEE = """
CREATE TABLE shared.payee (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    owner_type varchar(20) NOT NULL,
    owner_id varchar(40) NOT NULL,
    kind varchar(10) NOT NULL,
    legal_name varchar(60) NOT NULL,
    id_sealed bytea NOT NULL,
    id_hint varchar(30) NOT NULL,
    state varchar(10) NOT NULL,
    reason varchar(200) NOT NULL,
    version integer NOT NULL,
    sent_at timestamptz NOT NULL,
    sent_by varchar(80) NOT NULL,
    decided_at timestamptz,
    decided_by varchar(80),
    CONSTRAINT pk_payee PRIMARY KEY (id),
    CONSTRAINT uq_payee_owner UNIQUE (tenant_id, owner_type, owner_id),
    CONSTRAINT ck_payee_state CHECK (state IN ('sent', 'verified', 'refused')),
    CONSTRAINT ck_payee_kind CHECK (kind IN ('person', 'company'))
)
"""
ACCOUNT = """
CREATE TABLE shared.payout_account (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    owner_type varchar(20) NOT NULL,
    owner_id varchar(40) NOT NULL,
    method varchar(10) NOT NULL,
    holder varchar(60) NOT NULL,
    hint varchar(130) NOT NULL,
    sealed bytea NOT NULL,
    picture_sealed bytea,
    has_picture boolean NOT NULL,
    digest bytea NOT NULL,
    payee_version integer NOT NULL,
    state varchar(10) NOT NULL,
    reason varchar(200) NOT NULL,
    sent_at timestamptz NOT NULL,
    sent_by varchar(80) NOT NULL,
    decided_at timestamptz,
    decided_by varchar(80),
    removed_at timestamptz,
    CONSTRAINT pk_payout_account PRIMARY KEY (id),
    CONSTRAINT ck_payout_account_state CHECK (state IN ('sent', 'verified', 'refused')),
    CONSTRAINT ck_payout_account_method CHECK (method IN ('bank', 'alipay', 'wechat', 'qr'))
)
"""
WITHDRAWAL = """
CREATE TABLE shared.withdrawal (
    id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    owner_type varchar(20) NOT NULL,
    owner_id varchar(40) NOT NULL,
    once varchar(80) NOT NULL,
    amount bigint NOT NULL,
    fee bigint NOT NULL,
    account_id uuid NOT NULL,
    method varchar(10) NOT NULL,
    holder varchar(60) NOT NULL,
    hint varchar(130) NOT NULL,
    state varchar(10) NOT NULL,
    hold_id uuid NOT NULL,
    txn_id uuid,
    due_on date NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by varchar(80) NOT NULL,
    decided_at timestamptz,
    decided_by varchar(80),
    decider varchar(80),
    reason varchar(200) NOT NULL,
    payer varchar(80),
    payer_name varchar(80),
    paying_since timestamptz,
    paid_at timestamptz,
    gateway varchar(20),
    proof varchar(200) NOT NULL,
    proof_picture bytea,
    has_picture boolean NOT NULL,
    returned_at timestamptz,
    CONSTRAINT pk_withdrawal PRIMARY KEY (id),
    CONSTRAINT uq_withdrawal_once UNIQUE (tenant_id, once),
    CONSTRAINT ck_withdrawal_amount CHECK (amount > 0 AND fee >= 0 AND fee < amount),
    CONSTRAINT ck_withdrawal_state CHECK (state IN (
        'asked', 'approved', 'paying', 'paid', 'rejected', 'cancelled', 'returned'))
)
"""
POLICY = """
CREATE TABLE shared.withdrawal_policy (
    tenant_id bigint NOT NULL,
    open boolean NOT NULL,
    minimum bigint NOT NULL,
    fee_flat bigint NOT NULL,
    fee_share integer NOT NULL,
    daily bigint,
    days integer NOT NULL,
    four_eyes boolean NOT NULL,
    methods varchar(10)[] NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_withdrawal_policy PRIMARY KEY (tenant_id),
    CONSTRAINT ck_withdrawal_policy_amounts
        CHECK (minimum > 0 AND fee_flat >= 0 AND fee_share >= 0)
)
"""
INDEXES = (
    "CREATE INDEX ix_payee_root_id ON shared.payee (root_id, state)",
    "CREATE INDEX ix_payout_account_owner"
    " ON shared.payout_account (tenant_id, owner_type, owner_id)",
    "CREATE INDEX ix_payout_account_root_id ON shared.payout_account (root_id, state)",
    "CREATE INDEX ix_withdrawal_tenant_id ON shared.withdrawal (tenant_id, id)",
    "CREATE INDEX ix_withdrawal_root_id ON shared.withdrawal (root_id, state, id)",
)
OVERSEEN = ("payee", "payout_account", "withdrawal")
KEPT = "SELECT, INSERT, UPDATE"


def upgrade() -> None:
    for statement in (PAYEE, ACCOUNT, WITHDRAWAL, POLICY, *INDEXES):
        op.execute(statement)
    for table in OVERSEEN:
        policies.overseen(op, table, grant=KEPT)
    policies.chain(op, "withdrawal_policy", grant=KEPT)


def downgrade() -> None:
    for table in ("withdrawal_policy", *reversed(OVERSEEN)):
        op.execute(f"DROP TABLE shared.{table}")
