"""Attempts to take money and to give it back: one row per session or refund at a provider."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0008"
down_revision = "s0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _attempts()
    _refunds()
    policies.own(op, "payment_attempt", grant="SELECT, INSERT, UPDATE", shared_access="SELECT")
    policies.own(op, "refund_attempt", grant="SELECT, INSERT, UPDATE", shared_access="SELECT")


def _attempts() -> None:
    op.execute(
        """
        CREATE TABLE shared.payment_attempt (
            id uuid CONSTRAINT pk_payment_attempt PRIMARY KEY,
            tenant_id bigint NOT NULL,
            payee_tenant_id bigint NOT NULL,
            channel varchar(20) NOT NULL,
            purpose varchar(20) NOT NULL,
            reference varchar(60) NOT NULL,
            amount bigint NOT NULL,
            currency varchar(3) NOT NULL,
            state varchar(12) NOT NULL,
            idem_key varchar(120) NOT NULL,
            request jsonb NOT NULL,
            provider_session varchar(255),
            provider_payment varchar(255),
            url text,
            problem text,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            check_at timestamptz NOT NULL,
            checks integer NOT NULL,
            expires_at timestamptz NOT NULL,
            succeeded_at timestamptz,
            CONSTRAINT uq_payment_attempt_idem_key UNIQUE (channel, idem_key),
            CONSTRAINT uq_payment_attempt_session UNIQUE (channel, provider_session),
            CONSTRAINT uq_payment_attempt_payment UNIQUE (channel, provider_payment),
            CONSTRAINT ck_payment_attempt_amount CHECK (amount > 0)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_payment_attempt_reference ON shared.payment_attempt (tenant_id, reference)"
    )
    op.execute(
        "CREATE INDEX ix_payment_attempt_open ON shared.payment_attempt (check_at)"
        " WHERE state IN ('submitting', 'unknown', 'waiting')"
    )


def _refunds() -> None:
    op.execute(
        """
        CREATE TABLE shared.refund_attempt (
            id uuid CONSTRAINT pk_refund_attempt PRIMARY KEY,
            tenant_id bigint NOT NULL,
            payee_tenant_id bigint NOT NULL,
            attempt_id uuid NOT NULL,
            channel varchar(20) NOT NULL,
            purpose varchar(20) NOT NULL,
            reference varchar(60) NOT NULL,
            amount bigint NOT NULL,
            currency varchar(3) NOT NULL,
            state varchar(12) NOT NULL,
            idem_key varchar(120) NOT NULL,
            provider_payment varchar(255) NOT NULL,
            provider_refund varchar(255),
            reason varchar(40) NOT NULL,
            problem text,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            check_at timestamptz NOT NULL,
            checks integer NOT NULL,
            settled_at timestamptz,
            CONSTRAINT uq_refund_attempt_idem_key UNIQUE (channel, idem_key),
            CONSTRAINT uq_refund_attempt_refund UNIQUE (channel, provider_refund),
            CONSTRAINT ck_refund_attempt_amount CHECK (amount > 0)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_refund_attempt_reference ON shared.refund_attempt (tenant_id, reference)"
    )
    op.execute("CREATE INDEX ix_refund_attempt_attempt_id ON shared.refund_attempt (attempt_id)")
    op.execute(
        "CREATE INDEX ix_refund_attempt_open ON shared.refund_attempt (check_at)"
        " WHERE state IN ('submitting', 'unknown', 'pending')"
    )


def downgrade() -> None:
    op.execute("DROP TABLE shared.refund_attempt")
    op.execute("DROP TABLE shared.payment_attempt")
