"""Every shared table is listed with the kind of rows it shows, and the database says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from kameng.config import ROLES, Settings
from tenants.database import SharedModel, engines
from tests.house.rows import SEQUENCES, TABLES, WITHOUT_POLICY, Policy, policies, rights
from tests.support.worlds import Alliance, Builder

VERBS = {"SELECT": "S", "INSERT": "I", "UPDATE": "U", "DELETE": "D", "USAGE": "U"}
ORDER = "SIUD"
OTHER = "X"
"""TRUNCATE, REFERENCES, TRIGGER: nobody but the owner has any use for them."""


@pytest.fixture(scope="module")
def alliance(builder: Builder) -> Alliance:
    """One for all tests here: they look, and change nothing."""
    return builder.alliance()


@pytest.fixture
def behind(tools: Settings, owner: Engine) -> Iterator[Connection]:
    """A look behind the policies."""
    with owner.connect() as connection:
        yield connection


@contextmanager
def bare(role: str) -> Iterator[Any]:
    """A connection of a role as the driver gives it, without our opening packet."""
    raw = engines.named(role).raw_connection()
    try:
        yield raw.dbapi_connection
    finally:
        raw.invalidate()
        raw.close()


def names(behind: Connection, kinds: str) -> set[str]:
    """The shared schema's relations of these kinds."""
    query = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'shared'::regnamespace"
        ' AND relkind = ANY (CAST(:kinds AS "char"[]))'
    )
    return set(behind.execute(query, {"kinds": list(kinds)}).scalars())


def granted(behind: Connection, schema: str) -> dict[str, dict[str, str]]:
    """Relation -> role -> verbs, without the relation's owner; `public` counts as a role."""
    query = text(
        "SELECT c.relname, coalesce(r.rolname, 'public'), a.privilege_type"
        " FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a"
        " LEFT JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE c.relnamespace = CAST(:schema AS regnamespace) AND a.grantee <> c.relowner"
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for relation, role, right in behind.execute(query, {"schema": schema}):
        verbs = found[relation].get(role, "") + VERBS.get(right, OTHER)
        found[relation][role] = "".join(sorted(verbs, key=f"{ORDER}{OTHER}".index))
    return dict(found)


def test_every_shared_table_is_listed_and_every_listed_table_is_there(behind: Connection) -> None:
    assert names(behind, "rpf") - WITHOUT_POLICY == set(TABLES)
    assert {table.name for table in SharedModel.metadata.tables.values()} <= set(TABLES)


def test_every_shared_table_forces_its_policies_on_its_owner_too(behind: Connection) -> None:
    query = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'shared'::regnamespace"
        " AND relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity"
    )
    assert set(behind.execute(query).scalars()) == set(TABLES)


def test_every_policy_is_the_one_of_its_tables_kind_and_there_is_no_other(
    behind: Connection,
) -> None:
    query = text(
        "SELECT c.relname, p.polname, p.polcmd::text, array_to_string(ARRAY("
        "SELECT coalesce(r.rolname, 'public') FROM unnest(p.polroles) AS o(id)"
        " LEFT JOIN pg_roles r ON r.oid = o.id ORDER BY 1), ','),"
        " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),"
        " p.polpermissive FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
        " WHERE c.relnamespace = 'shared'::regnamespace"
    )
    found: dict[str, set[Policy]] = defaultdict(set)
    for table, *policy, permissive in behind.execute(query):
        assert permissive, f"{table}: a restrictive policy this test does not know"
        found[table].add(tuple(policy))  # type: ignore[arg-type]
    assert found == {table: policies(rows) for table, rows in TABLES.items()}


def test_every_role_has_the_rights_of_the_list_and_no_more(behind: Connection) -> None:
    expected = {table: rights(rows) for table, rows in TABLES.items()}
    expected |= SEQUENCES
    assert granted(behind, "shared") == {name: who for name, who in expected.items() if who}


def test_no_right_hangs_on_a_column_and_no_view_looks_past_the_policies(
    behind: Connection,
) -> None:
    columns = text(
        "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE c.relnamespace = 'shared'::regnamespace AND attacl IS NOT NULL"
    )
    assert list(behind.execute(columns).scalars()) == []
    assert names(behind, "vm") == set()


def test_only_the_sites_role_opens_a_sites_schema(behind: Connection, alliance: Alliance) -> None:
    for table, who in granted(behind, alliance.ada.schema).items():
        assert who == {"kameng_app": "SIUD"}, table
    query = text(
        "SELECT r.rolname, has_schema_privilege(r.oid, n.oid, 'USAGE'),"
        " has_schema_privilege(r.oid, n.oid, 'CREATE')"
        " FROM pg_roles r, pg_namespace n WHERE r.rolname = ANY (:names) AND n.nspname = :schema"
    )
    for schema, entering in ((alliance.ada.schema, {"kameng_app"}), ("public", set())):
        who = behind.execute(query, {"names": others(), "schema": schema}).all()
        assert {row[0] for row in who if row[1]} == entering
        assert not [row[0] for row in who if row[2]]


def others() -> list[str]:
    """The logins of web, worker and relay: every one but the owner."""
    return [name for role, name in ROLES.items() if role != "owner"]


@pytest.mark.parametrize("table", sorted(t for t, rows in TABLES.items() if rows.app))
def test_without_the_opening_packet_a_table_is_an_error_and_never_an_empty_list(
    tools: Settings, alliance: Alliance, table: str
) -> None:
    """Never set, and set once and gone with its transaction: both are errors."""
    gone = "BEGIN; SET LOCAL app.tenant_id = '1'; SET LOCAL app.chain = '{1}'; COMMIT"
    with bare("app") as line:
        for packet in ("SELECT 1", gone):
            line.execute(packet)
            with pytest.raises(psycopg.Error, match=r"app\.|malformed array|bigint"):
                line.execute(f"SELECT count(*) FROM shared.{table}")


@pytest.mark.parametrize(("role", "column"), [("app_shared", "shared"), ("relay", "relay")])
def test_the_shared_role_and_the_relay_cannot_even_ask_for_what_is_not_theirs(
    tools: Settings, role: str, column: str
) -> None:
    with bare(role) as line:
        for table, rows in TABLES.items():
            if "S" not in getattr(rows, column):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    line.execute(f"SELECT 1 FROM shared.{table}")


def test_no_login_of_the_processes_skips_policies(behind: Connection) -> None:
    query = text(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (:names)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolinherit)"
    )
    known = text("SELECT count(*) FROM pg_roles WHERE rolname = ANY (:names)")
    every = {"names": list(ROLES.values())}
    assert behind.execute(known, every).scalar_one() == len(ROLES)
    assert behind.execute(query, every).scalars().all() == []


def test_the_processes_own_nothing_and_are_members_of_nothing(behind: Connection) -> None:
    owned = text(
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE r.rolname = ANY (:names)"
    )
    joined = text(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
        " WHERE r.rolname = ANY (:names)"
    )
    for query in (owned, joined):
        assert behind.execute(query, {"names": others()}).scalars().all() == []


def test_definer_functions_fix_their_search_path(behind: Connection) -> None:
    query = text(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'shared' AND p.prosecdef"
        " AND NOT coalesce(p.proconfig::text LIKE '%search_path=shared, pg_temp%', false)"
    )
    assert behind.execute(query).scalars().all() == []


def test_public_may_run_no_definer_function(behind: Connection) -> None:
    query = text(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'shared' AND p.prosecdef AND (p.proacl IS NULL"
        " OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"
    )
    assert behind.execute(query).scalars().all() == []
