"""What our SQL must never say: nothing that outlives its transaction, nothing that names a site's
schema, nothing a Citus coordinator refuses (docs/adr/0055-beyond-one-machine.md)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, Engine, text

from kameng.config import Settings
from migrations import run
from tenants.database import SharedModel, TenantModel
from tests.house import statements
from tests.house.statements import (
    CLOCKS,
    LASTING,
    LEFT_BEHIND,
    REFUSED,
    SETTINGS,
    breaking,
    reading,
    rule,
)

LONGEST = 52
"""Citus appends `_<shard>` to every name, and PostgreSQL cuts at 63 bytes."""
SCHEMAS_ARE_MADE_IN = ("tenants/", "migrations/", "platform/kameng/faces/worker/migrating.py")


def test_the_sources_are_really_read() -> None:
    """A guard that finds nothing because it looks nowhere guards nothing."""
    files = {one.file for one in statements.statements()}
    assert len(statements.statements()) > 150
    assert {"tenants/database.py", "platform/kameng/domains/orders/record.py"} <= files
    assert breaking(rule(r"SET LOCAL search_path"))


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("SET search_path = x", "BEGIN; SET LOCAL search_path = x"),
        ("SET SESSION app.tenant_id = 1", "UPDATE staff SET role = :role"),
        ("ALTER TABLE x SET (fillfactor = 70); RESET ALL", "UPDATE due SET at = :at"),
        ("SELECT set_config('app.tenant_id', '1', false)", "SELECT current_setting('app.chain')"),
    ],
)
def test_the_guard_against_lasting_settings_knows_them(bad: str, good: str) -> None:
    assert LASTING.search(bad)
    assert not LASTING.search(good)


def test_no_setting_outlives_its_transaction() -> None:
    """A pooled connection would carry it to the next tenant."""
    assert breaking(LASTING, "migrations/roles.py") == []


def test_a_role_gets_its_settings_once_and_no_database_rights() -> None:
    """The one place that sets something for good: the four logins, at migrate."""
    lasting = [line for line in breaking(LASTING) if "ALTER ROLE" not in line]
    assert lasting == []


def test_no_lock_prepared_statement_or_temporary_table_is_left_on_a_connection() -> None:
    assert breaking(LEFT_BEHIND) == []


def test_a_sites_schema_is_named_by_nobody_but_those_who_make_it() -> None:
    """Everything else finds its tables through the search path of its transaction."""
    named = (
        r"\bt_[0-9a-z]{13}\b|(search_path\s*=|SCHEMA|FROM|JOIN|INTO|UPDATE|TABLE)\s*\"?\{\}\"?\."
    )
    assert breaking(rule(named), *SCHEMAS_ARE_MADE_IN) == []
    assert reading({"schema", "schema_name"}, *SCHEMAS_ARE_MADE_IN) == []


def test_nothing_is_read_by_star_from_a_table() -> None:
    """The code of revision n meets schemas of n + 1; only a list it made itself has a star."""
    star = r"\bSELECT\s+(DISTINCT\s+)?(\w+\.)?\*(?!\s+FROM\s*\()"
    assert breaking(rule(star), "migrations/") == []


def test_time_and_chance_come_from_outside() -> None:
    """Citus refuses them in an upsert; and a test, or a replay, could not say when it was."""
    assert breaking(CLOCKS, "migrations/") == []
    assert reading({"server_default", "onupdate", "server_onupdate"}) == []
    for name, tree in statements.sources().items():
        for call in statements.calls(tree, "func"):
            assert not CLOCKS.match(f"{call}("), f"{name}: func.{call}"


def test_no_statement_is_of_a_kind_that_citus_refuses() -> None:
    assert breaking(REFUSED) == []


def test_no_statement_asks_whose_transaction_it_is() -> None:
    """The code was told; on Citus another node would be asked."""
    assert breaking(SETTINGS, "migrations/") == []


def test_one_message_holds_one_statement() -> None:
    """But for the packet that opens a transaction, and bodies of functions."""
    several = [
        str(one)
        for one in statements.statements()
        if not one.file.startswith(("tenants/database.py", "migrations/"))
        and ";" in re.sub(r"'[^']*'", "", one.text).rstrip().rstrip(";")
    ]
    assert several == []


def test_a_sites_tables_hold_only_what_can_be_spread() -> None:
    script = run.tenant_script()
    forbidden = (
        r"\bTRIGGER\b|\bFUNCTION\b|\bPROCEDURE\b|\bVIEW\b|\bRULE\b|\bPOLICY\b",
        r"\bSEQUENCE\b|\bSERIAL\b|\bIDENTITY\b|\bGENERATED\b|\bnextval\b|\bDEFAULT\b",
        r"\bUNLOGGED\b|\bTEMP\b|\bINHERITS\b|\bPARTITION\b|\bTABLESPACE\b",
        r"\bshared\s*\.|\bSCHEMA\b|\bTYPE\b|\bDOMAIN\b|\bEXTENSION\b",
    )
    for pattern in forbidden:
        assert [part for part in script if rule(pattern).search(part)] == [], pattern
    own = {name.lower() for part in script for name in rule(r"CREATE TABLE (\w+)").findall(part)}
    pointed = {name for part in script for name in rule(r"REFERENCES (\w+)").findall(part)}
    assert own
    assert pointed <= own


def test_every_table_of_a_site_can_be_moved_row_by_row() -> None:
    """Logical replication, ours or Citus's, tells rows apart by their primary key."""
    for table in TenantModel.metadata.tables.values():
        assert table.primary_key.columns, table.name


def test_names_leave_room_for_a_shards_number(owner: Engine, tools: Settings) -> None:
    for metadata in (TenantModel.metadata, SharedModel.metadata):
        for table in metadata.tables.values():
            names = [table.name, *table.columns.keys()]
            names += [str(i.name) for i in table.indexes]
            names += [str(c.name) for c in table.constraints if c.name]
            assert [name for name in names if len(name.encode()) > LONGEST] == []
    script = " ".join(run.tenant_script())
    assert [name for name in re.findall(r"\w+", script) if len(name) > LONGEST] == []


def test_no_function_of_the_shared_schema_reaches_for_a_sites_table(owner: Engine) -> None:
    """On Citus it would run beside the shared tables, far from the site's."""
    tables = "|".join(table.name for table in TenantModel.metadata.tables.values())
    reaching = rule(rf"\b(FROM|JOIN|INTO|UPDATE)\s+({tables})\b")
    with owner.connect() as connection:
        bodies = _functions(connection)
    assert len(bodies) > 20
    assert [name for name, body in bodies if reaching.search(body)] == []


def _functions(connection: Connection) -> list[tuple[str, str]]:
    query = text(
        "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
        " WHERE p.pronamespace = 'shared'::regnamespace AND l.lanname IN ('sql', 'plpgsql')"
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def test_nothing_in_the_database_crosses_from_a_site_to_the_shared_schema_by_itself(
    owner: Engine, tools: Settings
) -> None:
    """No foreign key leads from or to a shared table, so either side can live elsewhere."""
    query = text(
        "SELECT conname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid"
        " JOIN pg_class b ON b.oid = c.confrelid"
        " WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace"
    )
    with owner.connect() as connection:
        assert connection.execute(query).scalars().all() == []
