"""Every shared table has forced row-level security and a policy, and no login skips it."""

from __future__ import annotations

from sqlalchemy import Engine, text

from kameng.config import ROLES, Settings
from tenants.database import SharedModel

KINDS = {"own", "chain_read", "books_read", "family", "all_kameng_app_shared", "all_kameng_relay"}


def test_every_shared_table_has_forced_policies(tools: Settings, owner: Engine) -> None:
    query = text(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
        " array_agg(p.polname ORDER BY p.polname) FILTER (WHERE p.polname <> 'owner_all')"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE n.nspname = 'shared' AND c.relkind IN ('r', 'p')"
        " AND c.relname <> 'schema_version' GROUP BY 1, 2 ORDER BY 1"
    )
    with owner.connect() as connection:
        rows = connection.execute(query).all()
    bare = [row[0] for row in rows if not row[1] or not row[2]]
    assert bare == []
    assert {row[0] for row in rows} >= {t.name for t in SharedModel.metadata.tables.values()}


def test_no_login_of_the_processes_skips_policies(tools: Settings, owner: Engine) -> None:
    query = text(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (:names)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
    )
    known = text("SELECT count(*) FROM pg_roles WHERE rolname = ANY (:names)")
    names = {"names": list(ROLES.values())}
    with owner.connect() as connection:
        assert connection.execute(known, names).scalar_one() == len(ROLES)
        assert connection.execute(query, names).scalars().all() == []


def test_the_processes_own_nothing(tools: Settings, owner: Engine) -> None:
    query = text(
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE r.rolname IN ('kameng_app', 'kameng_app_shared', 'kameng_relay')"
    )
    with owner.connect() as connection:
        assert connection.execute(query).scalars().all() == []


def test_definer_functions_fix_their_search_path(tools: Settings, owner: Engine) -> None:
    query = text(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'shared' AND p.prosecdef"
        " AND NOT coalesce(p.proconfig::text LIKE '%search_path=shared, pg_temp%', false)"
    )
    with owner.connect() as connection:
        assert connection.execute(query).scalars().all() == []


def test_public_may_run_no_definer_function(tools: Settings, owner: Engine) -> None:
    query = text(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'shared' AND p.prosecdef AND (p.proacl IS NULL"
        " OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) a WHERE a.grantee = 0))"
    )
    with owner.connect() as connection:
        assert connection.execute(query).scalars().all() == []
