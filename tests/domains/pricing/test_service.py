"""Setting rules on a real database: who may, what is refused, what stays in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, text

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.queries import sku_facts
from kameng.domains.pricing import errors, queries, service
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.domains.terms import service as terms
from kameng.domains.terms.errors import NoSuchLevel
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows, PackageDraft
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO, Money
from tenants.context import shared, use
from tenants.database import engines, session
from tenants.tree import Tenant
from tests.support.catalog import category, sku
from tests.support.ledger import TESTER
from tests.support.worlds import Alliance

CHILDREN = Place(Scope.ALL, None, Audience.CHILD)
SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)


@pytest.fixture
def goods(alliance: Alliance) -> SkuFacts:
    """A SKU of Hub's: cost 8.00, suggested 10.00, floor 8.50."""
    with use(alliance.hub) as hub:
        made = sku(hub, cost="8.00", retail="10.00", floor="8.50", secrets=0)
        session.commit()
    return made


def _set(
    tenant: Tenant,
    place: Place,
    method: Method,
    asked: str,
    rounding: Rounding = Rounding.NONE,
) -> Rule:
    made = service.set_rule(tenant, place, method, asked, rounding, actor=TESTER, now=clock.now())
    session.commit()
    return made


def _on(goods: SkuFacts, audience: Audience) -> Place:
    return Place(Scope.SKU, goods.sku_id, audience)


def _price(tenant: Tenant, goods: SkuFacts) -> str:
    with use(tenant):
        return str(queries.quotes(tenant, [goods.sku_id])[goods.sku_id].price)


def _audit(tenant: Tenant) -> list[tuple[str, str, object, object]]:
    found = text(
        "SELECT action, subject, before, after FROM shared.audit_log"
        " WHERE action LIKE 'price_rule%' ORDER BY id"
    )
    return [tuple(row) for row in session.execute(found)]  # type: ignore[misc]


def test_rules_of_the_chain_make_the_price_of_the_last_site(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        _set(hub, CHILDREN, Method.AMOUNT, "1")
    with use(alliance.ada) as ada:
        _set(ada, SHOPPERS, Method.PERCENT, "10")
        _set(ada, CHILDREN, Method.PERCENT, "5", Rounding.FEN)
    with use(alliance.bo) as bo:
        quote = queries.quotes(bo, [goods.sku_id])[goods.sku_id]
    assert [str(step.cost) for step in quote.levels] == ["8.00", "9.00", "9.45"]
    assert (_price(alliance.hub, goods), _price(alliance.ada, goods)) == ("10.00", "9.90")
    assert str(quote.price) == "9.90"


def _package(hub: Tenant, level_id: UUID) -> PackageFacts:
    draft = PackageDraft(
        name="专业版",
        summary="",
        level_id=level_id,
        fee=Money.zero(),
        trial_days=None,
        allows=Allows(),
        on_sale=True,
        popular=False,
        position=0,
    )
    return terms.create_package(hub, draft, actor=TESTER, now=clock.now())


def test_the_level_a_site_holds_chooses_its_rule(alliance: Alliance, goods: SkuFacts) -> None:
    with use(alliance.hub) as hub:
        gold = terms.add_level(hub, "金牌", 1, actor=TESTER, now=clock.now())
        package = _package(hub, gold.id)
        session.commit()
    with shared():
        terms.bind(alliance.ada, package, now=clock.now())
        session.commit()
    with use(alliance.hub) as hub:
        _set(hub, CHILDREN, Method.AMOUNT, "1.50")
        _set(hub, Place(Scope.ALL, None, Audience.CHILD, gold.id), Method.AMOUNT, "0.60")
        prices = [queries.child_prices(hub, [goods.sku_id], level) for level in (gold.id, None)]
    assert [str(price[goods.sku_id]) for price in prices] == ["8.60", "9.50"]
    with use(alliance.ada) as ada:
        assert str(queries.quotes(ada, [goods.sku_id])[goods.sku_id].cost) == "8.60"


def test_a_rule_for_a_top_category_reaches_the_goods_of_those_below_it(
    alliance: Alliance,
) -> None:
    with use(alliance.hub) as hub:
        top = category(hub, "游戏")
        goods = sku(hub, cost="8", retail="10", secrets=0, category_id=category(hub, "点卡", top))
        _set(hub, Place(Scope.CATEGORY, top, Audience.CHILD), Method.AMOUNT, "0.25")
    with use(alliance.ada) as ada:
        assert str(queries.quotes(ada, [goods.sku_id])[goods.sku_id].cost) == "8.25"


def test_a_rule_set_again_changes_in_place_and_both_values_are_on_record(
    alliance: Alliance,
) -> None:
    with use(alliance.ada) as ada:
        first = _set(ada, SHOPPERS, Method.PERCENT, "10", Rounding.JIAO)
        second = _set(ada, SHOPPERS, Method.AMOUNT, "０．５")
        assert queries.rules_of(ada) == [second]
        assert (first.id, second.value) == (second.id, MICRO // 2)
        assert _audit(ada)[-1] == (
            "price_rule.set",
            "retail all",
            {"method": "percent", "value": "10 %", "rounding": "jiao"},
            {"method": "amount", "value": "0.50", "rounding": "none"},
        )


def test_a_dropped_rule_gives_way_to_the_price_from_above(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.ada) as ada:
        _set(ada, SHOPPERS, Method.PERCENT, "50")
    assert _price(alliance.ada, goods) == "15.00"
    with use(alliance.ada) as ada:
        service.drop_rule(ada, SHOPPERS, actor=TESTER, now=clock.now())
        session.commit()
        assert _audit(ada)[-1][0] == "price_rule.drop"
    assert _price(alliance.ada, goods) == "10.00"


def _refused(tenant: Tenant, kind: type[Refusal], place: Place, method: Method, asked: str) -> None:
    """The rule is refused by name; rules and audit log stay as they were."""
    before = (queries.rules_of(tenant), _audit(tenant))
    session.commit()
    with pytest.raises(kind):
        _set(tenant, place, method, asked)
    session.rollback()
    assert (queries.rules_of(tenant), _audit(tenant)) == before


@pytest.mark.parametrize("asked", ["-1", "", "NaN", "0.1234567", "9" * 13, "<script>", "1e9"])
def test_a_bad_markup_is_refused_and_changes_nothing(alliance: Alliance, asked: str) -> None:
    with use(alliance.ada) as ada:
        _refused(ada, errors.BadMarkup, SHOPPERS, Method.PERCENT, asked)


def test_a_price_below_floor_or_cost_is_refused_and_changes_nothing(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        retail, children = _on(goods, Audience.RETAIL), _on(goods, Audience.CHILD)
        _refused(hub, errors.PriceBelowFloor, retail, Method.FIXED, "8.49")
        _refused(hub, errors.PriceBelowFloor, retail, Method.PERCENT, "1")
        _refused(hub, errors.PriceBelowFloor, children, Method.FIXED, "7.999999")
        _set(hub, retail, Method.FIXED, "8.50")
        _set(hub, children, Method.FIXED, "8")


def test_an_agent_sees_the_floor_and_cost_of_their_own_level(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        _set(hub, CHILDREN, Method.FIXED, "9")
    with use(alliance.ada) as ada:
        with pytest.raises(errors.PriceBelowFloor) as refused:
            _set(ada, _on(goods, Audience.RETAIL), Method.FIXED, "8.90")
        nine = Money.of("9")
        assert refused.value.facts == {"floor": nine, "cost": nine, "about": goods.sku_id}


def test_goods_and_levels_of_strangers_are_not_there(
    alliance: Alliance, builder: object, goods: SkuFacts
) -> None:
    stranger = builder.alliance().hub  # type: ignore[attr-defined]
    with use(stranger):
        _refused(stranger, errors.NoSuchGoods, _on(goods, Audience.RETAIL), Method.FIXED, "20")
        foreign = Place(Scope.ALL, None, Audience.CHILD, ids.uuid7())
        _refused(stranger, NoSuchLevel, foreign, Method.PERCENT, "5")
        assert queries.quotes(stranger, [goods.sku_id]) == {}


def test_a_rule_that_is_not_there_cannot_be_dropped(alliance: Alliance) -> None:
    with use(alliance.ada) as ada, pytest.raises(errors.NoSuchRule):
        service.drop_rule(ada, SHOPPERS, actor=TESTER, now=clock.now())


def test_rules_of_a_site_below_are_invisible_and_out_of_reach(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        _set(ada, SHOPPERS, Method.PERCENT, "10")
    with use(alliance.hub):
        every = text("SELECT count(*) FROM shared.price_rule WHERE tenant_id = :ada")
        assert session.execute(every, {"ada": alliance.ada.id}).scalar() == 0
        change = text("UPDATE shared.price_rule SET value = 0 WHERE tenant_id = :ada")
        assert session.execute(change, {"ada": alliance.ada.id}).rowcount == 0


def test_rules_of_a_site_above_can_be_read_but_not_written(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        _set(hub, CHILDREN, Method.PERCENT, "10")
    with use(alliance.ada):
        every = text("SELECT count(*) FROM shared.price_rule WHERE tenant_id = :hub")
        assert session.execute(every, {"hub": alliance.hub.id}).scalar() == 1
        change = text("DELETE FROM shared.price_rule WHERE tenant_id = :hub")
        assert session.execute(change, {"hub": alliance.hub.id}).rowcount == 0


def test_goods_of_a_sub_site_are_priced_from_their_owner_down(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        _set(hub, CHILDREN, Method.PERCENT, "90")
    with use(alliance.ada) as ada:
        own = sku(ada, cost="5.00", retail="6.00", secrets=0)
        session.commit()
    with use(alliance.bo) as bo:
        quote = queries.quotes(bo, [own.sku_id])[own.sku_id]
    assert [step.tenant_id for step in quote.levels] == [alliance.ada.id, alliance.bo.id]
    assert str(quote.price) == "6.00"


def test_what_a_rule_would_change_is_told_without_writing_it(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        place = _on(goods, Audience.RETAIL)
        asked = (Method.FIXED, "9.50", Rounding.NONE)
        entry = service.rule_entry(hub, place, *asked, now=clock.now())
        assert (entry.before, queries.rules_of(hub)) == (None, [])
        session.rollback()
        with pytest.raises(errors.PriceBelowFloor):
            service.rule_entry(hub, place, Method.FIXED, "8.49", Rounding.NONE, now=clock.now())
        session.rollback()
        held = _set(hub, place, *asked)
        assert service.drop_entry(hub, place, now=clock.now()).before == held
        assert queries.rules_of(hub) == [held]


def test_a_rule_set_as_it_stands_is_no_change(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        first = _set(ada, SHOPPERS, Method.PERCENT, "10")
        before = _audit(ada)
        assert _set(ada, SHOPPERS, Method.PERCENT, "10.0 %") == first
        assert _audit(ada) == before


def test_a_price_that_is_to_go_and_went_already_keeps_the_others_out_of_nothing(
    alliance: Alliance, goods: SkuFacts
) -> None:
    with use(alliance.hub) as hub:
        asked = {
            _on(goods, Audience.CHILD): None,
            _on(goods, Audience.RETAIL): service.Asked(Method.FIXED, "9"),
        }
        moved = service.set_prices(hub, asked, seen=[], actor=TESTER, now=clock.now())
        assert (moved, len(queries.rules_of(hub))) == (1, 1)
        session.rollback()
        lost, found = SHOPPERS, _on(goods, Audience.RETAIL)
        with pytest.raises(errors.NoSuchRule):
            service.set_rule(
                hub, found, Method.FIXED, "9", Rounding.NONE,
                moved_from=lost, actor=TESTER, now=clock.now(),
            )  # fmt: skip


@contextmanager
def _statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine: Engine = engines.named("app")
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_many_goods_down_the_whole_chain_take_two_statements_one_when_facts_are_held(
    alliance: Alliance,
) -> None:
    with use(alliance.hub) as hub:
        made: list[UUID] = [sku(hub, secrets=0).sku_id for _ in range(24)]
        _set(hub, CHILDREN, Method.AMOUNT, "1")
    with use(alliance.bo) as bo:
        with _statements() as sent:
            assert len(queries.quotes(bo, made)) == 24
        assert len(sent) == 2
        facts = sku_facts(bo, made)
        with _statements() as sent:
            assert len(queries.quotes(bo, made, facts=facts)) == 24
        assert len(sent) == 1
