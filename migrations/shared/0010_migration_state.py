"""What the runner keeps of every schema: where it goes, in which ring, when again; and its runs."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0010"
down_revision = "s0009"
branch_labels = None
depends_on = None

STATE = "shared.tenant_schema_state"


def upgrade() -> None:
    op.execute(
        f"ALTER TABLE {STATE} ADD COLUMN target varchar(20), ADD COLUMN ring smallint,"
        " ADD COLUMN not_before timestamptz"
    )
    op.execute(f"UPDATE {STATE} SET target = revision, ring = 3, not_before = updated_at")
    op.execute(
        f"ALTER TABLE {STATE} ALTER COLUMN target SET NOT NULL, ALTER COLUMN ring SET NOT NULL,"
        " ALTER COLUMN not_before SET NOT NULL, ADD CONSTRAINT ck_tenant_schema_state_state"
        " CHECK (state IN ('ok', 'waiting', 'failed', 'held')),"
        " ADD CONSTRAINT ck_tenant_schema_state_ring CHECK (ring BETWEEN 0 AND 3)"
    )
    op.execute(
        f"CREATE INDEX ix_tenant_schema_state_open ON {STATE} (ring, schema_name)"
        " WHERE state <> 'ok'"
    )
    op.execute(
        """
        CREATE TABLE shared.migration_run (
            target varchar(20) CONSTRAINT pk_migration_run PRIMARY KEY,
            began_at timestamptz NOT NULL,
            finished_at timestamptz,
            stopped_ring smallint
        )
        """
    )
    policies.registry_only(op, "migration_run", grant="SELECT")


def downgrade() -> None:
    op.execute("DROP TABLE shared.migration_run")
    op.execute("DROP INDEX shared.ix_tenant_schema_state_open")
    op.execute(
        f"ALTER TABLE {STATE} DROP CONSTRAINT ck_tenant_schema_state_ring,"
        " DROP CONSTRAINT ck_tenant_schema_state_state, DROP COLUMN not_before,"
        " DROP COLUMN ring, DROP COLUMN target"
    )
