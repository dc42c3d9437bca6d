"""Who may see which rows: the few kinds of policy every shared table has (architecture.md).

own       rows of the bound tenant, for reading and writing
chain     rows of the bound tenant and its ancestors for reading, own rows for writing
books     rows whose `chain` names the bound tenant for reading (itself and everything below);
          written only by SECURITY DEFINER functions
overseen  rows of the bound tenant for reading and writing; the master reads those of its alliance
given     rows of the bound tenant to read and change, and those it gave (`giver_id`) to sites
          below it; only the giver adds them
registry  no tenant's role at all; `app_shared` only
"""

from __future__ import annotations

from typing import Any

TENANT = "current_setting('app.tenant_id')::bigint"
CHAIN = "current_setting('app.chain')::bigint[]"
OWNER, APP, SHARED, RELAY = "kameng_owner", "kameng_app", "kameng_app_shared", "kameng_relay"
READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"


def own(
    op: Any, table: str, *, grant: str = WRITE, shared_access: str = "", relay: str = ""
) -> None:
    """Rows of the bound tenant. `shared_access`/`relay` name verbs those roles get on all rows."""
    _force(op, table)
    op.execute(
        f"CREATE POLICY own ON shared.{table} TO {APP}"
        f" USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    _grant(op, table, APP, grant)
    _others(op, table, shared_access, relay)


def chain(
    op: Any, table: str, *, grant: str = WRITE, shared_access: str = "", relay: str = ""
) -> None:
    """Rows of the bound tenant and its ancestors to read; only own rows to write."""
    _force(op, table)
    op.execute(
        f"CREATE POLICY chain_read ON shared.{table} FOR SELECT TO {APP}"
        f" USING (tenant_id = ANY ({CHAIN}))"
    )
    for verb, clause in (
        ("INSERT", f"WITH CHECK (tenant_id = {TENANT})"),
        ("UPDATE", f"USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"),
        ("DELETE", f"USING (tenant_id = {TENANT})"),
    ):
        op.execute(
            f"CREATE POLICY chain_{verb.lower()} ON shared.{table} FOR {verb} TO {APP} {clause}"
        )
    _grant(op, table, APP, grant)
    _others(op, table, shared_access, relay)


def books(
    op: Any, table: str, *, column: str = "chain", shared_access: str = "", relay: str = ""
) -> None:
    """Rows of the bound tenant and everything below it, to read only."""
    _force(op, table)
    op.execute(
        f"CREATE POLICY books_read ON shared.{table} FOR SELECT TO {APP}"
        f" USING ({TENANT} = ANY ({column}))"
    )
    _grant(op, table, APP, READ)
    _others(op, table, shared_access, relay)


def overseen(
    op: Any, table: str, *, grant: str = WRITE, shared_access: str = "", relay: str = ""
) -> None:
    """Rows of the bound tenant; besides, the master (`root_id`) reads those of its alliance."""
    own(op, table, grant=grant, shared_access=shared_access, relay=relay)
    op.execute(
        f"CREATE POLICY overseen ON shared.{table} FOR SELECT TO {APP} USING (root_id = {TENANT})"
    )


def given(op: Any, table: str, *, shared_access: str = "") -> None:
    """Rows between two sites: the bound one has it or gave it; given only to sites below."""
    _force(op, table)
    mine = f"tenant_id = {TENANT} OR giver_id = {TENANT}"
    below = (
        "EXISTS (SELECT 1 FROM shared.tenant t WHERE t.id = tenant_id AND"
        f" t.path <@ array_to_string({CHAIN}, '.')::shared.ltree)"
    )
    for name, verb, clause in (
        ("given_read", "SELECT", f"USING ({mine})"),
        (
            "given_insert",
            "INSERT",
            f"WITH CHECK (giver_id = {TENANT} AND tenant_id <> {TENANT} AND {below})",
        ),
        ("given_update", "UPDATE", f"USING ({mine}) WITH CHECK ({mine})"),
    ):
        op.execute(f"CREATE POLICY {name} ON shared.{table} FOR {verb} TO {APP} {clause}")
    _grant(op, table, APP, "SELECT, INSERT, UPDATE")
    _others(op, table, shared_access, "")


def registry_only(op: Any, table: str, *, grant: str = WRITE, relay: str = "") -> None:
    """Rows no tenant's role may see; the shared role works on them."""
    _force(op, table)
    _others(op, table, grant, relay)


def _force(op: Any, table: str) -> None:
    op.execute(f"ALTER TABLE shared.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE shared.{table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY owner_all ON shared.{table} TO {OWNER} USING (true) WITH CHECK (true)"
    )


def _others(op: Any, table: str, shared_access: str, relay: str) -> None:
    for role, verbs in ((SHARED, shared_access), (RELAY, relay)):
        if verbs:
            op.execute(
                f"CREATE POLICY all_{role} ON shared.{table} TO {role}"
                " USING (true) WITH CHECK (true)"
            )
            _grant(op, table, role, verbs)


def _grant(op: Any, table: str, role: str, verbs: str) -> None:
    op.execute(f"GRANT {verbs} ON shared.{table} TO {role}")
