"""The price language through the database: named buyers, dates, quantities, ceilings, orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kameng.domains.catalog import service as catalog
from kameng.domains.catalog.errors import CeilingBelowFloor
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.rules import SkuDraft
from kameng.domains.orders import record
from kameng.domains.orders import service as orders
from kameng.domains.orders.errors import PriceChanged
from kameng.domains.orders.queries import split
from kameng.domains.pricing import errors, ownrules, queries, rows, service, traces
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Step,
    Way,
)
from kameng.domains.pricing.service import Details
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import shop, tree
from tests.support.catalog import sku
from tests.support.ledger import TESTER
from tests.support.orders import basket, books_balance, kim, member, stocked
from tests.support.worlds import Alliance

SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)


@pytest.fixture
def goods(alliance: Alliance) -> SkuFacts:
    """A SKU of Hub's: cost 8.00, suggested 10.00."""
    return stocked(alliance.hub, cost="8.00", retail="10.00", secrets=20)


def _set(tenant: Tenant, place: Place, method: Method, asked: str, **more: Any) -> Rule:
    rounding = more.pop("rounding", Rounding.NONE)
    made = service.set_rule(
        tenant, place, method, asked, rounding, actor=TESTER, now=clock.now(), **more
    )
    session.commit()
    return made


def test_a_rule_comes_back_from_the_database_as_it_was_set(alliance: Alliance) -> None:
    tree.bound(alliance)
    start = clock.now() + timedelta(days=1)
    place = Place(Scope.ALL, None, Audience.CHILD, buyer_id=alliance.ada.id, valid_from=start)
    with use(alliance.hub) as hub:
        details = Details(Way.UP, "10=4\n5=4.5", below_cost=True)
        made = _set(hub, place, Method.PERCENT, "5", rounding=Rounding.X99, details=details)
        assert made.steps == (Step(5, 45_000), Step(10, 40_000))
        assert queries.rules_of(hub) == [made]


def test_an_agreed_price_is_for_the_one_site_only(alliance: Alliance, goods: SkuFacts) -> None:
    tree.bound(alliance)
    with use(alliance.hub) as hub:
        _set(hub, Place(Scope.ALL, None, Audience.CHILD), Method.AMOUNT, "1")
        agreed = Place(Scope.ALL, None, Audience.CHILD, buyer_id=alliance.ada.id)
        _set(hub, agreed, Method.AMOUNT, "0.30")
        told = queries.child_prices(hub, [goods.sku_id], None, buyer_id=alliance.ada.id)
        others = queries.child_prices(hub, [goods.sku_id], None)
    assert (str(told[goods.sku_id]), str(others[goods.sku_id])) == ("8.30", "9.00")
    with use(alliance.ada) as ada:
        assert str(queries.quotes(ada, [goods.sku_id])[goods.sku_id].cost) == "8.30"


def test_prices_are_agreed_with_own_sub_sites_and_members_only(alliance: Alliance) -> None:
    tree.bound(alliance)
    strange = (
        (alliance.hub, Place(Scope.ALL, None, Audience.CHILD, buyer_id=alliance.bo.id)),
        (alliance.ada, Place(Scope.ALL, None, Audience.CHILD, buyer_id=alliance.hub.id)),
        (alliance.ada, Place(Scope.ALL, None, Audience.RETAIL, member_id=ids.uuid7())),
    )
    for site, place in strange:
        with use(site):
            with pytest.raises(errors.NoSuchBuyer):
                _set(site, place, Method.AMOUNT, "1")
            session.rollback()
            assert queries.rules_of(site) == []


def test_the_member_named_pays_the_agreed_price_and_nobody_else(
    alliance: Alliance, goods: SkuFacts
) -> None:
    shop.decorate(alliance.ada)
    known = shop.member(alliance.ada, balance="50")
    with use(alliance.ada) as ada:
        place = Place(Scope.SKU, goods.sku_id, Audience.RETAIL, member_id=known.id)
        with pytest.raises(errors.PriceBelowFloor):
            _set(ada, place, Method.FIXED, "9.50")
        session.rollback()
        _set(ada, place, Method.FIXED, "10.50")
        bought = orders.buy_from_balance(
            ada, member(known.id), basket(goods, shown="10.50"), now=clock.now()
        )
        session.commit()
        guest = orders.place(ada, kim(), basket(goods), now=clock.now())
    assert (str(bought.order.total), str(guest.total)) == ("10.50", "10.00")


def test_a_rule_with_dates_holds_while_it_runs_and_then_gives_way(
    alliance: Alliance, goods: SkuFacts
) -> None:
    start = datetime.fromisoformat("2026-12-12T00:00+08:00")
    end = start + timedelta(days=1)
    sale = Place(Scope.ALL, None, Audience.RETAIL, valid_from=start, valid_to=end)
    with use(alliance.hub) as hub:
        _set(hub, SHOPPERS, Method.FIXED, "11")
        _set(hub, sale, Method.FIXED, "9")
        found = [
            str(queries.quotes(hub, [goods.sku_id], now=moment)[goods.sku_id].price)
            for moment in (start - timedelta(seconds=1), start, end)
        ]
    assert found == ["11.00", "9.00", "11.00"]


def test_two_rules_with_dates_in_one_place_may_not_overlap(alliance: Alliance) -> None:
    now = clock.now()
    first = Place(Scope.ALL, None, Audience.RETAIL, valid_from=now, valid_to=now + timedelta(2))
    second = Place(Scope.ALL, None, Audience.RETAIL, valid_from=now + timedelta(1))
    with use(alliance.ada) as ada:
        made = _set(ada, first, Method.PERCENT, "10")
        with pytest.raises(errors.OverlappingPeriods):
            _set(ada, second, Method.PERCENT, "20")
        session.rollback()
        assert queries.rules_of(ada) == [made]
        service.drop_rule(ada, made.place, actor=TESTER, now=now)
        _set(ada, second, Method.PERCENT, "20")


def test_many_pieces_cost_less_each_and_the_order_keeps_how_that_came(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        _set(hub, SHOPPERS, Method.FIXED, "10", details=Details(steps="5=9\n10=8.5"))
        prices = queries.price_list(hub, [goods.sku_id])
        told = [(one.quantity, str(one.price)) for one in prices.steps(goods.sku_id)]
        assert told == [(5, "9.00"), (10, "8.50")]
        order = orders.place(hub, kim(), basket(goods, 5, shown="10"), now=clock.now())
        session.commit()
        assert str(order.total) == "45.00"
        (line,) = record.lines_of(order.id)
        kept = traces.read(line.chain[-1]["trace"])
    assert traces.replay(kept) == line.unit_price == Money.of("9")
    assert kept[-1].quantity == 5


def test_a_shopper_never_pays_more_than_the_price_seen(alliance: Alliance, goods: SkuFacts) -> None:
    with use(alliance.hub) as hub:
        _set(hub, SHOPPERS, Method.FIXED, "10", details=Details(steps="5=12"))
        for quantity, shown in ((5, "10"), (1, "9"), (1, "12")):
            with pytest.raises(PriceChanged):
                orders.place(hub, kim(), basket(goods, quantity, shown=shown), now=clock.now())
        orders.place(hub, kim(), basket(goods, 5, shown="12"), now=clock.now())


def _cost(hub: Tenant, goods: SkuFacts, before: str, after: str) -> None:
    moved = {goods.sku_id: (Money.of(before), Money.of(after))}
    catalog.set_costs(hub, moved, now=clock.now())


def test_a_kept_price_moves_with_the_cost_in_the_same_transaction_at_every_depth(
    alliance: Alliance, goods: SkuFacts
) -> None:
    near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    keeps = Details(steps="5=11.5", keep=True)
    with use(alliance.hub) as hub:
        _set(hub, Place(Scope.ALL, None, Audience.CHILD), Method.AMOUNT, "1")
    with use(alliance.ada) as ada:
        made = _set(ada, near, Method.FIXED, "12", details=keeps)
        assert (made.base, queries.rules_of(ada)) == (9_000_000, [made])
    with use(alliance.bo) as bo:
        below = _set(bo, near, Method.FIXED, "14", details=Details(keep=True))
        assert below.base == 12_000_000
    with use(alliance.hub) as hub:
        _cost(hub, goods, "8", "8.75")
        session.commit()
    with use(alliance.ada) as ada:
        prices = queries.price_list(ada, [goods.sku_id])
        told = [str(prices.quote(goods.sku_id, one).price) for one in (1, 5)]
        assert told == ["12.75", "12.25"]
        assert queries.rules_of(ada) == [made]
    with use(alliance.bo) as bo:
        quote = queries.quotes(bo, [goods.sku_id])[goods.sku_id]
        assert (str(quote.price), str(quote.margin)) == ("14.75", "2.00")


def test_a_kept_price_is_one_skus_and_a_fixed_one(alliance: Alliance, goods: SkuFacts) -> None:
    keeps = Details(keep=True)
    near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    with use(alliance.hub) as hub:
        for place, method, refusal in (
            (SHOPPERS, Method.FIXED, errors.KeepNeedsOneSku),
            (near, Method.PERCENT, errors.KeepNeedsFixedPrice),
        ):
            with pytest.raises(refusal):
                _set(hub, place, method, "50", details=keeps)
            session.rollback()
        assert queries.rules_of(hub) == []
        kept = _set(hub, near, Method.FIXED, "12", details=keeps)
        plain = _set(hub, near, Method.FIXED, "12", seen=[rows.seen(kept)])
        assert (kept.base, plain.base) == (8_000_000, None)


def test_a_page_reads_the_rules_it_shows_and_counts_the_others(
    alliance: Alliance, goods: SkuFacts
) -> None:
    near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    with use(alliance.hub) as hub:
        assert not ownrules.has_any(hub)
        other = Place(Scope.SKU, sku(hub, secrets=0).sku_id, Audience.RETAIL)
        _set(hub, Place(Scope.ALL, None, Audience.CHILD), Method.AMOUNT, "1")
        wide = _set(hub, SHOPPERS, Method.PERCENT, "10")
        first = _set(hub, near, Method.FIXED, "11", details=Details(steps="5=10"))
        second = _set(hub, other, Method.FIXED, "99", details=Details(keep=True))
        for place in (near, other):
            sale = replace(place, valid_to=clock.now() + timedelta(1))
            _set(hub, sale, Method.FIXED, "98")
        assert ownrules.has_any(hub)
        assert ownrules.special(hub, SHOPPERS, most=2) == ([first, second], 4)
        plain = _set(hub, near, Method.FIXED, "11")
        listed, total = ownrules.special(hub, SHOPPERS, most=9)
        assert (plain in listed, total) == (False, 3)
        assert {one.id for one in ownrules.about(hub, SHOPPERS, [])} == {wide.id}
        found = ownrules.about(hub, SHOPPERS, [goods.sku_id])
        assert [one.place.scope for one in found] == [Scope.ALL, Scope.SKU, Scope.SKU]
        assert ownrules.named(hub, wide.id) == wide
    with use(alliance.ada) as ada:
        assert ownrules.named(ada, wide.id) is None
        assert not ownrules.has_any(ada)


def _ceiling(hub: Tenant, goods: SkuFacts, ceiling: str) -> None:
    draft = SkuDraft(cost=Money.of("8"), retail=Money.of("10"), ceiling=Money.of(ceiling))
    catalog.edit_sku(hub, goods.sku_id, draft, version=1, actor=TESTER, now=clock.now())
    session.commit()


def test_the_ceiling_cuts_wide_rules_and_refuses_prices_above_it(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        with pytest.raises(CeilingBelowFloor):
            _ceiling(hub, goods, "7.99")
        _ceiling(hub, goods, "12")
    with use(alliance.ada) as ada:
        _set(ada, SHOPPERS, Method.PERCENT, "50")
        quote = queries.quotes(ada, [goods.sku_id])[goods.sku_id]
        assert (str(quote.price), quote.trace[-1].code) == ("12.00", "cut_to_ceiling")
        with pytest.raises(errors.PriceAboveCeiling):
            _set(ada, Place(Scope.SKU, goods.sku_id, Audience.RETAIL), Method.FIXED, "12.01")


def test_a_loss_somebody_wanted_is_theirs_and_the_books_balance(
    alliance: Alliance, goods: SkuFacts
) -> None:
    shop.decorate(alliance.ada)
    known = shop.member(alliance.ada, balance="50")
    with use(alliance.ada) as ada:
        place = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
        _set(ada, place, Method.FIXED, "9", details=Details(below_cost=True))
        bought = orders.buy_from_balance(ada, member(known.id), basket(goods), now=clock.now())
        session.commit()
        (own,) = split(ada, bought.order.number)
    assert str(bought.order.total) == "9.00"
    assert [str(share.margin) for share in own.shares] == ["-1.00"]
    books_balance(alliance.hub)


def test_the_second_editor_is_told_and_overwrites_nothing(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        _set(ada, SHOPPERS, Method.PERCENT, "10")
        both_saw = [rows.seen(one) for one in queries.rules_of(ada)]
        first = _set(ada, SHOPPERS, Method.PERCENT, "20", seen=both_saw)
        with pytest.raises(errors.StalePrices):
            _set(ada, SHOPPERS, Method.PERCENT, "30", seen=both_saw)
        session.rollback()
        with pytest.raises(errors.StalePrices):
            service.drop_rule(ada, SHOPPERS, seen=both_saw, actor=TESTER, now=clock.now())
        session.rollback()
        assert queries.rules_of(ada) == [first]


def test_a_rule_that_makes_no_sense_is_refused_and_changes_nothing(alliance: Alliance) -> None:
    senseless = (
        (Method.MARGIN, "10", "5=3", errors.StepsNeedPlainMethod),
        (Method.MARGIN, "100", "", errors.BadMarkup),
        (Method.FOLLOW, "3", "", errors.BadMarkup),
        (Method.FIXED, "3", "5=", errors.BadSteps),
        (Method.FIXED, "3", "5=3\n5=2", errors.BadSteps),
        (Method.FIXED, "3", "5=1e400", errors.BadSteps),
    )
    with use(alliance.ada) as ada:
        for method, asked, steps, refusal in senseless:
            with pytest.raises(refusal):
                _set(ada, SHOPPERS, method, asked, details=Details(steps=steps))
            session.rollback()
        assert queries.rules_of(ada) == []
