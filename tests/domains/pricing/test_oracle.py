"""What holds for every tree of sites, whatever their rules: checked on random ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.domains.pricing import rules
from kameng.domains.pricing.markups.rules import (
    TOP,
    Audience,
    Method,
    Place,
    Rule,
    RuleBook,
    Scope,
)
from kameng.domains.pricing.rules import ChainLevel
from kameng.domains.pricing.traces import facts, read, replay
from kameng.kit import ids
from kameng.kit.money import Money
from tests.domains.pricing import oracle
from tests.domains.pricing.drawn import (
    MEMBER,
    TIERS,
    amounts,
    chains,
    goods,
    honest_chains,
    moments,
    quantities,
)
from tests.support.pricing import Thing

Who = dict[str, UUID | None]
people = st.fixed_dictionaries(
    {"member_id": st.sampled_from([None, MEMBER]), "tier_id": st.sampled_from([None, *TIERS])}
)


@settings(max_examples=250, deadline=None)
@given(chains, goods(), quantities, moments, people)
def test_the_price_is_the_one_an_independent_reading_of_the_rules_finds(
    chain: list[ChainLevel],
    sku: Thing,
    quantity: int,
    now: datetime | None,
    who: Who,
) -> None:
    quote = rules.quote(chain, sku, quantity=quantity, now=now, **who)
    found = oracle.prices(chain, sku, quantity, now, *who.values())
    assert (quote.cost.micro, quote.price.micro) == found


@settings(deadline=None)
@given(chains, goods(), quantities, moments, people)
def test_the_trace_replays_to_the_price(
    chain: list[ChainLevel],
    sku: Thing,
    quantity: int,
    now: datetime | None,
    who: Who,
) -> None:
    quote = rules.quote(chain, sku, quantity=quantity, now=now, **who)
    assert replay(quote.trace) == quote.price
    assert replay(quote.cost_trace) == quote.cost
    assert read(facts(quote.trace)) == quote.trace
    assert all(earlier.after == later.before for earlier, later in pairwise(quote.trace))


@settings(deadline=None)
@given(chains, goods(), amounts, quantities, moments, people)
def test_no_price_falls_when_the_cost_rises(
    chain: list[ChainLevel], sku: Thing, by: int, quantity: int, now: datetime | None, who: Who
) -> None:
    dearer = replace(sku, cost=sku.cost + Money(by))
    before = rules.quote(chain, sku, quantity=quantity, now=now, **who)
    after = rules.quote(chain, dearer, quantity=quantity, now=now, **who)
    assert after.price >= before.price
    assert after.cost >= before.cost


@settings(deadline=None)
@given(honest_chains, goods(), amounts, amounts, quantities, moments)
def test_a_kept_price_earns_the_same_at_any_cost_until_a_guard_bites(
    chain: list[ChainLevel],
    sku: Thing,
    priced: int,
    cost: int,
    quantity: int,
    now: datetime | None,
) -> None:
    """The last site names a price where it stands; then the cost of the goods moves."""
    last, base = chain[-1], rules.quote(chain, sku, quantity=quantity, now=now).cost.micro
    place = Place(Scope.SKU, sku.sku_id, Audience.RETAIL)
    kept = Rule(ids.uuid7(), place, Method.FIXED, priced, base=base)
    held = [one for one in last.rules if one.place.audience is Audience.CHILD]
    after = [*chain[:-1], ChainLevel(last.tenant_id, last.level_id, RuleBook([*held, kept]))]
    quote = rules.quote(after, replace(sku, cost=Money(cost)), quantity=quantity, now=now)
    bitten = {"cut_to_ceiling", "raised_to_cost", "raised_to_floor"}
    own = {step.code for step in quote.trace if step.tenant_id == last.tenant_id}
    if priced >= base and quote.price.micro < TOP and not own & bitten:
        assert quote.margin.micro == priced - base
    assert replay(quote.trace) == quote.price


@settings(deadline=None)
@given(honest_chains, goods(), quantities, moments, people)
def test_nobody_sells_under_cost_or_floor_unless_they_said_so(
    chain: list[ChainLevel],
    sku: Thing,
    quantity: int,
    now: datetime | None,
    who: Who,
) -> None:
    quote = rules.quote(chain, sku, quantity=quantity, now=now, **who)
    assert all(step.price >= step.cost for step in quote.levels)
    assert quote.price >= quote.floor >= quote.cost >= sku.cost
    if sku.ceiling is not None:
        assert quote.price <= max(sku.ceiling, quote.floor)


@settings(deadline=None)
@given(chains, goods(), moments, people)
def test_a_loss_goes_no_deeper_than_the_parents_floor(
    chain: list[ChainLevel], sku: Thing, now: datetime | None, who: Who
) -> None:
    quotes = [rules.quote(chain[: n + 1], sku, now=now) for n in range(len(chain))]
    for parent, child in pairwise(quotes):
        assert child.price >= parent.floor
    assert quotes[0].price >= (sku.floor or Money(0))
    at_loss = [one for one in quotes if one.price < one.cost]
    assert all(one.rule is not None and one.rule.below_cost for one in at_loss)


@settings(deadline=None)
@given(chains, goods(), quantities, moments)
def test_cost_and_shares_add_up_to_the_price(
    chain: list[ChainLevel], sku: Thing, quantity: int, now: datetime | None
) -> None:
    quote = rules.quote(chain, sku, quantity=quantity, now=now)
    assert sum((step.margin for step in quote.levels), sku.cost) == quote.price
    assert [step.tenant_id for step in quote.levels] == [one.tenant_id for one in chain]
    assert all(one.price == other.cost for one, other in pairwise(quote.levels))


@settings(deadline=None)
@given(chains, goods(), moments, people, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(
    chain: list[ChainLevel], sku: Thing, now: datetime | None, who: Who, chance: object
) -> None:
    again = []
    for one in chain:
        mixed = list(one.rules)
        chance.shuffle(mixed)  # type: ignore[attr-defined]
        again.append(ChainLevel(one.tenant_id, one.level_id, RuleBook(mixed)))
    assert rules.quote(again, sku, now=now, **who) == rules.quote(chain, sku, now=now, **who)


@settings(deadline=None)
@given(chains, goods(), moments)
def test_what_a_child_would_pay_is_what_it_pays(
    chain: list[ChainLevel], sku: Thing, now: datetime | None
) -> None:
    last = chain[-1]
    if len(chain) > 1:
        paid = rules.child_price(chain[:-1], sku, last.level_id, buyer_id=last.tenant_id, now=now)
        assert paid == rules.quote(chain, sku, now=now).cost


@settings(deadline=None)
@given(chains, goods(), quantities, moments, st.sampled_from(TIERS))
def test_rules_for_a_tier_are_nothing_to_anybody_else(
    chain: list[ChainLevel], sku: Thing, quantity: int, now: datetime | None, tier: UUID
) -> None:
    """Without them guests, other tiers and every site below pay the same to the last unit."""
    without = [
        ChainLevel(
            one.tenant_id,
            one.level_id,
            RuleBook(rule for rule in one.rules if rule.place.tier_id != tier),
        )
        for one in chain
    ]
    other = next(one for one in TIERS if one != tier)
    for who in (None, other):
        asked = {"quantity": quantity, "now": now, "tier_id": who}
        assert rules.quote(chain, sku, **asked) == rules.quote(without, sku, **asked)
