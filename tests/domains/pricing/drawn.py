"""Random rules, chains and goods: every audience, method, rounding, date and step there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from hypothesis import strategies as st

from kameng.domains.pricing.markups.rules import (
    FATTEST,
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
    Step,
    Way,
)
from kameng.domains.pricing.rules import ChainLevel
from kameng.kit import ids
from kameng.kit.money import MICRO, Money
from tests.support.pricing import Thing

TOP_CATEGORY, LEFT, RIGHT = (ids.uuid7() for _ in range(3))
PRODUCTS = [(ids.uuid7(), path) for path in ((LEFT, TOP_CATEGORY), (RIGHT, TOP_CATEGORY), ())]
SKUS = [(ids.uuid7(), *PRODUCTS[n % 3]) for n in range(5)]
LEVELS = (ids.uuid7(), ids.uuid7())
TIERS = (ids.uuid7(), ids.uuid7())
MEMBER = ids.uuid7()
DEEPEST = 5

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PERIODS = [(None, None), (None, NOON), (NOON, NOON + DAY), (NOON + DAY, None)]
"""No two of the dated ones hold at the same moment: overlapping rules are refused when set."""
moments = st.sampled_from([None, NOON - DAY, NOON, NOON + DAY / 2, NOON + DAY, NOON + 9 * DAY])
quantities = st.sampled_from([1, 2, 4, 5, 9, 50])

THINGS: list[tuple[Scope, UUID | None]] = [
    (Scope.ALL, None),
    *((Scope.CATEGORY, one) for one in (TOP_CATEGORY, LEFT, RIGHT)),
    *((Scope.PRODUCT, one) for one, _ in PRODUCTS),
    *((Scope.SKU, one) for one, _, _ in SKUS),
]
amounts = st.integers(0, 200 * MICRO) | st.integers(0, 20_000).map(lambda fen: fen * 10_000)
seeds = st.integers(0, 2**40)
"""Trees grow from a seed: drawing each of their hundred choices by itself takes far longer."""


def amount(chance: Random) -> int:
    """Whole fen as often as odd micro-units."""
    return chance.choice([chance.randint(0, 200 * MICRO), chance.randint(0, 20_000) * 10_000])


def place(chance: Random, sites: int) -> Place:
    """Any place there can be."""
    scope, thing_id = chance.choice(THINGS)
    audience = chance.choice(list(Audience))
    level = buyer = member = None
    if audience is Audience.RETAIL:
        member = chance.choice([None, MEMBER])
        level = None if member else chance.choice([None, *TIERS])
    elif chance.random() < 0.3:
        buyer = chance.randint(2, sites)
    else:
        level = chance.choice([None, *LEVELS])
    return Place(scope, thing_id, audience, level, buyer, member, *chance.choice(PERIODS))


def rule(chance: Random, sites: int, *, losses: bool = True) -> Rule:
    """Any rule that makes sense."""
    method = chance.choice(list(Method))
    values = [chance.randint(0, FATTEST.ppm)] * 3 if method is Method.MARGIN else []
    values = values or [amount(chance) for _ in range(3)]
    where = place(chance, sites)
    kept = method is Method.FIXED and where.scope is Scope.SKU and chance.random() < 0.6
    stepped = method not in (Method.MARGIN, Method.FOLLOW) and chance.random() < 0.5
    return Rule(
        ids.uuid7(),
        where,
        method,
        0 if method is Method.FOLLOW else values[0],
        chance.choice(list(Rounding)),
        chance.choice(list(Way)),
        (Step(2, values[1]), Step(5, values[2])) if stepped else (),
        base=amount(chance) if kept else None,
        below_cost=losses and chance.random() < 0.4,
    )


def book(chance: Random, sites: int, *, losses: bool = True, most: int = 10) -> RuleBook:
    """The rules of one site, one in a place."""
    return RuleBook(rule(chance, sites, losses=losses) for _ in range(chance.randint(0, most)))


def chain(seed: int, *, losses: bool = True) -> list[ChainLevel]:
    """Sites one below the other, the master first."""
    chance = Random(seed)
    return [
        ChainLevel(
            n + 1,
            chance.choice([None, *LEVELS]) if n else None,
            book(chance, DEEPEST, losses=losses),
        )
        for n in range(chance.randint(1, DEEPEST))
    ]


chains = seeds.map(chain)
honest_chains = seeds.map(partial(chain, losses=False))
"""Chains in which nobody says below cost."""


@st.composite
def goods(draw: st.DrawFn) -> Thing:
    """One of the SKUs, at any cost, with and without floor and ceiling."""
    sku_id, product_id, path = draw(st.sampled_from(SKUS))
    maybe = st.none() | amounts.map(Money)
    cost, retail = Money(draw(amounts)), Money(draw(amounts))
    return Thing(cost, retail, draw(maybe), sku_id, product_id, path, draw(maybe))
