"""A cart: what it takes, what it comes to, whose it is, and what becomes of it at checkout."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders import queries as orders
from kameng.domains.orders.cart import queries, rules, service
from kameng.domains.orders.cart.errors import BoughtAlone, CartFull, CartMoved, NotInCart
from kameng.domains.orders.cart.rules import KEPT_FOR, MOST_LINES, Kept, Trouble
from kameng.domains.orders.errors import NotForSale, PriceChanged, QuantityOutOfRange
from kameng.domains.orders.rules import Basket, Item
from kameng.faces.worker import timetable
from kameng.faces.worker.queues import Due
from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from kameng.kit.tables import DueRow
from tenants.context import use
from tenants.database import session
from tests.support import orders as shoppers
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    """One alliance; every test has shoppers of its own."""
    return builder.alliance()


@pytest.fixture(scope="module")
def goods(world: Alliance) -> list[SkuFacts]:
    """Two SKUs of Hub's at ¥10.00: many of the first, three of the second."""
    return [shoppers.stocked(world.hub, secrets=number) for number in (60, 3)]


@pytest.fixture
def browser() -> str:
    """A browser nobody used before."""
    return rules.of_browser(uuid4())


def put(world: Alliance, browser: str, sku: SkuFacts | UUID, quantity: int = 1) -> int:
    sku_id = sku if isinstance(sku, UUID) else sku.sku_id
    with use(world.ada):
        held = service.add(world.ada, browser, sku_id, quantity, member_id=None, now=clock.now())
        session.commit()
    return held


def held(world: Alliance, browser: str) -> dict[UUID, int]:
    with use(world.ada):
        return {line.sku_id: line.quantity for line in queries.lines(world.ada, browser)}


def basket(world: Alliance, browser: str) -> Basket:
    """What a checkout page would show of a cart."""
    with use(world.ada):
        found = queries.today(world.ada, browser, member_id=None, now=clock.now())
    return Basket(tuple(Item(one.sku.sku_id, one.quantity, one.price) for one in found.lines))


def ordered(world: Alliance, browser: str, wanted: Basket) -> str:
    with use(world.ada):
        made = service.place(world.ada, browser, shoppers.kim(), wanted, now=clock.now())
        session.commit()
    return made.number


def refused(kind: type[Refusal], world: Alliance, browser: str, wanted: Basket) -> Refusal:
    """Checkout says no, and what it had begun is undone, as the edge does it."""
    with use(world.ada):
        before = orders.index(world.ada).total_count
        with pytest.raises(kind) as said:
            service.place(world.ada, browser, shoppers.kim(), wanted, now=clock.now())
        session.rollback()
        assert orders.index(world.ada).total_count == before
    return said.value


def test_goods_put_in_twice_are_one_line_of_both(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    assert put(world, browser, goods[0], 2) == 1
    assert put(world, browser, goods[0], 3) == 1
    assert put(world, browser, goods[1]) == 2
    assert held(world, browser) == {goods[0].sku_id: 5, goods[1].sku_id: 1}


def test_nobody_finds_anything_in_another_ones_cart(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0])
    key = uuid4()
    assert held(world, rules.of_browser(key)) == {}
    assert held(world, rules.of_member(UUID(browser.partition(":")[2]))) == {}
    with use(world.bo):
        assert queries.lines(world.bo, browser) == []


@pytest.mark.parametrize("quantity", [0, -1, 10_001])
def test_a_senseless_number_is_refused_and_nothing_lies_there(
    world: Alliance, goods: list[SkuFacts], browser: str, quantity: int
) -> None:
    with pytest.raises(QuantityOutOfRange):
        put(world, browser, goods[0], quantity)
    assert held(world, browser) == {}


def test_all_pieces_together_stay_within_what_one_order_may_have(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0], 90)
    with pytest.raises(QuantityOutOfRange):
        put(world, browser, goods[0], 90)
    assert held(world, browser) == {goods[0].sku_id: 90}


def test_what_is_not_sold_here_is_not_put_in(world: Alliance, browser: str) -> None:
    with pytest.raises(NotForSale):
        put(world, browser, uuid4())
    assert held(world, browser) == {}


def test_a_full_cart_takes_no_other_goods_but_more_of_its_own(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    with use(world.ada):
        for _ in range(MOST_LINES - 1):
            service._keep(browser, Kept(uuid4(), 1, Money.of("1"), clock.now()))
        session.commit()
    assert put(world, browser, goods[0]) == MOST_LINES
    with pytest.raises(CartFull):
        put(world, browser, goods[1])
    assert put(world, browser, goods[0]) == MOST_LINES


def test_goods_that_need_the_shoppers_account_are_bought_alone(goods: list[SkuFacts]) -> None:
    import dataclasses

    recharge = dataclasses.replace(goods[0], stock_type="direct")
    with pytest.raises(BoughtAlone):
        rules.accept(recharge, recharge.sku_id, 1, 0)


def test_two_tabs_at_once_lose_no_piece(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(lambda _: put(world, browser, goods[0]), range(8)))
    assert held(world, browser) == {goods[0].sku_id: 8}


def test_a_line_is_changed_and_taken_out(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0], 2)
    with use(world.ada):
        service.change(world.ada, browser, goods[0].sku_id, 7)
        with pytest.raises(NotInCart):
            service.change(world.ada, browser, goods[1].sku_id, 1)
        assert service.remove(world.ada, browser, goods[0].sku_id) == 7
        assert service.remove(world.ada, browser, goods[0].sku_id) == 0
        session.commit()
    assert held(world, browser) == {}


def test_a_cart_tells_what_is_short_sold_out_moved_and_gone(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    few, many = goods[1], goods[0]
    put(world, browser, many, 2)
    put(world, browser, few, 4)
    with use(world.ada):
        service._keep(browser, Kept(many.sku_id, 2, Money.of("9.00"), clock.now()))
        service._keep(browser, Kept(uuid4(), 1, Money.of("5.00"), clock.now()))
        found = queries.today(world.ada, browser, member_id=None, now=clock.now())
        session.rollback()
    lines = {line.sku.sku_id: line for line in found.lines}
    assert lines[many.sku_id].has_moved
    assert lines[many.sku_id].trouble is None
    assert lines[few.sku_id].trouble is Trouble.SHORT
    assert [name for _sku, name in found.gone] == [""]
    assert found.total == Money.of("60.00")
    assert not found.is_ready


def test_of_two_carts_the_larger_number_stays_when_somebody_signs_in(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    member = rules.of_member(uuid4())
    put(world, browser, goods[0], 5)
    put(world, browser, goods[1], 1)
    put(world, member, goods[0], 2)
    with use(world.ada):
        assert service.merge(world.ada, browser, member) == 2
        session.commit()
    assert held(world, member) == {goods[0].sku_id: 5, goods[1].sku_id: 1}
    assert held(world, browser) == {}


def test_a_cart_becomes_one_order_with_all_its_lines_and_is_empty(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0], 2)
    put(world, browser, goods[1], 1)
    number = ordered(world, browser, basket(world, browser))
    with use(world.ada):
        found = orders.by_number(world.ada, number)
    assert [line.quantity for line in found.lines] == [2, 1]
    assert found.order.total == Money.of("30.00")
    assert held(world, browser) == {}


def test_the_same_page_sent_twice_at_once_orders_once(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0])
    shown = basket(world, browser)

    def send(_: int) -> str:
        try:
            return ordered(world, browser, shown)
        except CartMoved:
            return ""

    with ThreadPoolExecutor(4) as tabs:
        numbers = [number for number in tabs.map(send, range(4)) if number]
    assert len(numbers) == 1


def test_a_price_that_moved_is_refused_and_the_cart_stays(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0])
    put(world, browser, goods[1])
    shown = basket(world, browser)
    stale = Basket((shown.items[0], Item(goods[1].sku_id, 1, Money.of("9.00"))))
    said = refused(PriceChanged, world, browser, stale)
    assert said.facts["sku_id"] == goods[1].sku_id
    assert held(world, browser) == {goods[0].sku_id: 1, goods[1].sku_id: 1}


def test_goods_of_which_too_few_are_left_refuse_the_whole_order(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    put(world, browser, goods[0], 1)
    put(world, browser, goods[1], 4)
    said = refused(Refusal, world, browser, basket(world, browser))
    assert said.code == "out_of_stock"
    assert held(world, browser) == {goods[0].sku_id: 1, goods[1].sku_id: 4}


@pytest.mark.parametrize("number", [1, 3])
def test_an_order_of_other_numbers_than_the_cart_holds_is_refused(
    world: Alliance, goods: list[SkuFacts], browser: str, number: int
) -> None:
    put(world, browser, goods[0], 2)
    refused(CartMoved, world, browser, Basket((Item(goods[0].sku_id, number, None),)))
    refused(CartMoved, world, browser, Basket((Item(goods[1].sku_id, 1, None),)))
    assert held(world, browser) == {goods[0].sku_id: 2}


def test_the_last_pieces_go_to_one_of_many_who_pay_at_once(world: Alliance) -> None:
    scarce, plenty = (shoppers.stocked(world.hub, secrets=number) for number in (2, 20))
    owners = [rules.of_browser(uuid4()) for _ in range(4)]
    numbers = []
    for one in owners:
        put(world, one, scarce, 2)
        put(world, one, plenty, 1)
        numbers.append(ordered(world, one, basket(world, one)))

    def hold(number: str) -> bool:
        with use(world.ada):
            try:
                service.checkout.start_payment(
                    world.ada,
                    number,
                    "any",
                    success_url="http://x.test/a",
                    cancel_url="http://x.test/b",
                    actor=shoppers.SYSTEM,
                    now=clock.now(),
                )
                session.commit()
            except Refusal:
                session.rollback()
                return False
            return True

    with ThreadPoolExecutor(4) as desks:
        assert sum(desks.map(hold, numbers)) == 1
    with use(world.hub):
        assert catalog_stock(world, plenty) == 19


def catalog_stock(world: Alliance, sku: SkuFacts) -> int:
    """How many are free: what a refused order wanted of other goods is free again."""
    from kameng.domains.catalog import queries as goods_queries

    return goods_queries.stock(world.hub, [sku.sku_id])[sku.sku_id]


def test_what_lies_for_thirty_days_is_forgotten_by_the_clock_and_not_a_day_before(
    world: Alliance, goods: list[SkuFacts], browser: str
) -> None:
    now = clock.now()
    with use(world.bo):
        service.add(world.bo, browser, goods[0].sku_id, 1, member_id=None, now=now - KEPT_FOR)
        fresh = now - timedelta(days=1)
        service.add(world.bo, browser, goods[1].sku_id, 1, member_id=None, now=fresh)
        session.commit()
        at = due_at(world)
    assert at == now
    timetable.fire(Due(world.bo.id, service.PRUNE, service.OLD, at, 0))
    with use(world.bo):
        assert [line.sku_id for line in queries.lines(world.bo, browser)] == [goods[1].sku_id]
        assert due_at(world) == fresh + KEPT_FOR


def due_at(world: Alliance) -> object:
    row = select(DueRow.at).where(DueRow.tenant_id == world.bo.id, DueRow.kind == service.PRUNE)
    return session.scalar(row)
