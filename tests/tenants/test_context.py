"""One tenant per transaction, none by default, and nothing left behind."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kameng.config import Settings
from tenants.context import current, shared, use
from tenants.database import connect_engine, engines, session
from tenants.errors import NoTenant, TenantChanged
from tests.support.worlds import Alliance


def seen() -> tuple[str, str]:
    row = session.execute(
        text("SELECT current_setting('app.tenant_id'), current_setting('app.chain')")
    ).one()
    return row[0], row[1]


def test_without_a_tenant_nothing_is_sent(alliance: Alliance) -> None:
    with pytest.raises(NoTenant):
        session.execute(text("SELECT 1"))


def test_a_transaction_sees_its_own_tenant_and_chain(alliance: Alliance) -> None:
    with use(alliance.ada):
        assert current() == alliance.ada
        assert seen() == (str(alliance.ada.id), f"{{{alliance.hub.id},{alliance.ada.id}}}")
        owner = session.execute(text("SELECT tenant_id FROM schema_info")).scalar_one()
        assert owner == alliance.ada.id


def test_changing_the_tenant_inside_a_transaction_is_refused(alliance: Alliance) -> None:
    with use(alliance.ada):
        session.execute(text("SELECT 1"))
        with pytest.raises(TenantChanged), use(alliance.bo):
            pass
        session.rollback()
        with use(alliance.bo):
            assert seen()[0] == str(alliance.bo.id)
        assert seen()[0] == str(alliance.ada.id)


def test_the_shared_role_has_no_tenant_tables(alliance: Alliance) -> None:
    with shared(), pytest.raises(ProgrammingError, match="does not exist"):
        session.execute(text("SELECT * FROM schema_info"))


def test_an_error_names_the_statement_and_never_its_values(alliance: Alliance) -> None:
    with use(alliance.ada), pytest.raises(ProgrammingError) as error:
        session.execute(text("SELECT nothing WHERE 'x' = :contact"), {"contact": "kim@example.com"})
    assert "SELECT nothing" in str(error.value)
    assert "kim@" not in str(error.value)


def test_a_tenant_cannot_be_reached_without_the_hook(alliance: Alliance) -> None:
    raw = engines.named("app").raw_connection()
    try:
        with raw.cursor() as cursor, pytest.raises(Exception, match=r"app\.chain|malformed array"):
            cursor.execute("SELECT * FROM shared.tenant")
        raw.rollback()
    finally:
        raw.close()


def test_a_site_reads_its_family_in_the_registry_and_nobody_else(alliance: Alliance) -> None:
    names = text("SELECT slug FROM shared.tenant ORDER BY id")
    with use(alliance.ada):
        slugs = list(session.scalars(names))
    assert slugs == [alliance.hub.slug, alliance.ada.slug, alliance.bo.slug]


def test_pooled_threads_never_see_another_tenant(alliance: Alliance) -> None:
    wrong: list[str] = []

    def visit(number: int) -> None:
        for step in range(40):
            tenant = (alliance.hub, alliance.ada, alliance.bo)[(number + step) % 3]
            with use(tenant):
                owner = session.execute(text("SELECT tenant_id FROM schema_info")).scalar_one()
                if owner != tenant.id or seen()[0] != str(tenant.id):
                    wrong.append(f"{tenant.slug} saw {owner}")
                if step % 5 == 0:
                    with pytest.raises(ProgrammingError):
                        session.execute(text("SELECT nothing_here"))
                else:
                    session.commit()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_connection_whose_server_has_gone_is_replaced_before_anything_is_lost(
    tools: Settings, alliance: Alliance
) -> None:
    admin = connect_engine(tools.database_url, pool_size=1)
    with use(alliance.ada):
        here = session.scalar(text("SELECT pg_backend_pid()"))
        session.commit()
        with admin.connect() as line:
            line.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": here})
        assert seen()[0] == str(alliance.ada.id)
    admin.dispose()


def test_after_a_restart_of_the_server_the_first_question_is_answered(
    tools: Settings, alliance: Alliance
) -> None:
    """Every connection that waits in the pool is of the server that ended."""
    together, pids = threading.Barrier(4), list[int]()

    def visit() -> None:
        with use(alliance.ada):
            pids.append(session.scalar(text("SELECT pg_backend_pid()")) or 0)
            together.wait(10)
            session.commit()

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pids)) == 4
    admin = connect_engine(tools.database_url, pool_size=1)
    with admin.connect() as line:
        for pid in pids:
            line.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    admin.dispose()
    with use(alliance.ada):
        assert seen()[0] == str(alliance.ada.id)
