"""Sites move in the tree, staff enter them for a while, and owners are invited by a link."""

from __future__ import annotations

from alembic import op

from migrations import policies
from migrations.functions import ledger_0006, ledger_0012

revision = "s0012"
down_revision = "s0011"
branch_labels = None
depends_on = None

BOUND = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"
GATE = str(ledger_0006.GATE)
INNER = (
    "ledger_chain_of(jsonb, uuid)",
    "ledger_account_in(bigint[], bigint, text, text, text, text, timestamptz)",
)
FORMER = "ledger_account_of(bigint, text, text, text, text, timestamptz)"


def upgrade() -> None:
    _grants()
    _invitations()
    _moves()
    _books()


def _grants() -> None:
    """A grant may end by itself, say why it was taken and on behalf of which site above."""
    op.execute(
        "ALTER TABLE shared.staff_grant ADD COLUMN expires_at timestamptz,"
        " ADD COLUMN reason varchar(200), ADD COLUMN via_id bigint"
    )
    op.execute(
        "ALTER TABLE shared.staff_grant ADD CONSTRAINT ck_staff_grant_steward CHECK"
        " (role <> 'steward' OR (expires_at IS NOT NULL AND reason IS NOT NULL"
        " AND via_id IS NOT NULL))"
    )


def _invitations() -> None:
    op.execute(
        """
        CREATE TABLE shared.staff_token (
            digest bytea CONSTRAINT pk_staff_token PRIMARY KEY,
            staff_id uuid NOT NULL,
            tenant_id bigint NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX ix_staff_token_staff_id ON shared.staff_token (staff_id)")
    policies.registry_only(op, "staff_token", grant="SELECT, UPDATE")
    op.execute(INVITED)
    _right("owner_invited(uuid, bytea, timestamptz, timestamptz)", policies.APP)


def _moves() -> None:
    op.execute(
        """
        CREATE TABLE shared.site_move (
            id uuid CONSTRAINT pk_site_move PRIMARY KEY,
            site_id bigint NOT NULL,
            from_id bigint NOT NULL,
            to_id bigint NOT NULL,
            sites integer NOT NULL,
            terms_before jsonb NOT NULL,
            terms_after jsonb NOT NULL,
            moved_by varchar(80) NOT NULL,
            moved_at timestamptz NOT NULL,
            undone_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX ix_site_move_site_id ON shared.site_move (site_id, id)")
    policies.registry_only(op, "site_move", grant="SELECT, INSERT, UPDATE")
    op.execute(f"GRANT UPDATE ON shared.tenant_terms TO {policies.SHARED}")
    op.execute(ledger_0012.SITE_MOVED.replace("%(gate)s", GATE))
    _right("site_moved(bigint, bigint)", policies.SHARED)


def _books() -> None:
    """An account's balance is seen from where its site stands now, with all that made it."""
    op.execute(ledger_0012.CHAIN_OF)
    for function in INNER:
        op.execute(f"REVOKE ALL ON FUNCTION shared.{function} FROM PUBLIC")
    op.execute(ledger_0012.writer(ledger_0006.WRITER).replace("%(gate)s", GATE))
    op.execute(f"DROP FUNCTION shared.{FORMER}")
    for table in ("ledger_entry", "ledger_snapshot"):
        op.execute(
            f"ALTER POLICY books_read ON shared.{table} USING ({policies.TENANT} = ANY (chain)"
            " OR EXISTS (SELECT 1 FROM shared.ledger_account a WHERE a.id = account_id))"
        )
    op.execute(
        "CREATE INDEX ix_order_index_sub_agent ON shared.order_index ((chain[3]), placed_at)"
        " WHERE chain[3] IS NOT NULL"
    )
    op.execute(TASK)


def _right(function: str, role: str) -> None:
    op.execute(f"REVOKE ALL ON FUNCTION shared.{function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION shared.{function} TO {role}")


# The one way an invitation is made: for the owner of the bound site, and only while the account
# has no password yet. Older links end.
INVITED = f"""
CREATE FUNCTION shared.owner_invited(
    p_staff uuid, p_digest bytea, p_now timestamptz, p_until timestamptz,
    OUT login text, OUT name text, OUT email text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
BEGIN
    SELECT s.login, s.name, s.email INTO login, name, email
    FROM staff s JOIN staff_grant g ON g.staff_id = s.id
    WHERE s.id = p_staff AND s.password_hash = '!' AND s.state = 'active'
        AND g.tenant_id = {BOUND} AND g.role = 'agent';
    IF email IS NULL THEN RETURN; END IF;
    UPDATE staff_token SET used_at = p_now WHERE staff_id = p_staff AND used_at IS NULL;
    INSERT INTO staff_token (digest, staff_id, tenant_id, created_at, expires_at)
    VALUES (p_digest, p_staff, {BOUND}, p_now, p_until);
END $$
"""

# What must be decided about an order concerns those who were above the site when it was placed.
TASK = f"""
CREATE OR REPLACE FUNCTION shared.task_opened(wanted jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE given shared.fulfilment_task :=
    jsonb_populate_record(NULL::shared.fulfilment_task, wanted);
BEGIN
    given.tenant_id := {BOUND};
    given.chain := coalesce((SELECT chain FROM order_index
        WHERE order_id = given.order_id AND tenant_id = {BOUND}), {CHAIN});
    INSERT INTO shared.fulfilment_task SELECT given.*
    ON CONFLICT (order_id, kind) DO UPDATE SET reason = excluded.reason, closed_at = NULL;
END $$
"""


def downgrade() -> None:
    """Back before sites could move; only for an alliance in which none has."""
    op.execute("DROP INDEX shared.ix_order_index_sub_agent")
    for table in ("ledger_entry", "ledger_snapshot"):
        op.execute(
            f"ALTER POLICY books_read ON shared.{table} USING ({policies.TENANT} = ANY (chain))"
        )
    op.execute(ledger_0012.before(ledger_0006.WRITER, "ledger_account_of"))
    op.execute(f"REVOKE ALL ON FUNCTION shared.{FORMER} FROM PUBLIC")
    op.execute(ledger_0012.before(ledger_0006.WRITER, "ledger_write").replace("%(gate)s", GATE))
    op.execute("DROP FUNCTION shared.site_moved(bigint, bigint)")
    op.execute("DROP FUNCTION shared.owner_invited(uuid, bytea, timestamptz, timestamptz)")
    for function in reversed(INNER):
        op.execute(f"DROP FUNCTION shared.{function}")
    op.execute(f"REVOKE UPDATE ON shared.tenant_terms FROM {policies.SHARED}")
    op.execute("DROP TABLE shared.site_move")
    op.execute("DROP TABLE shared.staff_token")
    op.execute("ALTER TABLE shared.staff_grant DROP CONSTRAINT ck_staff_grant_steward")
    op.execute(
        "ALTER TABLE shared.staff_grant DROP COLUMN expires_at, DROP COLUMN reason,"
        " DROP COLUMN via_id"
    )
