"""From basket to paid, on a real database; what is refused has moved nothing."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, text

from kameng.domains.catalog.errors import OutOfStock
from kameng.domains.catalog.rules import StockType
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.orders import errors, queries, service
from kameng.domains.orders.rules import OrderState
from kameng.domains.orders.service import Basket, Bought, Item
from kameng.domains.wallet.rules import wallet_of
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog
from tests.support.orders import basket, books_balance, kim, member, placed, stocked
from tests.support.worlds import Alliance


def credited(tenant: Tenant, amount: str) -> service.Shopper:
    """A member of this site with so much in the wallet."""
    shopper = member()
    assert shopper.member_id
    lines = [
        debit(house(tenant.root_id, AccountKind.CASH_BY_HAND), Money.of(amount)),
        credit(wallet_of(tenant.id, shopper.member_id), Money.of(amount)),
    ]
    key = f"test:{ids.uuid7()}"
    with use(tenant):
        posting = Posting("wallet_credit", key, "test", key, lines, SYSTEM)
        post(tenant, posting, now=clock.now())
        session.commit()
    return shopper


def rows(owner: Engine, tenant: Tenant) -> tuple[int, int, int]:
    """How many orders, index rows and sold or held cards there are of a site."""
    with owner.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        schema = tenant.schema
        found = connection.execute(
            text(
                f'SELECT (SELECT count(*) FROM "{schema}".shop_order),'
                " (SELECT count(*) FROM shared.order_index WHERE tenant_id = :t),"
                " (SELECT count(*) FROM shared.card_secret WHERE buyer_tenant_id = :t)"
            ),
            {"t": tenant.id},
        ).one()
        connection.exec_driver_sql("ROLLBACK")
    return (found[0], found[1], found[2])


def test_placing_writes_the_order_with_its_chain_history_and_index(alliance: Alliance) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub)
    order = placed(ada, sku, 2)
    assert order.state is OrderState.PENDING_PAYMENT
    with use(ada):
        view = queries.by_number(ada, order.number.lower().replace("-", ""))
        assert view.order == order
        (line,) = view.lines
        assert [step["tenant_id"] for step in line.chain] == list(ada.chain)
        assert view.order.total == line.total
        (event,) = queries.timeline(ada, order.number)
        assert (event.name, event.actor_kind) == ("placed", "guest")
        (row,) = queries.index(ada).rows
        assert row.contact.startswith("k***@")


def test_the_master_sees_the_order_and_a_neighbour_does_not(alliance: Alliance) -> None:
    sku = stocked(alliance.hub)
    order = placed(alliance.ada, sku)
    seen = {}
    for site in (alliance.hub, alliance.ada, alliance.bo):
        with use(site):
            seen[site.id] = [row.number for row in queries.index(site).rows]
    assert seen[alliance.hub.id] == seen[alliance.ada.id] == [order.number]
    assert seen[alliance.bo.id] == []


def test_an_upline_cost_is_not_told_to_the_site_below(alliance: Alliance) -> None:
    sku = stocked(alliance.hub, cost="4.00", retail="10.00")
    order = placed(alliance.bo, sku)
    with use(alliance.bo):
        (own,) = queries.split(alliance.bo, order.number)
        (whole,) = queries.split(alliance.bo, order.number, viewer_id=alliance.hub.id)
    assert [share.tenant_id for share in own.shares] == [alliance.bo.id]
    assert own.cost > whole.cost
    assert whole.cost == Money.of("4.00")


def test_buying_from_the_balance_shows_the_secret_at_once(alliance: Alliance) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=3)
    shopper = credited(ada, "100.00")
    with use(ada):
        bought = service.buy_from_balance(ada, shopper, basket(sku, 2), now=clock.now())
        session.commit()
    assert bought.order.state is OrderState.COMPLETED
    assert len({secret.text for secret in bought.secrets}) == 2
    with use(ada):
        names = [event.name for event in queries.timeline(ada, bought.order.number)]
        assert names == ["placed", "paid", "fulfilling", "delivered"]
        assert all(line.delivered for line in queries.by_number(ada, bought.order.number).lines)
        (row,) = queries.index(ada).rows
        assert row.state is OrderState.COMPLETED
        assert row.completed_at is not None
    books_balance(alliance.hub)


def test_an_order_placed_before_can_be_paid_from_the_balance_by_its_member(
    alliance: Alliance,
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub)
    shopper = credited(ada, "100.00")
    with use(ada):
        order = service.place(ada, shopper, basket(sku), now=clock.now())
        session.commit()
    with use(ada), pytest.raises(errors.OrderNotFound):
        service.pay_from_balance(
            ada, order.number, member_id=ids.uuid7(), actor=SYSTEM, now=clock.now()
        )
    assert shopper.member_id
    with use(ada):
        bought = service.pay_from_balance(
            ada, order.number, member_id=shopper.member_id, actor=shopper.actor, now=clock.now()
        )
        session.commit()
    assert bought.order.state is OrderState.COMPLETED
    assert len(bought.secrets) == 1


def refused(tenant: Tenant, shopper: service.Shopper, wanted: Basket) -> Refusal:
    """The refusal of a purchase."""
    with use(tenant):
        buy = service.place if shopper.member_id is None else service.buy_from_balance
        with pytest.raises(Refusal) as caught:
            buy(tenant, shopper, wanted, now=clock.now())
        session.rollback()
    return caught.value


def test_what_may_not_be_bought_is_refused_and_nothing_moves(
    alliance: Alliance, owner: Engine
) -> None:
    hub = alliance.hub
    sku = stocked(hub, secrets=3)
    with use(hub):
        topup = catalog.sku(hub, stock_type=StockType.TOPUP)
        free = catalog.sku(hub, secrets=0)
        session.commit()
    shown = Money.of("9.99")
    cases = {
        errors.BasketEmpty: Basket(()),
        errors.NotForSale: Basket((Item(ids.uuid7(), 1, None),)),
        errors.QuantityOutOfRange: basket(sku, 0),
        errors.PriceChanged: Basket((Item(sku.sku_id, 1, shown),)),
        OutOfStock: basket(sku, 4),
    }
    for kind, wanted in cases.items():
        assert isinstance(refused(hub, kim(), wanted), kind)
    twice = Basket((Item(sku.sku_id, 1, None), Item(sku.sku_id, 1, None)))
    assert isinstance(refused(hub, kim(), twice), errors.BasketEmpty)
    assert isinstance(refused(hub, kim(), basket(sku, -1)), errors.QuantityOutOfRange)
    assert isinstance(refused(hub, kim(), basket(sku, 101)), errors.QuantityOutOfRange)
    assert isinstance(refused(hub, kim(), basket(topup)), errors.NotForSale)
    assert isinstance(refused(hub, kim(), basket(free)), OutOfStock)
    assert isinstance(refused(hub, kim(password="12345"), basket(sku)), errors.QueryPasswordNeeded)
    assert isinstance(refused(hub, kim(password=None), basket(sku)), errors.QueryPasswordNeeded)
    nobody = replace(kim(), contact="\x00\x01")
    assert isinstance(refused(hub, nobody, basket(sku)), errors.ContactInvalid)
    assert rows(owner, hub) == (0, 0, 0)


def test_a_balance_too_low_buys_nothing(alliance: Alliance, owner: Engine) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, cost="1.00", retail="10.00")
    shopper = credited(ada, "9.99")
    assert isinstance(refused(ada, shopper, basket(sku)), BalanceTooLow)
    assert isinstance(refused(ada, member(), basket(sku)), BalanceTooLow)
    assert rows(owner, ada) == (0, 0, 0)
    books_balance(alliance.hub)


def test_two_shoppers_for_the_last_card(alliance: Alliance, owner: Engine) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=1)
    shoppers = [credited(ada, "100.00") for _ in range(2)]
    start, ends = Barrier(2), dict[int, Bought | Refusal]()

    def buy(number: int) -> None:
        with use(ada):
            start.wait()
            try:
                bought = service.buy_from_balance(
                    ada, shoppers[number], basket(sku), now=clock.now()
                )
                session.commit()
                ends[number] = bought
            except OutOfStock as none:
                session.rollback()
                ends[number] = none

    threads = [Thread(target=buy, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(end).__name__ for end in ends.values()) == ["Bought", "OutOfStock"]
    assert rows(owner, ada) == (1, 1, 1)
    books_balance(alliance.hub)


def test_one_wallet_cannot_be_spent_twice_at_once(alliance: Alliance) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, retail="10.00", secrets=10)
    shopper = credited(ada, "35.00")
    start, won = Barrier(6), list[Bought]()

    def buy() -> None:
        with use(ada):
            start.wait()
            try:
                bought = service.buy_from_balance(ada, shopper, basket(sku), now=clock.now())
                session.commit()
                won.append(bought)
            except BalanceTooLow:
                session.rollback()

    threads = [Thread(target=buy) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 3
    assert len({secret.text for bought in won for secret in bought.secrets}) == 3
    books_balance(alliance.hub)
