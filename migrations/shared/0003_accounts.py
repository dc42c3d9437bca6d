"""Staff accounts and grants: read and written only inside shared()."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0003"
down_revision = "s0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE shared.staff (
            id uuid CONSTRAINT pk_staff PRIMARY KEY,
            login varchar(32) NOT NULL CONSTRAINT uq_staff_login UNIQUE,
            name varchar(40) NOT NULL,
            email varchar(254),
            phone varchar(20),
            password_hash varchar(120) NOT NULL,
            totp_secret bytea,
            totp_on boolean NOT NULL,
            totp_step bigint,
            state varchar(10) NOT NULL,
            epoch integer NOT NULL,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz,
            CONSTRAINT ck_staff_login_is_lower CHECK (login = lower(login)),
            CONSTRAINT ck_staff_state CHECK (state IN ('active', 'frozen'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE shared.staff_grant (
            staff_id uuid NOT NULL,
            tenant_id bigint NOT NULL,
            role varchar(20) NOT NULL,
            granted_by uuid,
            created_at timestamptz NOT NULL,
            CONSTRAINT pk_staff_grant PRIMARY KEY (staff_id, tenant_id, role)
        )
        """
    )
    op.execute("CREATE INDEX ix_staff_grant_tenant_id ON shared.staff_grant (tenant_id)")
    policies.registry_only(op, "staff", grant="SELECT, INSERT, UPDATE")
    policies.registry_only(op, "staff_grant", grant="SELECT, INSERT, DELETE")


def downgrade() -> None:
    op.execute("DROP TABLE shared.staff_grant")
    op.execute("DROP TABLE shared.staff")
