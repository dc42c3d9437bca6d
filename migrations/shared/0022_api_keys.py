"""API keys of a site: their digests, what each may do, and when it was last used."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0022"
down_revision = "s0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE shared.api_key (
            id uuid NOT NULL,
            tenant_id bigint NOT NULL,
            name varchar(40) NOT NULL,
            hint varchar(12) NOT NULL,
            digest bytea NOT NULL,
            permissions varchar(40)[] NOT NULL,
            networks varchar(50)[] NOT NULL,
            made_by uuid NOT NULL,
            made_at timestamptz NOT NULL,
            expires_at timestamptz,
            revoked_at timestamptz,
            revoked_by varchar(80),
            used_at timestamptz,
            used_from varchar(45),
            stopped_at timestamptz,
            CONSTRAINT pk_api_key PRIMARY KEY (id),
            CONSTRAINT uq_api_key_digest UNIQUE (digest),
            CONSTRAINT ck_api_key_digest CHECK (octet_length(digest) = 32)
        )
        """
    )
    op.execute("CREATE INDEX ix_api_key_tenant_id ON shared.api_key (tenant_id, id)")
    policies.registry_only(op, "api_key", grant="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    """Whoever worked with a key is shut out."""
    op.execute("DROP TABLE shared.api_key")
