"""Looks a site keeps for those below it, and what became of each at the sites it was given to."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0048"
down_revision = "s0047"
branch_labels = None
depends_on = None

PRESET = """
CREATE TABLE shared.site_preset (
    id uuid CONSTRAINT pk_site_preset PRIMARY KEY,
    tenant_id bigint NOT NULL,
    name varchar(30) NOT NULL,
    note varchar(200) NOT NULL,
    trade varchar(20) NOT NULL,
    theme varchar(40) NOT NULL,
    theme_version varchar(20) NOT NULL,
    doc_json jsonb NOT NULL,
    tokens_json jsonb NOT NULL,
    made_from uuid NOT NULL,
    made_seq integer NOT NULL,
    author varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    archived_at timestamptz
)
"""

PUSH = """
CREATE TABLE shared.preset_push (
    id uuid CONSTRAINT pk_preset_push PRIMARY KEY,
    tenant_id bigint NOT NULL,
    giver_id bigint NOT NULL,
    preset_id uuid NOT NULL CONSTRAINT fk_preset_push_preset_id_site_preset
        REFERENCES shared.site_preset (id),
    state varchar(10) NOT NULL,
    reason varchar(40) NOT NULL,
    revision_id uuid,
    base_rev uuid,
    media jsonb NOT NULL,
    left_out jsonb NOT NULL,
    author varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT ck_preset_push_state CHECK (state IN
        ('waiting', 'drafted', 'published', 'discarded', 'failed'))
)
"""

INDEXES = (
    "CREATE INDEX ix_site_preset_tenant_id ON shared.site_preset (tenant_id, id)",
    "CREATE UNIQUE INDEX uq_preset_push_waiting ON shared.preset_push (tenant_id, preset_id)"
    " WHERE state = 'waiting'",
    "CREATE UNIQUE INDEX uq_preset_push_drafted ON shared.preset_push (tenant_id, preset_id)"
    " WHERE state = 'drafted'",
    "CREATE INDEX ix_preset_push_preset_id ON shared.preset_push (preset_id, id)",
    "CREATE INDEX ix_preset_push_queue ON shared.preset_push (giver_id, id)"
    " WHERE state = 'waiting'",
)


def upgrade() -> None:
    op.execute(PRESET)
    op.execute(PUSH)
    for index in INDEXES:
        op.execute(index)
    policies.chain(op, "site_preset", grant="SELECT, INSERT, UPDATE")
    policies.given(op, "preset_push", shared_access="SELECT")


def downgrade() -> None:
    op.execute("DROP TABLE shared.preset_push")
    op.execute("DROP TABLE shared.site_preset")
