"""A site's own roles; grants are locked while they change; anybody hired by mail gets a link."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0015"
down_revision = "s0014"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"

# The one way an invitation is made: for somebody who belongs to the bound site, and only while the
# account has no password yet. Older links end.
INVITED = """
CREATE OR REPLACE FUNCTION shared.owner_invited(
    p_staff uuid, p_digest bytea, p_now timestamptz, p_until timestamptz,
    OUT login text, OUT name text, OUT email text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    SELECT s.login, s.name, s.email INTO login, name, email
    FROM staff s JOIN staff_grant g ON g.staff_id = s.id
    WHERE s.id = p_staff AND s.password_hash = '!' AND s.state = 'active'
        AND g.tenant_id = {bound} AND {roles};
    IF email IS NULL THEN RETURN; END IF;
    UPDATE staff_token SET used_at = p_now WHERE staff_id = p_staff AND used_at IS NULL;
    INSERT INTO staff_token (digest, staff_id, tenant_id, created_at, expires_at)
    VALUES (p_digest, p_staff, {bound}, p_now, p_until);
END $$
"""


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE shared.staff_role (
            tenant_id bigint NOT NULL,
            code varchar(20) NOT NULL,
            name varchar(30) NOT NULL,
            permissions varchar(40)[] NOT NULL,
            version integer NOT NULL,
            changed_at timestamptz NOT NULL,
            CONSTRAINT pk_staff_role PRIMARY KEY (tenant_id, code),
            CONSTRAINT uq_staff_role_name UNIQUE (tenant_id, name),
            CONSTRAINT ck_staff_role_code CHECK (code LIKE 'own-%')
        )
        """
    )
    policies.registry_only(op, "staff_role")
    op.execute(f"GRANT UPDATE ON shared.staff_grant TO {policies.SHARED}")
    op.execute(INVITED.format(bound=BOUND, roles="g.role <> 'steward'"))


def downgrade() -> None:
    """Back to the built-in roles; who had an own one has nothing."""
    op.execute("DELETE FROM shared.staff_grant WHERE role LIKE 'own-%'")
    op.execute(INVITED.format(bound=BOUND, roles="g.role = 'agent'"))
    op.execute(f"REVOKE UPDATE ON shared.staff_grant FROM {policies.SHARED}")
    op.execute("DROP TABLE shared.staff_role")
