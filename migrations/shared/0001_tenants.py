"""The registry of sites: tenants, host names, spare schemas, schema state."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0001"
down_revision = None
branch_labels = ("shared",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE shared.tenant_id_seq AS bigint")
    op.execute("GRANT USAGE ON SEQUENCE shared.tenant_id_seq TO kameng_app_shared")
    op.execute(
        """
        CREATE TABLE shared.tenant (
            id bigint CONSTRAINT pk_tenant PRIMARY KEY,
            slug varchar(30) NOT NULL CONSTRAINT uq_tenant_slug UNIQUE,
            name varchar(60) NOT NULL,
            schema_name varchar(15) NOT NULL CONSTRAINT uq_tenant_schema_name UNIQUE,
            path shared.ltree NOT NULL,
            state varchar(12) NOT NULL,
            currency varchar(3) NOT NULL,
            application_id uuid NOT NULL CONSTRAINT uq_tenant_application_id UNIQUE,
            created_at timestamptz NOT NULL,
            live_at timestamptz,
            CONSTRAINT ck_tenant_state CHECK (state IN ('opening', 'live', 'suspended', 'closed')),
            CONSTRAINT ck_tenant_schema CHECK (schema_name ~ '^t_[0-9a-z]{13}$')
        )
        """
    )
    op.execute("CREATE INDEX ix_tenant_path ON shared.tenant USING gist (path)")
    op.execute(
        """
        CREATE TABLE shared.hostname (
            host varchar(253) CONSTRAINT pk_hostname PRIMARY KEY,
            tenant_id bigint NOT NULL,
            canonical boolean NOT NULL,
            verified_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX ix_hostname_tenant_id ON shared.hostname (tenant_id)")
    op.execute(
        """
        CREATE TABLE shared.schema_pool (
            schema_name varchar(15) CONSTRAINT pk_schema_pool PRIMARY KEY,
            revision varchar(20) NOT NULL,
            built_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE shared.tenant_schema_state (
            schema_name varchar(15) CONSTRAINT pk_tenant_schema_state PRIMARY KEY,
            revision varchar(20) NOT NULL,
            state varchar(10) NOT NULL,
            attempts integer NOT NULL,
            last_error text,
            updated_at timestamptz NOT NULL
        )
        """
    )
    _policies()


def _policies() -> None:
    """A tenant reads the registry rows of its chain and of everything below it."""
    policies.registry_only(op, "tenant", grant="SELECT, INSERT, UPDATE", relay="SELECT")
    op.execute(
        f"CREATE POLICY family ON shared.tenant FOR SELECT TO {policies.APP} USING ("
        f" id = ANY ({policies.CHAIN})"
        " OR path <@ CAST(array_to_string(current_setting('app.chain')::bigint[], '.')"
        " AS shared.ltree))"
    )
    op.execute(f"GRANT SELECT ON shared.tenant TO {policies.APP}")
    policies.own(op, "hostname", grant="SELECT", shared_access=policies.WRITE)
    policies.registry_only(op, "schema_pool", grant="SELECT, UPDATE, DELETE")
    policies.registry_only(op, "tenant_schema_state", grant="SELECT")


def downgrade() -> None:
    for table in ("tenant_schema_state", "schema_pool", "hostname", "tenant"):
        op.execute(f"DROP TABLE shared.{table}")
    op.execute("DROP SEQUENCE shared.tenant_id_seq")
