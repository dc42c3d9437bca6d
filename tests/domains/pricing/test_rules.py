"""Prices down the chain: examples people would check by hand, and what holds for all of them."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from kameng.domains.pricing.rules import ChainLevel
from kameng.kit import ids
from kameng.kit.money import MICRO, Money, Percent
from tests.support.pricing import Thing, level, rule, thing

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


# ---- what holds for every chain ------------------------------------------------------------

SKU, PRODUCT, CATEGORY, ABOVE = (ids.uuid7() for _ in range(4))
LEVELS = (None, ids.uuid7())
THINGS: list[tuple[Scope, UUID | None]] = [
    (Scope.ALL, None),
    (Scope.CATEGORY, CATEGORY),
    (Scope.CATEGORY, ABOVE),
    (Scope.PRODUCT, PRODUCT),
    (Scope.SKU, SKU),
]
amounts = st.integers(0, 200 * MICRO)


@st.composite
def _rules(draw: st.DrawFn) -> Rule:
    scope, thing_id = draw(st.sampled_from(THINGS))
    audience = draw(st.sampled_from(Audience))
    named = draw(st.sampled_from(LEVELS)) if audience is Audience.CHILD else None
    place = Place(scope, thing_id, audience, named)
    method = draw(st.sampled_from(Method))
    return Rule(ids.uuid7(), place, method, draw(amounts), draw(st.sampled_from(Rounding)))


def _one_per_place(found: list[Rule]) -> RuleBook:
    return RuleBook({rule.place: rule for rule in found}.values())


@st.composite
def _chains(draw: st.DrawFn) -> list[ChainLevel]:
    depth = draw(st.integers(1, 4))
    books = [_one_per_place(draw(st.lists(_rules(), max_size=8))) for _ in range(depth)]
    held: list[UUID | None] = [draw(st.sampled_from(LEVELS)) for _ in range(depth)]
    return [ChainLevel(n + 1, held[n], books[n]) for n in range(depth)]


goods = st.builds(
    Thing,
    cost=amounts.map(Money),
    retail=amounts.map(Money),
    floor=st.none() | amounts.map(Money),
    sku_id=st.just(SKU),
    product_id=st.just(PRODUCT),
    category_path=st.just((CATEGORY, ABOVE)),
)


@given(_chains(), goods)
def test_nobody_sells_below_cost_and_no_shopper_pays_less_than_the_floor(
    chain: list[ChainLevel], sku: Thing
) -> None:
    quote = rules.quote(chain, sku)
    assert all(step.price >= step.cost for step in quote.levels)
    assert quote.price >= quote.floor >= quote.cost >= sku.cost
    assert quote.price.micro >= 0


@given(_chains(), goods)
def test_cost_and_margins_add_up_to_the_price_exactly(chain: list[ChainLevel], sku: Thing) -> None:
    quote = rules.quote(chain, sku)
    assert sum((step.margin for step in quote.levels), quote.levels[0].cost) == quote.price
    assert quote.levels[0].cost == sku.cost
    assert [step.tenant_id for step in quote.levels] == [part.tenant_id for part in chain]


@given(_chains(), goods)
def test_the_trace_is_unbroken_and_ends_at_the_price(chain: list[ChainLevel], sku: Thing) -> None:
    trace = rules.quote(chain, sku).trace
    assert trace[-1].after == rules.quote(chain, sku).price
    assert all(earlier.after == later.before for earlier, later in pairwise(trace))
    assert trace[0].code == "cost"


@given(_chains(), goods)
def test_a_child_never_undercuts_what_its_parent_pays(chain: list[ChainLevel], sku: Thing) -> None:
    for depth in range(1, len(chain)):
        parent, child = rules.quote(chain[:depth], sku), rules.quote(chain[: depth + 1], sku)
        assert child.cost >= parent.cost
        assert child.price >= parent.cost
        assert rules.child_price(chain[:depth], sku, chain[depth].level_id) == child.cost


@given(_chains(), goods)
def test_the_order_in_which_rules_are_loaded_changes_nothing(
    chain: list[ChainLevel], sku: Thing
) -> None:
    again = [
        ChainLevel(part.tenant_id, part.level_id, RuleBook(reversed(list(part.rules))))
        for part in chain
    ]
    assert rules.quote(again, sku) == rules.quote(chain, sku)
