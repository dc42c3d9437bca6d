"""The tables behind the queues, the audit log and the keys."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0002"
down_revision = "s0001"
branch_labels = None
depends_on = None

QUEUE = "SELECT, INSERT, UPDATE, DELETE"


def upgrade() -> None:
    _queues()
    _log_and_keys()
    policies.own(op, "outbox", grant="SELECT, INSERT", shared_access="INSERT", relay=QUEUE)
    policies.own(op, "reaction_done", grant="SELECT, INSERT", relay=QUEUE)
    policies.registry_only(op, "inbox", grant="SELECT, INSERT, UPDATE", relay=QUEUE)
    policies.own(op, "due", relay=QUEUE)
    policies.own(op, "audit_log", grant="SELECT, INSERT", shared_access="SELECT, INSERT")
    policies.chain(op, "data_key", grant="SELECT, INSERT", shared_access="SELECT, INSERT")


def _queues() -> None:
    op.execute(
        """
        CREATE TABLE shared.outbox (
            id uuid CONSTRAINT pk_outbox PRIMARY KEY,
            tenant_id bigint NOT NULL,
            name varchar(60) NOT NULL,
            payload jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            not_before timestamptz NOT NULL,
            attempts integer NOT NULL,
            last_error text,
            done_at timestamptz
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_outbox_pending ON shared.outbox (not_before, id) WHERE done_at IS NULL"
    )
    op.execute(
        """
        CREATE TABLE shared.reaction_done (
            event_id uuid NOT NULL,
            reaction varchar(80) NOT NULL,
            tenant_id bigint NOT NULL,
            done_at timestamptz NOT NULL,
            CONSTRAINT pk_reaction_done PRIMARY KEY (event_id, reaction)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE shared.inbox (
            id uuid CONSTRAINT pk_inbox PRIMARY KEY,
            provider varchar(20) NOT NULL,
            event_id varchar(255) NOT NULL,
            headers jsonb NOT NULL,
            raw bytea NOT NULL,
            state varchar(12) NOT NULL,
            reason text,
            received_at timestamptz NOT NULL,
            not_before timestamptz NOT NULL,
            attempts integer NOT NULL,
            CONSTRAINT uq_inbox_provider_event_id UNIQUE (provider, event_id)
        )
        """
    )
    op.execute("CREATE INDEX ix_inbox_pending ON shared.inbox (not_before, id) WHERE state = 'new'")
    op.execute(
        """
        CREATE TABLE shared.due (
            tenant_id bigint NOT NULL,
            kind varchar(40) NOT NULL,
            key varchar(80) NOT NULL,
            at timestamptz NOT NULL,
            attempts integer NOT NULL,
            CONSTRAINT pk_due PRIMARY KEY (tenant_id, kind, key)
        )
        """
    )
    op.execute("CREATE INDEX ix_due_at ON shared.due (at)")


def _log_and_keys() -> None:
    op.execute(
        """
        CREATE TABLE shared.audit_log (
            id uuid CONSTRAINT pk_audit_log PRIMARY KEY,
            tenant_id bigint NOT NULL,
            at timestamptz NOT NULL,
            actor_kind varchar(10) NOT NULL,
            actor_id varchar(60) NOT NULL,
            actor_name varchar(80) NOT NULL,
            ip varchar(45) NOT NULL,
            action varchar(60) NOT NULL,
            subject varchar(120) NOT NULL,
            before jsonb,
            after jsonb
        )
        """
    )
    op.execute("CREATE INDEX ix_audit_log_tenant_id ON shared.audit_log (tenant_id, id)")
    op.execute(
        """
        CREATE TABLE shared.data_key (
            tenant_id bigint NOT NULL,
            key_id integer NOT NULL,
            wrapped bytea NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT pk_data_key PRIMARY KEY (tenant_id, key_id)
        )
        """
    )


def downgrade() -> None:
    for table in ("data_key", "audit_log", "due", "inbox", "reaction_done", "outbox"):
        op.execute(f"DROP TABLE shared.{table}")
