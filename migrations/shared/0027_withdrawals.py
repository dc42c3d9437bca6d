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
INDEXES = (
    "CREATE INDEX ix_payee_root_id ON shared.payee (root_id, state)",
    "CREATE INDEX ix_payout_account_owner"
    " ON shared.payout_account (tenant_id, owner_type, owner_id)",
    "CREATE INDEX ix_payout_account_root_id ON shared.payout_account (root_id, state)",
)
TABLES = {"payee": "SELECT, INSERT, UPDATE", "payout_account": "SELECT, INSERT, UPDATE"}


def upgrade() -> None:
    for statement in (PAYEE, ACCOUNT, *INDEXES):
        op.execute(statement)
    for table, verbs in TABLES.items():
        policies.overseen(op, table, grant=verbs)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE shared.{table}")
