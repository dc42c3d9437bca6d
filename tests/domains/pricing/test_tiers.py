"""Prices for a tier of members: who gets them, who never does, and what an order makes of them."""

from __future__ import annotations

from uuid import UUID

import pytest

from kameng.domains.accounts.errors import NoSuchTier, TierHeld
from kameng.domains.accounts.members.tiers import service as tiers
from kameng.domains.accounts.members.tiers.queries import TierFacts
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders import record
from kameng.domains.orders import service as orders
from kameng.domains.orders.errors import PriceChanged
from kameng.domains.pricing import errors, queries, service, traces
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.kit import clock, ids
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import shop
from tests.support.catalog import sku
from tests.support.ledger import TESTER
from tests.support.orders import basket, kim, member, stocked
from tests.support.worlds import Alliance

SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)


@pytest.fixture
def goods(alliance: Alliance) -> SkuFacts:
    """A SKU of Hub's: cost 8.00, suggested 10.00."""
    return stocked(alliance.hub, cost="8.00", retail="10.00", secrets=20)


def _tier(site: Tenant, name: str, rank: int = 1) -> TierFacts:
    return tiers.add(site, name, rank, actor=TESTER, now=clock.now())


def _place(tier: TierFacts) -> Place:
    return Place(Scope.ALL, None, Audience.RETAIL, tier.id)


def _set(site: Tenant, place: Place, asked: str, method: Method = Method.FIXED) -> Rule:
    now = clock.now()
    return service.set_rule(site, place, method, asked, Rounding.NONE, actor=TESTER, now=now)


def _give(
    site: Tenant, member_id: UUID, tier: TierFacts | None, seen: TierFacts | None = None
) -> None:
    held, saw = (one.id if one else None for one in (tier, seen))
    tiers.give(site, member_id, held, seen=saw, actor=TESTER, now=clock.now())


def _pays(site: Tenant, goods: SkuFacts, **who: UUID | None) -> str:
    return str(queries.quotes(site, [goods.sku_id], **who)[goods.sku_id].price)


def test_a_tiers_price_is_its_members_alone_and_an_agreed_one_goes_before_it(
    alliance: Alliance, goods: SkuFacts
) -> None:
    ada, lin, bob, zoe = (
        shop.member(alliance.hub, f"{name}@example.com").id for name in ("ada", "lin", "bob", "zoe")
    )
    with use(alliance.hub) as hub:
        gold, silver = _tier(hub, "黄金", 2), _tier(hub, "白银")
        _set(hub, SHOPPERS, "9.90")
        _set(hub, _place(gold), "9")
        _set(hub, _place(silver), "9.50")
        _set(hub, Place(Scope.ALL, None, Audience.RETAIL, member_id=zoe), "8.80")
        for one, tier in ((ada, gold), (zoe, gold), (lin, silver)):
            _give(hub, one, tier)
        session.commit()
        paid = [_pays(hub, goods, member_id=one) for one in (None, bob, ada, lin, zoe)]
        assert paid == ["9.90", "9.90", "9.00", "9.50", "8.80"]
        assert _pays(hub, goods, tier_id=gold.id) == "9.00"
        _give(hub, ada, None, gold)
        assert _pays(hub, goods, member_id=ada) == "9.90"


def test_a_tier_of_the_site_above_says_nothing_below(alliance: Alliance, goods: SkuFacts) -> None:
    kim_id = shop.member(alliance.ada).id
    with use(alliance.hub) as hub:
        gold = _tier(hub, "黄金")
        _set(hub, _place(gold), "9")
        session.commit()
    with use(alliance.ada) as ada:
        with pytest.raises(NoSuchTier):
            _give(ada, kim_id, gold)
        with pytest.raises(NoSuchTier):
            _set(ada, _place(gold), "9.50")
        session.rollback()
        own = _tier(ada, "黄金")
        _give(ada, kim_id, own)
        session.commit()
        assert _pays(ada, goods, member_id=kim_id) == "10.00"
        assert _pays(ada, goods, tier_id=gold.id) == "10.00"


def test_guards_hold_for_a_tier_and_a_narrower_rule_for_all_goes_before_a_wider_one_for_it(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        gold = _tier(hub, "黄金")
        _set(hub, _place(gold), "5")
        assert _pays(hub, goods, tier_id=gold.id) == "8.00"
        near = Place(Scope.SKU, goods.sku_id, Audience.RETAIL, gold.id)
        with pytest.raises(errors.PriceBelowFloor):
            _set(hub, near, "7.99")
        _set(hub, Place(Scope.SKU, goods.sku_id, Audience.RETAIL), "9.70")
        assert _pays(hub, goods, tier_id=gold.id) == "9.70"
        with pytest.raises(errors.BadPlace):
            Place(Scope.ALL, None, Audience.RETAIL, gold.id, member_id=ids.uuid7())


def test_a_tier_changed_between_page_and_order_is_told_like_any_price_change(
    alliance: Alliance, goods: SkuFacts
) -> None:
    kim_id = shop.member(alliance.hub).id
    with use(alliance.hub) as hub:
        gold = _tier(hub, "黄金")
        _set(hub, _place(gold), "9")
        _give(hub, kim_id, gold)
        session.commit()
        with pytest.raises(PriceChanged):  # a guest who saw the page of a member
            orders.place(hub, kim(), basket(goods, shown="9"), now=clock.now())
        order = orders.place(hub, member(kim_id), basket(goods, shown="9"), now=clock.now())
        session.commit()
        (line,) = record.lines_of(order.id)
        kept = traces.read(line.chain[-1]["trace"])
        assert traces.replay(kept) == line.unit_price == order.total
        assert kept[-1].rule is not None
        assert kept[-1].rule.place.tier_id == gold.id
        _give(hub, kim_id, None, gold)
        session.commit()
        with pytest.raises(PriceChanged) as told:
            orders.place(hub, member(kim_id), basket(goods, shown="9"), now=clock.now())
        assert str(told.value.facts["price"]) == "10.00"


def test_a_tier_with_prices_or_members_stays_and_its_prices_are_taken_back_like_others(
    alliance: Alliance,
) -> None:
    kim_id = shop.member(alliance.hub).id
    with use(alliance.hub) as hub:
        thing = sku(hub, cost="8", retail="10", secrets=0)
        gold = _tier(hub, "黄金")
        _set(hub, _place(gold), "9")
        _give(hub, kim_id, gold)
        session.commit()
        with pytest.raises(errors.TierPriced):
            service.remove_tier(hub, gold.id, actor=TESTER)
        session.rollback()
        (change,) = history.page(hub).items
        changes.undo(hub, change.id, actor=TESTER, now=clock.now())
        assert _pays(hub, thing, tier_id=gold.id) == "10.00"
        with pytest.raises(TierHeld):
            service.remove_tier(hub, gold.id, actor=TESTER)
        _give(hub, kim_id, None, gold)
        service.remove_tier(hub, gold.id, actor=TESTER)
        with pytest.raises(NoSuchTier):
            _set(hub, _place(gold), "9")
