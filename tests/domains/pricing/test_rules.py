"""Prices down the chain: examples people would check by hand (what holds for all of them is in
test_oracle)."""

from __future__ import annotations

import pytest

from kameng.domains.pricing import rules
from kameng.domains.pricing.errors import PriceBelowFloor
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
)
from kameng.kit import ids
from kameng.kit.money import MICRO, Money, Percent
from tests.support.pricing import level, rule, thing

HUB, ADA, BO = 1, 2, 3
GOLD = ids.uuid7()
TEN_PERCENT = Percent.of("10").ppm


def _codes(quote: rules.Quote) -> list[str]:
    return [step.code for step in quote.trace]


def test_without_rules_everyone_sells_at_the_suggested_price() -> None:
    quote = rules.quote([level(HUB), level(ADA), level(BO)], thing("8.00", "10.00"))
    assert quote.price == Money.of("10.00")
    assert [str(step.margin) for step in quote.levels] == ["2.00", "0.00", "0.00"]


def test_cost_then_agent_level_then_ten_percent_makes_nine_ninety() -> None:
    hub = level(HUB, rule(Audience.CHILD, Method.FIXED, 9 * MICRO, level_id=GOLD))
    ada = level(ADA, rule(Audience.RETAIL, Method.PERCENT, TEN_PERCENT), level_id=GOLD)
    quote = rules.quote([hub, ada], thing("8.00", "10.00"))
    assert [str(step.after) for step in quote.trace] == ["8.00", "9.00", "9.90"]
    assert _codes(quote) == ["cost", "child_rule", "retail_rule"]
    assert [str(step.margin) for step in quote.levels] == ["1.00", "0.90"]
    assert quote.cost == Money.of("9.00")


def test_a_rule_for_another_level_is_not_mine() -> None:
    hub = level(HUB, rule(Audience.CHILD, Method.FIXED, 9 * MICRO, level_id=GOLD))
    quote = rules.quote([hub, level(ADA)], thing("8.00", "10.00"))
    assert quote.cost == Money.of("10.00")


def test_the_narrowest_scope_wins_and_then_the_named_level() -> None:
    goods = thing("8.00", "20.00")
    by_sku = rule(Audience.CHILD, Method.FIXED, 9 * MICRO, scope=Scope.SKU, scope_id=goods.sku_id)
    by_level = rule(Audience.CHILD, Method.FIXED, 10 * MICRO, level_id=GOLD)
    for_all = rule(Audience.CHILD, Method.FIXED, 11 * MICRO)
    book = RuleBook([for_all, by_level, by_sku])
    assert book.find(Audience.CHILD, goods, GOLD) is by_sku
    assert book.find(Audience.CHILD, thing(), GOLD) is by_level
    assert book.find(Audience.CHILD, thing(), ids.uuid7()) is for_all
    assert book.find(Audience.RETAIL, goods) is None


def test_a_rule_for_a_category_holds_below_it_until_a_nearer_one_is_set() -> None:
    goods = thing("8.00", "20.00")
    near, top = goods.category_path
    wide = rule(Audience.RETAIL, Method.FIXED, 9 * MICRO, scope=Scope.CATEGORY, scope_id=top)
    nearer = rule(Audience.RETAIL, Method.FIXED, 10 * MICRO, scope=Scope.CATEGORY, scope_id=near)
    assert RuleBook([wide]).find(Audience.RETAIL, goods) is wide
    assert RuleBook([wide, nearer]).find(Audience.RETAIL, goods) is nearer


def test_a_price_below_cost_is_raised_to_cost_and_says_so() -> None:
    hub = level(HUB, rule(Audience.CHILD, Method.FIXED, 12 * MICRO))
    ada = level(ADA, rule(Audience.RETAIL, Method.FIXED, 11 * MICRO))
    quote = rules.quote([hub, ada], thing("8.00", "10.00"))
    assert quote.price == Money.of("12.00")
    assert _codes(quote)[-1] == "raised_to_cost"


def test_the_floor_of_a_sku_holds_at_every_level() -> None:
    ada = level(ADA, rule(Audience.RETAIL, Method.AMOUNT, 0))
    hub = level(HUB, rule(Audience.CHILD, Method.AMOUNT, 0))
    quote = rules.quote([hub, ada], thing("8.00", "10.00", floor="9.50"))
    assert quote.price == quote.floor == Money.of("9.50")
    assert _codes(quote)[-1] == "raised_to_floor"


def test_an_agent_may_sell_under_the_masters_retail_but_not_under_their_own_cost() -> None:
    hub = level(HUB, rule(Audience.CHILD, Method.AMOUNT, MICRO // 2))
    ada = level(ADA, rule(Audience.RETAIL, Method.AMOUNT, MICRO // 2))
    quote = rules.quote([hub, ada], thing("8.00", "10.00"))
    assert quote.price == Money.of("9.00") < Money.of("10.00")


@pytest.mark.parametrize(
    ("rounding", "price"),
    [
        (Rounding.NONE, "8.5344"),
        (Rounding.FEN, "8.53"),
        (Rounding.JIAO, "8.50"),
        (Rounding.YUAN, "9.00"),
    ],
)
def test_percentages_are_rounded_half_up_to_the_step_asked(rounding: Rounding, price: str) -> None:
    made = rule(Audience.RETAIL, Method.PERCENT, Percent.of("6.68").ppm, rounding=rounding)
    assert made.price(Money.of("8")) == Money.of(price)


def test_rounding_down_under_cost_is_raised_back() -> None:
    yuan = rule(Audience.RETAIL, Method.PERCENT, Percent.of("1").ppm, rounding=Rounding.YUAN)
    quote = rules.quote([level(HUB, yuan)], thing("8.40", "9.00"))
    assert quote.price == Money.of("8.40")


def test_a_rule_about_one_sku_below_cost_or_floor_is_refused_with_both() -> None:
    goods = thing("8.00", "10.00", floor="9.00")
    place = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    cheap = Rule(ids.uuid7(), place, Method.FIXED, 8_500_000)
    with pytest.raises(PriceBelowFloor) as refused:
        rules.refuse_below_floor(cheap, goods.cost, goods)
    assert refused.value.facts == {"floor": Money.of("9.00"), "cost": Money.of("8.00")}


def test_a_childs_price_may_be_under_the_shoppers_floor_but_not_under_cost() -> None:
    goods = thing("8.00", "10.00", floor="9.00")
    place = Place(Scope.SKU, goods.sku_id, Audience.CHILD)
    rules.refuse_below_floor(Rule(ids.uuid7(), place, Method.FIXED, 8_500_000), goods.cost, goods)
    with pytest.raises(PriceBelowFloor):
        rules.refuse_below_floor(
            Rule(ids.uuid7(), place, Method.FIXED, 7_999_999), goods.cost, goods
        )


def test_a_snapshot_keeps_every_share_as_text() -> None:
    quote = rules.quote([level(HUB), level(ADA)], thing("8.00", "10.00"))
    assert rules.snapshot(quote) == [
        {
            "tenant_id": HUB,
            "cost": "8000000",
            "price": "10000000",
            "margin": "2000000",
            "rule_id": None,
        },
        {
            "tenant_id": ADA,
            "cost": "10000000",
            "price": "10000000",
            "margin": "0",
            "rule_id": None,
        },
    ]
