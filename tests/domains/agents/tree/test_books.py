"""Orders placed before a move keep the sites and prices of their time, whatever happens to them."""

from __future__ import annotations

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.errors import AccountOutsideChain
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.orders import queries as orders
from kameng.domains.orders import service
from kameng.domains.orders.rules import OrderState
from kameng.faces.worker import sweeping
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import shop, terms, tree
from tests.support.orders import (
    books_balance,
    paid,
    paying,
    placed,
    relayed,
    secrets_of,
    state_of,
    stocked,
)
from tests.support.payments import Standin
from tests.support.worlds import Alliance, Builder


@pytest.fixture
def world(builder: Builder) -> tuple[Alliance, Tenant]:
    """Hub (+10 % for agents) > Ada (+20 % for agents) > Bo (+50 %); Cy (+5 %) beside Ada."""
    made = builder.alliance()
    cy = builder.site(f"cy-{made.hub.slug}", made.hub, "Cy 的店")
    terms.bind(cy, tree.bound(made))
    tree.markup(made.hub, "10", children=True)
    tree.markup(made.ada, "20", children=True)
    tree.markup(made.bo, "50")
    tree.markup(cy, "5", children=True)
    return made, cy


def earned(site: Tenant, viewer: Tenant | None = None) -> Money:
    """What a site's margin account stands at, for itself or for a site above."""
    with use(tree.fresh(viewer or site)):
        return ledger.balance(house(site.id, AccountKind.MARGIN)).posted


def journal_of(site: Tenant) -> list[str]:
    """The kinds of postings a site sees, newest first."""
    with use(tree.fresh(site)) as bound:
        return [txn.kind for txn in journal.journal(bound).txns]


def seen_by(site: Tenant) -> set[str]:
    """The numbers of the orders a site sees."""
    with use(tree.fresh(site)) as bound:
        return {row.number for row in orders.index(bound).rows}


def given_up_but_paid(bo: Tenant, hub: Tenant, standin: Standin) -> str:
    """An order that was cancelled although, as it turns out, its page was paid."""
    order = placed(bo, stocked(hub, cost="8.00", retail="20.00"))
    page = paying(bo, order.number)
    with use(bo):
        call = service.cancel(bo, order.number, actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    standin.ask("POST", f"/_control/tamper/{page.rpartition('/')[2]}", {"status": "open"})
    standin.pay(page)
    return order.number


def test_a_payment_that_comes_after_the_move_pays_those_who_stood_above_then(
    world: tuple[Alliance, Tenant], standin: Standin
) -> None:
    alliance, cy = world
    number = given_up_but_paid(alliance.bo, alliance.hub, standin)
    tree.move(alliance.bo, cy, tree.offers(cy).id)
    assert sweeping.recover_lost(clock.now()) >= 1
    assert state_of(tree.fresh(alliance.bo), number) is OrderState.PAID_LATE
    relayed()
    assert state_of(tree.fresh(alliance.bo), number) is OrderState.COMPLETED
    # 8.00 +10 % = 8.80; +20 % = 10.56; +50 % = 15.84
    assert earned(alliance.hub) == Money.of("0.80")
    assert earned(alliance.ada) == Money.of("1.76")
    assert earned(alliance.bo) == Money.of("5.28")
    assert earned(cy) == Money.zero()
    books_balance(alliance.hub)
    assert number in seen_by(alliance.ada)
    assert number in seen_by(alliance.bo)
    assert number not in seen_by(cy)
    assert "order_delivered" in journal_of(alliance.ada)
    assert journal_of(cy) == []


def test_a_refund_after_the_move_is_booked_where_the_payment_was(
    world: tuple[Alliance, Tenant], standin: Standin
) -> None:
    alliance, cy = world
    sku = stocked(alliance.hub, secrets=1, cost="8.00", retail="20.00")
    number = given_up_but_paid(alliance.bo, alliance.hub, standin)
    del sku
    moved = tree.move(alliance.bo, cy, tree.offers(cy).id)
    sweeping.recover_lost(clock.now())
    bo = tree.fresh(alliance.bo)
    with use(bo):
        call = service.refund(bo, number, by=bo, reason="买错了", actor=SYSTEM, now=clock.now())
        assert call
        calls.run(call)
        session.commit()
    assert state_of(bo, number) in (OrderState.REFUNDED, OrderState.REFUNDING)
    assert journal_of(alliance.ada)[:2] in (
        ["refund_paid", "refund_due"],
        ["refund_due", "order_paid"],
    )
    assert journal_of(cy) == []
    books_balance(alliance.hub)
    tree.move_back(alliance.bo, moved.id)
    books_balance(alliance.hub)


def test_orders_after_the_move_pay_the_new_parent_and_the_old_one_sees_nothing_of_them(
    world: tuple[Alliance, Tenant], standin: Standin
) -> None:
    alliance, cy = world
    sku = stocked(alliance.hub, cost="8.00", retail="20.00")
    before = paid(alliance.bo, sku, standin)
    sweeping.recover_lost(clock.now())
    relayed()
    tree.move(alliance.bo, cy, tree.offers(cy).id)
    bo = tree.fresh(alliance.bo)
    after = paid(bo, sku, standin)
    sweeping.recover_lost(clock.now())
    relayed()
    assert state_of(bo, after.order.number) is OrderState.COMPLETED
    # then 8.00 → 8.80 → 10.56 → 15.84; now 8.00 → 8.80 → 9.24 → 13.86
    assert (before.order.total, after.order.total) == (Money.of("15.84"), Money.of("13.86"))
    assert earned(alliance.ada) == Money.of("1.76")
    assert earned(cy) == Money.of("0.44")
    assert earned(alliance.bo) == Money.of("5.28") + Money.of("4.62")
    assert earned(alliance.bo, viewer=cy) == earned(alliance.bo)
    assert earned(alliance.bo, viewer=alliance.ada) == Money.zero()
    assert seen_by(alliance.ada) == {before.order.number}
    assert seen_by(cy) == {after.order.number}
    assert seen_by(alliance.bo) == {before.order.number, after.order.number}
    assert secrets_of(bo, before.order.id)
    books_balance(alliance.hub)


def test_a_site_that_rises_goes_on_seeing_its_own_past_and_its_members_money(
    world: tuple[Alliance, Tenant], standin: Standin
) -> None:
    alliance, _cy = world
    sku = stocked(alliance.hub, cost="8.00", retail="20.00")
    before = paid(alliance.bo, sku, standin)
    sweeping.recover_lost(clock.now())
    relayed()
    shop.member(alliance.bo, balance="30")
    tree.move(alliance.bo, alliance.hub, tree.offers(alliance.hub).id)
    bo = tree.fresh(alliance.bo)
    assert bo.depth == 2
    assert seen_by(bo) == {before.order.number}
    assert {"order_delivered", "wallet_credit", "deposit"} <= set(journal_of(bo))
    shop.member(bo, "again@example.com", balance="20")
    assert journal_of(alliance.ada).count("wallet_credit") == 1
    books_balance(alliance.hub)


def test_what_is_no_order_of_the_past_cannot_be_booked_to_a_former_parent(
    world: tuple[Alliance, Tenant],
) -> None:
    """Naming an order that is not one's own, or none, opens no former chain."""
    alliance, cy = world
    theirs = placed(alliance.ada, stocked(alliance.hub))
    tree.move(alliance.bo, cy, tree.offers(cy).id)
    bo = tree.fresh(alliance.bo)
    lines = [
        debit(house(alliance.hub.id, AccountKind.ORDER_LIABILITY), Money.of("1")),
        credit(house(alliance.ada.id, AccountKind.MARGIN), Money.of("1")),
    ]
    for ref in (str(theirs.id), "not an order", str(alliance.bo.id)):
        posting = Posting("order_delivered", f"try:{ref}", "order", ref, lines, SYSTEM)
        with use(bo), pytest.raises(AccountOutsideChain):
            post(bo, posting, now=clock.now())
    assert earned(alliance.ada) == Money.zero()
    with use(alliance.ada):
        service.cancel(alliance.ada, theirs.number, actor=SYSTEM, now=clock.now())
        session.commit()
