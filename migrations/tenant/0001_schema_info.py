"""The one row in each tenant schema that says whose it is."""

from __future__ import annotations

from alembic import op

revision = "t0001"
down_revision = None
branch_labels = ("tenant",)
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE schema_info (
            tenant_id bigint CONSTRAINT pk_schema_info PRIMARY KEY,
            claimed_at timestamptz NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE schema_info")
