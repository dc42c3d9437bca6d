"""Looks that a site shows for a while: from when, until when, and what comes back."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0047"
down_revision = "s0046"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE shared.skin_schedule (
    id uuid CONSTRAINT pk_skin_schedule PRIMARY KEY,
    tenant_id bigint NOT NULL,
    revision_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state varchar(9) NOT NULL,
    why varchar(10),
    reverts_to uuid,
    author varchar(80) NOT NULL,
    note varchar(60) NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT ck_skin_schedule_state CHECK (
        state IN ('waiting', 'on', 'over', 'cancelled', 'stopped')),
    CONSTRAINT ck_skin_schedule_times CHECK (ends_at > starts_at),
    CONSTRAINT ck_skin_schedule_way_back CHECK (state <> 'on' OR reverts_to IS NOT NULL),
    CONSTRAINT ck_skin_schedule_why CHECK ((state = 'stopped') = (why IS NOT NULL))
)
"""
INDEX = "CREATE INDEX ix_skin_schedule_tenant_id ON shared.skin_schedule (tenant_id, starts_at)"


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(INDEX)
    policies.own(op, "skin_schedule", grant="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.execute("DROP TABLE shared.skin_schedule")
