"""Own domains: what sites claim, how it was proven, when it is looked at again.

`own_domain` holds claims, also of one host by several sites; `hostname` goes on holding what leads
to a site, so a claim gets its row there only with the proof, and loses it with the proof.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0011"
down_revision = "s0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE shared.own_domain (
            tenant_id bigint NOT NULL,
            host varchar(253) NOT NULL,
            token varchar(43) NOT NULL,
            state varchar(10) NOT NULL,
            method varchar(4),
            fault varchar(12),
            failures integer NOT NULL,
            failing_since timestamptz,
            missed integer NOT NULL,
            reached boolean NOT NULL,
            added_at timestamptz NOT NULL,
            state_at timestamptz NOT NULL,
            checked_at timestamptz,
            next_check_at timestamptz,
            notice varchar(10),
            CONSTRAINT pk_own_domain PRIMARY KEY (tenant_id, host),
            CONSTRAINT ck_own_domain_state CHECK (state IN ('pending', 'proven', 'lost')),
            CONSTRAINT ck_own_domain_method CHECK (method IN ('dns', 'file'))
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_own_domain_due ON shared.own_domain (next_check_at)"
        " WHERE next_check_at IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX ix_own_domain_notice ON shared.own_domain (host) WHERE notice IS NOT NULL"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_own_domain_proven ON shared.own_domain (host)"
        " WHERE state = 'proven'"
    )
    policies.own(op, "own_domain", shared_access="SELECT, UPDATE")
    op.execute(
        "CREATE UNIQUE INDEX uq_hostname_canonical ON shared.hostname (tenant_id) WHERE canonical"
    )
    op.execute(f"GRANT INSERT, UPDATE, DELETE ON shared.hostname TO {policies.APP}")


def downgrade() -> None:
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON shared.hostname FROM {policies.APP}")
    op.execute("DROP INDEX shared.uq_hostname_canonical")
    op.execute("DROP TABLE shared.own_domain")
