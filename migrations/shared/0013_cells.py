"""Changes of the registry that every process must hear of, and which cell holds what."""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0013"
down_revision = "s0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _changes()
    _noted_by_themselves()
    _cells()


def _changes() -> None:
    """One row per change, numbered in the order of the commits, so that a reader misses none."""
    op.execute("CREATE SEQUENCE shared.registry_change_seq AS bigint")
    op.execute(
        """
        CREATE TABLE shared.registry_change (
            version bigint CONSTRAINT pk_registry_change PRIMARY KEY,
            tenant_id bigint NOT NULL,
            at timestamptz NOT NULL
        )
        """
    )
    policies.registry_only(op, "registry_change", grant="SELECT", relay="SELECT, DELETE")
    op.execute(
        """
        CREATE FUNCTION shared.note_registry_change() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
        DECLARE
            key text := CASE TG_TABLE_NAME WHEN 'tenant' THEN 'id' ELSE 'tenant_id' END;
        BEGIN
            -- held until this commit is seen by everybody: numbers appear in their order
            PERFORM pg_advisory_xact_lock(20261122);
            INSERT INTO registry_change (version, tenant_id, at)
            SELECT nextval('registry_change_seq'), site, now()
            FROM (SELECT (to_jsonb(OLD) ->> key)::bigint AS site
                  UNION SELECT (to_jsonb(NEW) ->> key)::bigint) AS sites
            WHERE site IS NOT NULL;
            RETURN NULL;
        END $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION shared.note_registry_change() FROM PUBLIC")


def _noted_by_themselves() -> None:
    """Deferred to the commit, where nothing is waited for any more: no deadlock comes of it."""
    facts = _changed("slug", "name", "path", "state", "schema_name", "currency")
    _trigger("tenant_changed", "tenant", "UPDATE", f"OLD.state <> 'opening' AND ({facts})")
    leads = _changed("tenant_id", "canonical", "verified_at")
    _trigger("hostname_changed", "hostname", "UPDATE", leads)
    _trigger("hostname_gone", "hostname", "DELETE", "true")


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)


def _trigger(name: str, table: str, verb: str, when: str) -> None:
    op.execute(
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {verb} ON shared.{table}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({when})"
        " EXECUTE FUNCTION shared.note_registry_change()"
    )


def _cells() -> None:
    """The cells of a deployment (all of them in the main cell, itself in each), and the directory:
    which cell a host, a look of a name or a login belongs to. Used only by several cells."""
    op.execute(
        """
        CREATE TABLE shared.cell (
            name varchar(20) CONSTRAINT pk_cell PRIMARY KEY,
            number integer NOT NULL CONSTRAINT uq_cell_number UNIQUE,
            added_at timestamptz NOT NULL
        )
        """
    )
    policies.registry_only(op, "cell", grant="SELECT")
    op.execute(
        """
        CREATE TABLE shared.directory (
            kind varchar(5) NOT NULL,
            name varchar(253) NOT NULL,
            cell varchar(20) NOT NULL,
            owner uuid NOT NULL,
            CONSTRAINT pk_directory PRIMARY KEY (kind, name),
            CONSTRAINT ck_directory_kind CHECK (kind IN ('host', 'look', 'login'))
        )
        """
    )
    op.execute("CREATE INDEX ix_directory_owner ON shared.directory (owner)")
    policies.registry_only(op, "directory")


def downgrade() -> None:
    op.execute("DROP TABLE shared.directory")
    op.execute("DROP TABLE shared.cell")
    for trigger, table in (
        ("hostname_gone", "hostname"),
        ("hostname_changed", "hostname"),
        ("tenant_changed", "tenant"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON shared.{table}")
    op.execute("DROP FUNCTION shared.note_registry_change()")
    op.execute("DROP TABLE shared.registry_change")
    op.execute("DROP SEQUENCE shared.registry_change_seq")
