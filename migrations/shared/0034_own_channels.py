"""Own channels: a site's keys at a provider, sealed, the master's leave to use them, and the kind
of account that remembers what came in there.

The clock asks at the provider for what was never told; one function names the sites with keys, and
nothing of them.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0034"
down_revision = "s0033"
branch_labels = None
depends_on = None

CHANNEL = """
CREATE TABLE shared.own_channel (
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    channel varchar(20) NOT NULL,
    secret_sealed bytea NOT NULL,
    hook_sealed bytea NOT NULL,
    hint varchar(12) NOT NULL,
    account varchar(255) NOT NULL,
    live boolean NOT NULL,
    is_on boolean NOT NULL,
    tested_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_own_channel PRIMARY KEY (tenant_id, channel),
    CONSTRAINT ck_own_channel_below CHECK (tenant_id <> root_id)
)
"""
LEAVE = """
CREATE TABLE shared.own_channel_leave (
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    allowed boolean NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by varchar(80) NOT NULL,
    CONSTRAINT pk_own_channel_leave PRIMARY KEY (tenant_id)
)
"""
KEYS = """
CREATE FUNCTION shared.own_channel_sites(p_channel text) RETURNS TABLE (tenant_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shared, pg_temp AS $$
    SELECT c.tenant_id FROM own_channel c WHERE c.channel = p_channel ORDER BY c.tenant_id
$$
"""
SITES = "own_channel_sites(text)"
KIND = """
INSERT INTO shared.ledger_kind (kind, normal_side, floor_zero, hot) VALUES
    ('clearing:own', 'debit', false, true)
"""


def upgrade() -> None:
    op.execute(CHANNEL)
    op.execute(LEAVE)
    for table in ("own_channel", "own_channel_leave"):
        op.execute(f"CREATE INDEX ix_{table}_root_id ON shared.{table} (root_id)")
        policies.overseen(op, table, grant="SELECT, INSERT, UPDATE")
    op.execute(KEYS)
    op.execute(f"REVOKE ALL ON FUNCTION shared.{SITES} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.{SITES} TO {policies.SHARED}")
    op.execute(KIND)


def downgrade() -> None:
    """The kind goes; accounts of it must not be there any more."""
    op.execute("DELETE FROM shared.ledger_kind WHERE kind = 'clearing:own'")
    op.execute(f"DROP FUNCTION shared.{SITES}")
    for table in ("own_channel_leave", "own_channel"):
        op.execute(f"DROP TABLE shared.{table}")
