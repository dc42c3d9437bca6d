"""Whole columns of prices: the same figures as one quote after the other, on any tree."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.domains.pricing import rules, vectors
from kameng.domains.pricing.columns import make
from kameng.domains.pricing.markups.methods import STEEPEST, TOP
from kameng.domains.pricing.markups.rules import (
    DEAREST,
    FATTEST,
    Audience,
    Method,
    Rounding,
    RuleBook,
    Scope,
    Way,
)
from kameng.domains.pricing.rules import ChainLevel
from kameng.domains.pricing.vectors import Site
from kameng.kit.money import MICRO, Money
from tests.domains.pricing.drawn import DEEPEST, LEVELS, SKUS, amount, book, moments, quantities
from tests.support.pricing import Thing, rule, thing

SITES = 9


def _tree(chance: Random) -> list[Site]:
    """Nine sites, each below one of those before it and at most five deep."""
    sites, depth = [Site(1, None, None, book(chance, SITES))], {1: 1}
    for tenant_id in range(2, SITES + 1):
        parent = chance.choice([one for one in depth if depth[one] < DEEPEST])
        depth[tenant_id] = depth[parent] + 1
        level = chance.choice([None, *LEVELS])
        sites.append(Site(tenant_id, parent, level, book(chance, SITES, most=5)))
    return sites


def _goods(chance: Random) -> list[Thing]:
    def maybe() -> Money | None:
        return chance.choice([None, Money(amount(chance))])

    return [
        Thing(Money(amount(chance)), Money(amount(chance)), maybe(), sku, product, path, maybe())
        for sku, product, path in SKUS
    ]


def _chain(sites: list[Site], last: Site) -> list[ChainLevel]:
    by_id = {one.tenant_id: one for one in sites}
    chain: list[Site] = [last]
    while chain[0].parent_id is not None:
        chain.insert(0, by_id[chain[0].parent_id])
    return [ChainLevel(one.tenant_id, one.level_id, one.rules) for one in chain]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**40), quantities, moments)
def test_a_column_holds_what_quotes_say(seed: int, quantity: int, now: datetime | None) -> None:
    chance = Random(seed)
    sites, goods = _tree(chance), _goods(chance)
    owners = [chance.choice([1, 1, 1, 2, 3]) for _ in goods]
    table = vectors.columns(goods, owners)
    found = {one.tenant_id: one for one in vectors.priced(table, sites, quantity=quantity, now=now)}
    for site in sites:
        prices, chain = found[site.tenant_id], _chain(sites, site)
        held = [one.tenant_id for one in chain]
        for n, sku in enumerate(goods):
            assert prices.seen[n] == (owners[n] in held)
            if prices.seen[n]:
                sold = chain[held.index(owners[n]) :]
                quote = rules.quote(sold, sku, quantity=quantity, now=now)
                figures = (quote.cost, quote.price, quote.floor)
                columns = (prices.cost, prices.price, prices.floor)
                assert tuple(int(one[n]) for one in columns) == tuple(one.micro for one in figures)
                assert _said(quote, site.tenant_id) == int(prices.marks[n])


def _said(quote: rules.Quote, tenant_id: int) -> int:
    """The marks of a quote, read from its traces."""
    codes = [step.code for step in quote.trace if step.tenant_id == tenant_id]
    own = {
        "cut_to_ceiling": vectors.CUT,
        "raised_to_cost": vectors.RAISED_TO_COST,
        "raised_to_floor": vectors.RAISED_TO_FLOOR,
    }
    marks = sum(bit for code, bit in own.items() if code in codes)
    last = quote.cost_trace[-1]
    if last.code == "raised_to_cost":
        marks |= vectors.CHILD_RAISED
    return marks | (vectors.BELOW_COST if quote.price < quote.cost else 0)


@settings(deadline=None)
@given(
    st.sampled_from(Method),
    st.sampled_from(Rounding),
    st.sampled_from(Way),
    st.lists(st.integers(0, TOP), min_size=1, max_size=20),
    st.integers(0, DEAREST.micro),
)
def test_no_price_leaves_64_bits_however_large(
    method: Method, rounding: Rounding, way: Way, bases: list[int], value: int
) -> None:
    largest = {Method.PERCENT: STEEPEST.ppm, Method.MARGIN: FATTEST.ppm}
    value = min(value, largest.get(method, DEAREST.micro))
    made = replace(rule(Audience.RETAIL, method, value), rounding=rounding, way=way)
    column = make(made, value, np.array([*bases, 0, TOP], np.int64))
    assert column.tolist() == [made.make(one) for one in [*bases, 0, TOP]]
    kept = replace(made, method=Method.FIXED, base=bases[0])
    column = make(kept, value - bases[0], np.array([*bases, 0, TOP], np.int64))
    assert column.tolist() == [kept.make(one) for one in [*bases, 0, TOP]]


def test_halves_between_two_micro_units_go_to_the_even_one_in_both() -> None:
    """5 ppm of 100,000 is half a micro-unit; 15 ppm one and a half."""
    for ppm in (5, 15, 25, 35):
        made = rule(Audience.RETAIL, Method.PERCENT, ppm)
        bases = [100_000, 300_000, MICRO + 100_000, 3 * MICRO + 300_000]
        column = make(made, ppm, np.array(bases, np.int64))
        assert column.tolist() == [made.make(one) for one in bases]


def test_what_if_tells_who_changes_and_who_falls_under_cost() -> None:
    goods = [thing("8.00", "10.00"), thing("5.00", "6.00")]
    fixed = rule(
        Audience.RETAIL, Method.FIXED, 9 * MICRO, scope=Scope.SKU, scope_id=goods[0].sku_id
    )
    sites = [Site(1), Site(2, 1, None, RuleBook([fixed])), Site(3, 2)]
    sites[0] = Site(1, None, None, RuleBook([rule(Audience.CHILD, Method.AMOUNT, MICRO // 2)]))
    dearer = [replace(goods[0], cost=Money.of("9.00")), goods[1]]
    before, after = vectors.columns(goods), vectors.columns(dearer)
    found = list(vectors.differences((before, sites), (after, sites)))
    assert [one.tenant_id for one in found] == [1, 2, 3]
    hub, ada, bo = found
    assert (hub.at.tolist(), hub.price.tolist()) == ([0], [10 * MICRO])
    assert ada.cost_before.tolist() == [8_500_000]
    assert ada.cost.tolist() == ada.price.tolist() == [9_500_000]
    assert ada.marks.tolist() == [vectors.RAISED_TO_COST]
    assert bo.price_before.tolist() == [9 * MICRO]
    nothing = vectors.differences((before, sites), (before, sites))
    assert [len(one.at) for one in nothing] == [0, 0, 0]


def test_an_amount_no_rule_may_make_is_no_price() -> None:
    with pytest.raises(ValueError, match="not between"):
        vectors.columns([replace(thing(), cost=Money(TOP + 1))])


def test_who_only_quotes_never_loads_the_array_library() -> None:
    program = "import sys, kameng.domains.pricing.vectors; sys.exit('numpy' in sys.modules)"
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=env, check=False)
    assert done.returncode == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**40), moments)
def test_walking_the_tree_site_by_site_comes_to_the_same_prices(
    seed: int, now: datetime | None
) -> None:
    chance = Random(seed)
    sites, table = _tree(chance), vectors.columns(_goods(chance))
    below = {site.tenant_id: site for site in sites}
    whole = list(vectors.priced(table, sites, now=now))
    taken = (below[one.tenant_id] for one in whole)
    for one, other in zip(vectors.walked(table, taken, now=now), whole, strict=True):
        assert not len(vectors.compared(one, other).at)
        assert one.price.tolist() == other.price.tolist()
