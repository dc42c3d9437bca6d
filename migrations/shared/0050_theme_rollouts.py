"""Which theme line each site shows, and the roll-outs that bring sites to a newer line in waves."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0050"
down_revision = "s0049"
branch_labels = None
depends_on = None

USE = """
CREATE TABLE shared.theme_use (
    tenant_id bigint CONSTRAINT pk_theme_use PRIMARY KEY,
    root_id bigint NOT NULL,
    theme varchar(40) NOT NULL,
    line varchar(20) NOT NULL,
    since timestamptz NOT NULL
)
"""
USE_INDEX = "CREATE INDEX ix_theme_use_root_id ON shared.theme_use (root_id, theme, line)"
ROLLOUT = """
CREATE TABLE shared.theme_rollout (
    id uuid CONSTRAINT pk_theme_rollout PRIMARY KEY,
    tenant_id bigint NOT NULL,
    theme varchar(40) NOT NULL,
    from_line varchar(20) NOT NULL,
    to_line varchar(20) NOT NULL,
    state varchar(12) NOT NULL,
    waves jsonb NOT NULL,
    chosen jsonb NOT NULL,
    wave smallint NOT NULL,
    wave_full_at timestamptz,
    wait_minutes integer NOT NULL,
    threshold integer NOT NULL,
    stopped_why varchar(20) NOT NULL,
    drawn integer NOT NULL,
    failed integer NOT NULL,
    started_by varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT ck_theme_rollout_state CHECK (state IN (
        'planned', 'running', 'paused', 'returning', 'stopped', 'done', 'rolled_back')),
    CONSTRAINT ck_theme_rollout_threshold CHECK (threshold BETWEEN 1 AND 10000)
)
"""
ONE_OPEN = """
CREATE UNIQUE INDEX uq_theme_rollout_open ON shared.theme_rollout (tenant_id, theme)
    WHERE state IN ('planned', 'running', 'paused', 'returning')
"""
SITE = """
CREATE TABLE shared.theme_rollout_site (
    rollout_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    root_id bigint NOT NULL,
    wave smallint NOT NULL,
    state varchar(10) NOT NULL,
    before_rev uuid,
    after_rev uuid,
    reason varchar(300) NOT NULL,
    drawn_before integer NOT NULL,
    failed_before integer NOT NULL,
    drawn_base integer NOT NULL,
    failed_base integer NOT NULL,
    moved_at timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_theme_rollout_site PRIMARY KEY (rollout_id, tenant_id),
    CONSTRAINT ck_theme_rollout_site_state CHECK (state IN (
        'waiting', 'moved', 'skipped', 'failed', 'reverted', 'kept'))
)
"""
SITE_INDEX = (
    "CREATE INDEX ix_theme_rollout_site_rollout_id"
    " ON shared.theme_rollout_site (rollout_id, state, wave)"
)


def upgrade() -> None:
    for statement in (USE, USE_INDEX, ROLLOUT, ONE_OPEN, SITE, SITE_INDEX):
        op.execute(statement)
    policies.overseen(op, "theme_use", grant="SELECT, INSERT, UPDATE", shared_access="SELECT")
    policies.chain(op, "theme_rollout", grant="SELECT, INSERT, UPDATE", shared_access="SELECT")
    policies.overseen(
        op, "theme_rollout_site", grant="SELECT, UPDATE", shared_access="SELECT, INSERT"
    )


def downgrade() -> None:
    for table in ("theme_rollout_site", "theme_rollout", "theme_use"):
        op.execute(f"DROP TABLE shared.{table}")
