"""Paging the journal, what an order moved, and what a site earned."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kameng.domains.ledger import service
from kameng.domains.ledger.journal import queries
from kameng.domains.ledger.journal.queries import JournalFilter
from kameng.domains.ledger.queries import balances
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.ledger import TESTER, fill, move, purse, yuan
from tests.support.worlds import Alliance


def _sold(tenant: Tenant, order_id: UUID, root_id: int) -> None:
    """Kim pays 10.00 at Ada's; Hub's cost is 8.00, Hub keeps 1.00 and Ada 1.00."""
    owed = house(root_id, AccountKind.ORDER_LIABILITY)
    paid = (
        debit(house(root_id, AccountKind.CLEARING_STRIPE), yuan("10")),
        credit(owed, yuan("10")),
    )
    split = (
        debit(owed, yuan("10")),
        credit(house(root_id, AccountKind.SUPPLIER_COST), yuan("8")),
        credit(house(root_id, AccountKind.MARGIN), yuan("1")),
        credit(house(tenant.id, AccountKind.MARGIN), yuan("1")),
    )
    for kind, lines in (("order_paid", paid), ("order_delivered", split)):
        key = f"{order_id}:{kind}"
        what = Posting(kind, key, "order", str(order_id), lines, TESTER)
        service.post(tenant, what, now=clock.now())
    session.commit()


def test_an_order_tells_the_master_everything_and_the_agent_their_own_line(
    alliance: Alliance,
) -> None:
    order_id = ids.uuid7()
    with use(alliance.ada) as ada:
        _sold(ada, order_id, alliance.hub.id)
        mine = queries.journal(ada, JournalFilter(ref_id=str(order_id))).txns
    with use(alliance.hub) as hub:
        all_of_it = queries.journal(hub, JournalFilter(ref_id=str(order_id))).txns[::-1]
    assert [txn.kind for txn in all_of_it] == ["order_paid", "order_delivered"]
    lines = [entry for txn in all_of_it for entry in txn.entries]
    assert len(lines) == 6
    assert sum((entry.debit - entry.credit for entry in lines), Money.zero()) == Money.zero()
    assert [(entry.account.kind, str(entry.credit)) for txn in mine for entry in txn.entries] == [
        ("margin", "1.00")
    ]


def test_balances_by_kind_of_a_site_and_those_below(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        _sold(ada, ids.uuid7(), alliance.hub.id)
    with use(alliance.hub) as hub:
        told = {(row.tenant_id, row.kind): str(row.balance) for row in balances(hub)}
        own = {row.tenant_id for row in balances(hub, below=False)}
    assert told == {
        (alliance.hub.id, "clearing:stripe"): "10.00",
        (alliance.hub.id, "order_liability"): "0.00",
        (alliance.hub.id, "supplier_cost"): "8.00",
        (alliance.hub.id, "margin"): "1.00",
        (alliance.ada.id, "margin"): "1.00",
    }
    assert own == {alliance.hub.id}


def test_earned_counts_the_own_margin_of_the_span(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        _sold(ada, ids.uuid7(), alliance.hub.id)
        now = clock.now()
        day = timedelta(days=1)
        assert queries.earned(ada, since=now - day, until=now + day) == yuan("1")
        assert queries.earned(ada, since=now + day, until=now + 2 * day) == Money.zero()


def test_pages_follow_each_other_without_gap_or_overlap(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        written = [fill(hub, f"m{n}", "1").txn_id for n in range(7)]
        session.commit()
        read, after = [], None
        for _ in range(4):
            page = queries.journal(hub, after=after, size=2)
            read += [txn.id for txn in page.txns]
            after = page.after
    assert read == sorted(written, reverse=True)
    assert after is None


def test_the_journal_of_an_agent_holds_the_sites_below_and_not_the_master(
    alliance: Alliance,
) -> None:
    made = {}
    for tenant in (alliance.hub, alliance.ada, alliance.bo):
        with use(tenant):
            made[tenant.id] = fill(tenant, "kim", "1").txn_id
            session.commit()
    with use(alliance.ada) as ada:
        found = {txn.id for txn in queries.journal(ada).txns}
        assert found == {made[alliance.ada.id], made[alliance.bo.id]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (JournalFilter(kind="order_paid"), 1),
        (JournalFilter(account_kind="margin"), 1),
        (JournalFilter(account_kind="wallet"), 1),
        (JournalFilter(ref_id="nothing"), 0),
        (JournalFilter(kind="'; DROP TABLE shared.ledger_txn; --"), 0),
        (JournalFilter(), 3),
    ],
)
def test_the_journal_can_be_narrowed(alliance: Alliance, asked: JournalFilter, found: int) -> None:
    with use(alliance.hub) as hub:
        fill(hub, "kim", "1")
        _sold(hub, ids.uuid7(), hub.id)
        assert len(queries.journal(hub, asked).txns) == found


def test_movements_page_backwards(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        fill(hub, "kim", "10")
        for amount in ("1", "2", "3"):
            what = move(purse(hub), house(hub.id, AccountKind.ORDER_LIABILITY), amount)
            service.post(hub, what, now=clock.now())
        session.commit()
        first = queries.movements(purse(hub), size=2)
        today = clock.now().date()
        rest = queries.movements(purse(hub), after=(today, first[-1].txn_id))
    assert [str(one.amount) for one in first + rest] == ["-3.00", "-2.00", "-1.00", "10.00"]
    assert [str(one.balance_after) for one in first + rest] == ["4.00", "7.00", "9.00", "10.00"]
