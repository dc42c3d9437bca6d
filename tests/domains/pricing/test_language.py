"""The language of price rules by example: whom, when, how many, how rounded, and the guards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kameng.domains.pricing import errors, rules
from kameng.domains.pricing.markups.rules import (
    TOP,
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
    Step,
    Way,
    markup,
    refuse_overlap,
    refuse_senseless,
    steps,
    told_steps,
)
from kameng.domains.pricing.traces import facts, read, replay
from kameng.kit import ids
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO, Money, Percent
from tests.domains.pricing.drawn import DAY, NOON
from tests.support.pricing import Thing, level, rule, thing

HUB, ADA, BO = 1, 2, 3
GOLD = ids.uuid7()
KIM = ids.uuid7()
EVERYTHING = Place(Scope.ALL, None, Audience.RETAIL)


def _at(place: Place, method: Method, value: int = 0, **more: object) -> Rule:
    return Rule(ids.uuid7(), place, method, value, **more)  # type: ignore[arg-type]


def _sells(value: str, method: Method = Method.FIXED, **where: object) -> Rule:
    place = replace(EVERYTHING, **where)  # type: ignore[arg-type]
    return _at(place, method, markup(method, value))


def _price(*chain: rules.ChainLevel, **asked: object) -> str:
    goods = asked.pop("goods", thing("8.00", "10.00"))
    quote = rules.quote(chain, goods, **asked)  # type: ignore[arg-type]
    assert replay(quote.trace) == quote.price
    return str(quote.price)


# ---- for whom --------------------------------------------------------------------------------


def test_a_named_site_pays_its_own_price_and_nobody_else_does() -> None:
    hub = level(
        HUB,
        _sells("9.00", audience=Audience.CHILD),
        _sells("8.80", audience=Audience.CHILD, level_id=GOLD),
        _sells("8.50", audience=Audience.CHILD, buyer_id=ADA),
    )
    paid = [rules.child_price([hub], thing(), GOLD, buyer_id=one) for one in (ADA, BO, None)]
    assert [str(one) for one in paid] == ["8.50", "8.80", "8.80"]
    assert _price(hub, level(ADA, _sells("0", Method.AMOUNT), level_id=GOLD)) == "8.50"


def test_a_named_member_pays_their_own_price_at_that_site_alone() -> None:
    hub = level(HUB, _sells("9.50"), _sells("9.00", member_id=KIM))
    assert (_price(hub), _price(hub, member_id=KIM)) == ("9.50", "9.00")
    assert _price(hub, level(ADA), member_id=KIM) == "9.50"


def test_a_price_for_one_sku_goes_before_a_price_for_one_customer() -> None:
    goods = thing("8.00", "10.00")
    on_sku = _sells("9.40", scope=Scope.SKU, scope_id=goods.sku_id)
    hub = level(HUB, _sells("9.00", member_id=KIM), on_sku)
    assert _price(hub, goods=goods, member_id=KIM) == "9.40"


@pytest.mark.parametrize(
    "where",
    [
        {"audience": Audience.RETAIL, "buyer_id": ADA},
        {"audience": Audience.RETAIL, "level_id": GOLD, "member_id": KIM},
        {"audience": Audience.CHILD, "member_id": KIM},
        {"audience": Audience.CHILD, "level_id": GOLD, "buyer_id": ADA},
    ],
)
def test_a_place_names_only_whom_there_can_be(where: dict[str, object]) -> None:
    with pytest.raises(errors.BadPlace):
        replace(EVERYTHING, **where)  # type: ignore[arg-type]


# ---- from when to when -----------------------------------------------------------------------


def test_a_dated_price_holds_from_its_first_moment_until_just_before_its_last() -> None:
    sale = _sells("8.80", valid_from=NOON, valid_to=NOON + DAY)
    hub = level(HUB, _sells("9.90"), sale)
    moment = timedelta(microseconds=1)
    asked = [None, NOON - moment, NOON, NOON + DAY - moment, NOON + DAY, NOON]
    prices = [_price(hub, now=one) for one in asked]
    assert prices == ["9.90", "9.90", "8.80", "8.80", "9.90", "8.80"]


def test_a_dated_price_for_anyone_gives_way_to_an_undated_one_for_a_member() -> None:
    hub = level(HUB, _sells("8.80", valid_from=NOON), _sells("9.00", member_id=KIM))
    assert _price(hub, now=NOON, member_id=KIM) == "9.00"


def test_dates_of_one_place_may_touch_but_not_overlap() -> None:
    sale = replace(EVERYTHING, valid_from=NOON, valid_to=NOON + DAY)
    free = [
        EVERYTHING,
        sale,
        replace(EVERYTHING, valid_to=NOON),
        replace(EVERYTHING, valid_from=NOON + DAY),
        replace(sale, member_id=KIM),
    ]
    refuse_overlap(sale, free)
    for other in (
        replace(EVERYTHING, valid_from=NOON + DAY / 2),
        replace(EVERYTHING, valid_to=NOON + DAY / 2),
        replace(EVERYTHING, valid_from=NOON - DAY, valid_to=NOON + 9 * DAY),
    ):
        with pytest.raises(errors.OverlappingPeriods):
            refuse_overlap(sale, [*free, other])


@pytest.mark.parametrize("end", [NOON, NOON - DAY, datetime(2027, 1, 1)])  # noqa: DTZ001
def test_a_period_ends_after_it_begins_and_says_in_which_zone(end: datetime) -> None:
    with pytest.raises(errors.BadPeriod):
        replace(EVERYTHING, valid_from=NOON, valid_to=end)


# ---- how -------------------------------------------------------------------------------------


def test_a_margin_is_a_share_of_the_price() -> None:
    assert _price(level(HUB, _sells("20", Method.MARGIN))) == "10.00"
    quote = rules.quote([level(HUB, _sells("20", Method.MARGIN))], thing("8.00", "10.00"))
    assert quote.margin == quote.price.share(Percent.of("20"))


def test_following_takes_the_price_above_and_may_round_it() -> None:
    goods = thing("8.00", "9.87")
    hub = level(HUB, rule(Audience.CHILD, Method.AMOUNT, MICRO // 2))
    follows = _at(EVERYTHING, Method.FOLLOW, rounding=Rounding.JIAO, way=Way.UP)
    wide = _sells("30", Method.PERCENT, scope=Scope.PRODUCT, scope_id=goods.product_id)
    near = replace(follows.place, scope=Scope.SKU, scope_id=goods.sku_id)
    ada = level(ADA, wide, replace(follows, place=near))
    assert _price(hub, ada, goods=goods) == "9.90"
    assert _price(level(HUB, follows), goods=goods) == "9.90"


def test_agents_that_follow_pay_what_shoppers_of_their_parent_pay() -> None:
    hub = level(
        HUB, _sells("9.20"), _at(replace(EVERYTHING, audience=Audience.CHILD), Method.FOLLOW)
    )
    assert str(rules.child_price([hub], thing("8.00", "10.00"), None)) == "9.20"


@pytest.mark.parametrize(
    ("cost", "rounding", "way", "price"),
    [
        ("8.91", Rounding.X9, Way.UP, "9.90"),
        ("8.90", Rounding.X9, Way.UP, "8.90"),
        ("9.89", Rounding.X9, Way.DOWN, "8.90"),
        ("9.40", Rounding.X9, Way.HALF_UP, "9.90"),
        ("9.40", Rounding.X9, Way.HALF_EVEN, "9.90"),
        ("8.40", Rounding.X9, Way.HALF_EVEN, "7.90"),
        ("0.30", Rounding.X9, Way.DOWN, "0.90"),
        ("8.9901", Rounding.X99, Way.UP, "9.99"),
        ("8.985", Rounding.X99, Way.DOWN, "7.99"),
        ("8.45", Rounding.JIAO, Way.HALF_EVEN, "8.40"),
        ("8.45", Rounding.JIAO, Way.HALF_UP, "8.50"),
        ("8.41", Rounding.JIAO, Way.UP, "8.50"),
        ("8.49", Rounding.JIAO, Way.DOWN, "8.40"),
        ("8.000001", Rounding.YUAN, Way.UP, "9.00"),
        ("8.505", Rounding.FEN, Way.HALF_EVEN, "8.50"),
        ("8.4321", Rounding.NONE, Way.UP, "8.4321"),
    ],
)
def test_prices_are_rounded_as_asked(cost: str, rounding: Rounding, way: Way, price: str) -> None:
    made = _at(EVERYTHING, Method.AMOUNT, rounding=rounding, way=way)
    assert str(made.price(Money.of(cost))) == price


def test_from_so_many_pieces_on_each_costs_less() -> None:
    wholesale = replace(_sells("9.90"), steps=steps(Method.FIXED, "5=9.5\n10=9"))
    hub = level(HUB, wholesale)
    prices = [_price(hub, quantity=one) for one in (1, 4, 5, 9, 10, 999)]
    assert prices == ["9.90", "9.90", "9.50", "9.50", "9.00", "9.00"]


def test_quantity_steps_of_a_parent_reach_the_shoppers_of_a_child() -> None:
    down = replace(
        _sells("1", Method.AMOUNT, audience=Audience.CHILD), steps=(Step(5, MICRO // 2),)
    )
    chain = [level(HUB, down), level(ADA, _sells("10", Method.PERCENT))]
    assert [_price(*chain, quantity=one) for one in (4, 5)] == ["9.90", "9.35"]


def _keeps(goods: Thing, value: str, base: str, **more: object) -> Rule:
    place = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
    micro, cost = markup(Method.FIXED, value), Money.of(base).micro
    return _at(place, Method.FIXED, micro, base=cost, **more)


def test_a_kept_price_moves_with_the_cost_and_never_below_nothing() -> None:
    kept = _keeps(thing(), "9.90", "8.00", steps=(Step(5, 9 * MICRO),))
    costs = ["8.00", "8.35", "7.65", "0.00"]
    assert [str(kept.price(Money.of(one))) for one in costs] == ["9.90", "10.25", "9.55", "1.90"]
    assert str(kept.price(Money.of("8.35"), 5)) == "9.35"
    at_loss = _keeps(thing(), "5.00", "8.00", below_cost=True)
    assert str(at_loss.price(Money.of("2.00"))) == "0.00"


def test_a_kept_price_is_rounded_only_where_its_rule_says_so() -> None:
    kept = _keeps(thing(), "9.99", "8.00")
    nines = replace(kept, rounding=Rounding.X99, way=Way.UP)
    assert str(kept.price(Money.of("8.123456"))) == "10.113456"
    assert [str(nines.price(Money.of(one))) for one in ("8.00", "8.01")] == ["9.99", "10.99"]


def test_a_kept_price_follows_the_cost_of_its_own_site_at_every_depth() -> None:
    goods = thing("8.00", "20.00")
    hub = level(HUB, _sells("1", Method.AMOUNT, audience=Audience.CHILD))
    ada = level(ADA, _sells("1", Method.AMOUNT, audience=Audience.CHILD))
    bo = level(BO, _keeps(goods, "12.00", "10.00"))
    assert _price(hub, ada, bo, goods=goods) == "12.00"
    dearer = replace(goods, cost=Money.of("8.75"))
    assert _price(hub, ada, bo, goods=dearer) == "12.75"


def test_a_kept_price_ends_at_the_guards_and_says_so() -> None:
    goods = replace(thing("8.00", "10.00", floor="9.50"), ceiling=Money.of("11.00"))
    hub = level(HUB, _keeps(goods, "10.00", "8.00"))
    codes = {}
    for cost in ("7.00", "8.00", "9.50"):
        quote = rules.quote([hub], replace(goods, cost=Money.of(cost)))
        codes[str(quote.price)] = _codes(quote)[-1]
    assert codes == {"9.50": "raised_to_floor", "10.00": "retail_rule", "11.00": "cut_to_ceiling"}


def test_a_kept_price_is_told_at_any_cost_and_stays_the_same_price() -> None:
    kept = _keeps(thing(), "9.90", "8.00", steps=(Step(5, 9 * MICRO),))
    told = kept.told_at(8_350_000)
    assert (told.value, told.steps, told.base) == (10_250_000, (Step(5, 9_350_000),), 8_350_000)
    assert told.price(Money.of("7"), 5) == kept.price(Money.of("7"), 5)
    assert told.told_at(8 * MICRO) == kept
    plain = _sells("9.90")
    assert plain.told_at(1) == plain


def test_stacked_rules_end_at_a_price_that_can_be_kept() -> None:
    steep = [_sells("10000", Method.PERCENT, audience=one) for one in Audience]
    quote = rules.quote([level(n, *steep) for n in range(1, 6)], thing("999999.99", "1"))
    assert quote.price.micro == TOP


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (_at(EVERYTHING, Method.PERCENT, 1, base=1), errors.KeepNeedsFixedPrice),
        (_at(EVERYTHING, Method.FIXED, 1, base=1), errors.KeepNeedsOneSku),
        (_at(EVERYTHING, Method.MARGIN, 1, steps=(Step(2, 1),)), errors.StepsNeedPlainMethod),
        (_at(EVERYTHING, Method.FOLLOW, 1), errors.FollowHasNoValue),
        (_at(EVERYTHING, Method.MARGIN, 990_001), errors.MarginTooLarge),
        (_at(EVERYTHING, Method.FIXED, 1, steps=(Step(5, 1), Step(2, 1))), errors.StepsOutOfOrder),
        (_at(EVERYTHING, Method.FIXED, 1, steps=(Step(1, 1),)), errors.StepsOutOfOrder),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(made: Rule, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        refuse_senseless(made)


# ---- the guards ------------------------------------------------------------------------------


def _codes(quote: rules.Quote) -> list[str]:
    return [step.code for step in quote.trace]


def test_shoppers_pay_no_more_than_the_ceiling_anywhere() -> None:
    goods = replace(thing("8.00", "10.00"), ceiling=Money.of("10.50"))
    quote = rules.quote([level(HUB), level(ADA, _sells("50", Method.PERCENT))], goods)
    assert (str(quote.price), str(quote.ceiling)) == ("10.50", "10.50")
    assert _codes(quote)[-2:] == ["retail_rule", "cut_to_ceiling"]


def test_the_own_cost_goes_before_the_ceiling() -> None:
    goods = replace(thing("8.00", "10.00"), ceiling=Money.of("10.50"))
    hub = level(HUB, _sells("11.00", audience=Audience.CHILD))
    quote = rules.quote([hub, level(ADA, _sells("12.00"))], goods)
    assert str(quote.price) == "11.00"
    assert _codes(quote)[-2:] == ["cut_to_ceiling", "raised_to_cost"]


def test_below_cost_is_the_owners_word_for_that_rule_alone() -> None:
    loss = replace(_sells("7.00"), below_cost=True)
    hub = level(HUB, loss)
    assert _price(hub) == "7.00"
    assert _price(level(HUB, _sells("7.00"))) == "8.00"
    quote = rules.quote([hub, level(ADA)], thing("8.00", "10.00"))
    assert (str(quote.cost), str(quote.price)) == ("8.00", "8.00")


def test_below_cost_never_lifts_the_floor_of_the_goods_or_of_the_parent() -> None:
    loss = replace(_sells("1.00"), below_cost=True)
    assert _price(level(HUB, loss), goods=thing("8.00", "10.00", floor="7.50")) == "7.50"
    hub = level(HUB, _sells("9.00", audience=Audience.CHILD))
    assert _price(hub, level(ADA, loss)) == "8.00"


def test_a_site_given_goods_below_cost_still_keeps_its_parents_floor() -> None:
    gift = replace(_sells("5.00", audience=Audience.CHILD), below_cost=True)
    quote = rules.quote([level(HUB, gift), level(ADA, _sells("6.00"))], thing("8.00", "10.00"))
    assert [str(one) for one in (quote.cost, quote.price, quote.floor)] == ["5.00", "8.00", "8.00"]
    assert [str(one.margin) for one in quote.levels] == ["-3.00", "3.00"]


def test_a_rule_that_says_below_cost_may_be_set_down_to_the_floor_of_the_goods() -> None:
    goods = thing("8.00", "10.00", floor="7.50")
    loss = replace(_sells("7.50"), below_cost=True)
    rules.refuse_below_floor(loss, goods.cost, goods)
    with pytest.raises(errors.PriceBelowFloor):
        rules.refuse_below_floor(replace(loss, value=7_499_999), goods.cost, goods)
    stepped = replace(_sells("9.00"), steps=(Step(5, 7 * MICRO),))
    with pytest.raises(errors.PriceBelowFloor):
        rules.refuse_below_floor(stepped, goods.cost, goods)


# ---- the trace -------------------------------------------------------------------------------


def test_a_changed_trace_is_found_out() -> None:
    chain = [level(HUB, rule(Audience.CHILD, Method.AMOUNT, MICRO)), level(ADA, _sells("12.00"))]
    trace = rules.quote(chain, thing("8.00", "10.00")).trace
    assert [step.code for step in trace] == ["cost", "child_rule", "retail_rule"]
    for number, step in enumerate(trace):
        changed = list(trace)
        changed[number] = step._replace(after=step.after + Money(1))
        with pytest.raises(errors.BrokenTrace):
            replay(changed)
    for broken in ([], trace[1:], (trace[0], trace[2]), (trace[0], trace[1]._replace(rule=None))):
        with pytest.raises(errors.BrokenTrace):
            replay(broken)


def test_a_trace_kept_as_facts_says_all_there_was_to_the_rule() -> None:
    goods = thing()
    place = Place(Scope.SKU, goods.sku_id, Audience.RETAIL, None, None, KIM, NOON, NOON + DAY)
    made = _at(
        place,
        Method.FIXED,
        9 * MICRO,
        rounding=Rounding.X9,
        way=Way.DOWN,
        steps=(Step(5, 8_500_000),),
        base=8_250_000,
        below_cost=True,
        template_id=ids.uuid7(),
    )
    quote = rules.quote([level(HUB, made)], goods, quantity=6, now=NOON, member_id=KIM)
    kept = facts(quote.trace)
    assert read(kept) == quote.trace
    assert replay(read(kept)) == quote.price
    assert str(quote.price) == "7.90"


# ---- what people type ------------------------------------------------------------------------


def test_quantity_steps_are_typed_line_by_line() -> None:
    read_back = steps(Method.FIXED, "１０＝2.5元\n\n 5 = 3 \n")
    assert read_back == (Step(5, 3 * MICRO), Step(10, 2_500_000))
    assert told_steps(Method.FIXED, read_back) == "5=3\n10=2.5"
    assert told_steps(Method.PERCENT, steps(Method.PERCENT, "5=7.5%")) == "5=7.5"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("5", 1),
        ("5=3\n5=2", 2),
        ("1=3", 1),
        ("0=3", 1),
        ("-5=3", 1),
        ("5=NaN", 1),
        ("5=1e400", 1),
        ("5=-1", 1),
        ("5=3=2", 1),
        ("9999999=1", 1),
        ("5=0.1234567", 1),
        ("=CMD()=1", 1),
        ("\n".join(f"{n}=1" for n in range(2, 30)), 21),
    ],
)
def test_a_line_that_is_no_step_is_named(text: str, line: int) -> None:
    with pytest.raises(errors.BadSteps) as refused:
        steps(Method.FIXED, text)
    assert refused.value.facts["line"] == line


def test_a_book_given_two_rules_for_one_place_keeps_the_newer_whatever_the_order() -> None:
    older, newer = sorted((_sells("9.00"), _sells("9.50")), key=lambda rule: rule.id)
    goods = thing()
    for both in ([older, newer], [newer, older]):
        assert RuleBook(both).find(Audience.RETAIL, goods) == newer
        assert len(RuleBook(both)) == 1
