"""What the web process may not do to the books, and whose books a site may read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kameng.domains.ledger import service
from kameng.domains.ledger.rules import AccountKind, house
from kameng.kit import clock, ids
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.ledger import cash, fill, move, purse
from tests.support.worlds import Alliance, Builder

TABLES = ("ledger_account", "ledger_txn", "ledger_entry", "ledger_snapshot")


@pytest.fixture
def hub(alliance: Alliance) -> Iterator[Tenant]:
    """The master site, bound, with one posting."""
    with use(alliance.hub) as tenant:
        fill(tenant, "kim", "10.00")
        session.commit()
        yield tenant


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE shared.{} SET chain = '{{1}}'", "DELETE FROM shared.{}"])
def test_the_web_process_can_change_no_row_itself(hub: Tenant, table: str, verb: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(verb.format(table)))


@pytest.mark.parametrize("table", TABLES)
def test_the_web_process_can_insert_no_row_itself(hub: Tenant, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(f"INSERT INTO shared.{table} DEFAULT VALUES"))


@pytest.mark.parametrize(
    "call",
    [
        "ledger_write('{}', '[]', 'posted', NULL, NULL)",
        "ledger_move(gen_random_uuid(), 0, 5, 0, 0)",
        "ledger_close('2020-01-01', now())",
        "ledger_take('2020-01-01')",
    ],
)
def test_the_inner_functions_are_out_of_the_web_processs_reach(hub: Tenant, call: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(f"SELECT shared.{call}".replace(":", r"\:")))


def test_nothing_can_be_posted_where_no_tenant_is_bound(alliance: Alliance) -> None:
    what = move(cash(alliance.hub), purse(alliance.hub), "1")
    with shared(), pytest.raises(DBAPIError):
        service.post(alliance.hub, what, now=clock.now())


@pytest.mark.parametrize("table", ["ledger_txn", "ledger_entry", "ledger_snapshot"])
def test_not_even_the_owner_can_change_or_remove_what_is_written(
    hub: Tenant, owner: Engine, table: str
) -> None:
    for verb in (f"UPDATE shared.{table} SET day = day", f"DELETE FROM shared.{table}"):
        with owner.connect() as connection, pytest.raises(DBAPIError, match="only grows"):
            connection.execute(text(verb))


def test_not_even_the_owner_can_write_an_entry_without_its_twin(hub: Tenant, owner: Engine) -> None:
    lonely = text(
        "INSERT INTO shared.ledger_entry VALUES"
        " (:txn, 1, :account, :tenant, :chain, 'CNY', 5, false, NULL, current_date)"
    )
    values = {"txn": ids.uuid7(), "account": ids.uuid7(), "tenant": hub.id, "chain": [hub.id]}
    with owner.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.execute(lonely, values)
        with pytest.raises(DBAPIError, match="does not sum to zero"):
            connection.exec_driver_sql("COMMIT")


def test_not_even_the_owner_can_push_an_account_through_its_floor(
    hub: Tenant, owner: Engine
) -> None:
    push = text(
        "UPDATE shared.ledger_account SET posted_debit = posted_debit + 10000001"
        " WHERE tenant_id = :id AND kind = 'wallet'"
    )
    with owner.connect() as connection, pytest.raises(DBAPIError, match="ck_ledger_account_floor"):
        connection.execute(push, {"id": hub.id})


def _visible(reader: Tenant) -> set[int]:
    """Tenants whose accounts the reader sees; transactions and entries must agree."""
    with use(reader):
        return {
            tenant_id
            for table in ("ledger_account", "ledger_entry")
            for tenant_id in session.scalars(text(f"SELECT tenant_id FROM shared.{table}"))
        }


def test_a_site_reads_its_own_books_and_those_below_and_no_others(
    alliance: Alliance, builder: Builder
) -> None:
    sister = builder.site(f"sis{alliance.hub.id}", alliance.hub)
    stranger = builder.alliance().hub
    for tenant in (alliance.hub, alliance.ada, alliance.bo, sister, stranger):
        with use(tenant):
            fill(tenant, "kim", "1.00")
            session.commit()
    below_hub = {alliance.hub.id, alliance.ada.id, alliance.bo.id, sister.id}
    assert _visible(alliance.hub) == below_hub
    assert _visible(alliance.ada) == {alliance.ada.id, alliance.bo.id}
    assert _visible(alliance.bo) == {alliance.bo.id}
    assert _visible(sister) == {sister.id}
    assert _visible(stranger) == {stranger.id}


def test_an_agent_sees_only_the_own_line_of_a_posting_that_touches_the_master(
    alliance: Alliance,
) -> None:
    with use(alliance.ada) as ada:
        master = house(alliance.hub.id, AccountKind.CASH_BY_HAND)
        service.post(ada, move(master, house(ada.id, AccountKind.MARGIN), "1"), now=clock.now())
        session.commit()
        seen = session.scalars(text("SELECT tenant_id FROM shared.ledger_entry")).all()
    assert seen == [alliance.ada.id]
