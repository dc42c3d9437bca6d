"""Prices: one page of quotes, and every price of every site for a what-if.

quote_24_ms: 24 products at a sub-agent's site, three sites deep, 1,000 rules along the chain, the
rules at hand and indexed; the same with every trace and every share spelt out is printed beside it.
All in the processor's time (the page: its median): what else the machine does is not ours.
prices_per_s: retail prices of 1,000 sites × 10,000 SKUs, one thread, each site with rules of its
own; a random thousand of them is compared with `quote` before anything is printed.
"""

from __future__ import annotations

import random
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from bench.figure import progress, show, soaking
from kameng.domains.pricing import rules, vectors
from kameng.domains.pricing.markups.rules import (
    Audience,
    Goods,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
)
from kameng.domains.pricing.rules import ChainLevel
from kameng.domains.pricing.vectors import Site
from kameng.kit import ids
from kameng.kit.money import FEN, MICRO, Money

PAGE, RULES, DEPTH = 24, 1_000, 3
SKUS, SITES, AGENTS = 10_000, 1_000, 30
CATEGORIES = 60
LEVELS = [ids.uuid7() for _ in range(3)]


@dataclass(frozen=True, slots=True)
class Sku:
    """A SKU as the catalogue tells it to pricing."""

    sku_id: UUID
    product_id: UUID
    category_path: tuple[UUID, ...]
    cost: Money
    retail: Money
    floor: Money | None
    ceiling: Money | None


def main() -> None:
    """Print the group's figures."""
    chance = random.Random(4)
    goods = drawn_goods(chance, SKUS)
    page_ms, told_ms = _page(chance, goods)
    show("quote_24_ms", round(page_ms, 3), "ms", against="24 × quote().price, median")
    show("quote_24_told_ms", round(told_ms, 3), "ms", against="with every trace and share")
    speed, again, whole = _descent(chance, goods)
    show("prices_per_s", round(speed), "1/s", against=f"{whole:,} prices, of one core's time")
    show("what_if_per_s", round(again), "1/s", against="both worlds priced and compared")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    show("what_if_rss_mb", round(memory), "MB", against="whole process, 1,000 sites × 10,000 SKUs")


def drawn_goods(chance: random.Random, count: int) -> list[Sku]:
    """SKUs in a tree of categories; one in ten with a floor, one in ten with a ceiling."""
    tops = [ids.uuid7() for _ in range(6)]
    paths = [(ids.uuid7(), tops[n % 6]) for n in range(CATEGORIES)]
    made = []
    for _ in range(count):
        cost = chance.randint(1, 20_000) * FEN
        floor = Money(cost + 50 * FEN) if chance.random() < 0.1 else None
        ceiling = Money(cost * 3) if chance.random() < 0.1 else None
        prices = Money(cost), Money(cost * 5 // 4), floor, ceiling
        made.append(Sku(ids.uuid7(), ids.uuid7(), chance.choice(paths), *prices))
    return made


def _rules(chance: random.Random, goods: list[Sku], count: int) -> list[Rule]:
    """Rules of one site: one for all, one in ten for a category, the rest for single goods."""
    made = [_rule(chance, Scope.ALL, None, one) for one in Audience]
    while len(made) < count:
        audience = chance.choice(list(Audience))
        if chance.random() < 0.1:
            about = chance.choice(goods).category_path[0]
            made.append(_rule(chance, Scope.CATEGORY, about, audience))
        else:
            made.append(_rule(chance, Scope.SKU, chance.choice(goods).sku_id, audience))
    return list({rule.place: rule for rule in made}.values())


def _rule(chance: random.Random, scope: Scope, about: UUID | None, audience: Audience) -> Rule:
    level = chance.choice([None, *LEVELS]) if audience is Audience.CHILD else None
    method = chance.choice([Method.PERCENT, Method.PERCENT, Method.AMOUNT, Method.MARGIN])
    value = chance.randint(1, 30) * (FEN if method is not Method.AMOUNT else 10 * FEN)
    rounding = chance.choice([Rounding.NONE, Rounding.FEN, Rounding.JIAO, Rounding.X9])
    return Rule(ids.uuid7(), Place(scope, about, audience, level), method, value, rounding)


def _page(chance: random.Random, goods: list[Sku]) -> tuple[float, float]:
    """Milliseconds for a page: the prices alone, and with everything that explains them."""
    shown = chance.sample(goods, PAGE)
    near = [*shown * 8, *chance.sample(goods, 200)]
    chain = [
        ChainLevel(n + 1, LEVELS[0] if n else None, RuleBook(_rules(chance, near, RULES // DEPTH)))
        for n in range(DEPTH)
    ]
    while sum(len(one.rules) for one in chain) < RULES:
        more = _rule(chance, Scope.SKU, chance.choice(goods).sku_id, Audience.RETAIL)
        chain[0] = ChainLevel(1, None, RuleBook([*chain[0].rules, more]))
    return _median(lambda: [rules.quote(chain, one).price for one in shown]), _median(
        lambda: [(one.price, one.levels, one.trace) for one in _quotes(chain, shown)]
    )


def _quotes(chain: list[ChainLevel], shown: list[Sku]) -> list[rules.Quote]:
    return [rules.quote(chain, one) for one in shown]


def _median(work: Callable[[], object]) -> float:
    took = []
    for _ in range(1_000 if soaking() else 300):
        begun = time.thread_time()
        work()
        took.append((time.thread_time() - begun) * 1000)
    return statistics.median(took)


def _descent(chance: random.Random, goods: list[Sku]) -> tuple[float, float, int]:
    """Prices per second down the whole tree, the same for two worlds compared, and how many."""
    sites = drawn_tree(chance, goods)
    table = vectors.columns(goods)
    _compare_some(chance, goods, sites)
    begun = time.thread_time()
    for done, _ in enumerate(vectors.priced(table, sites), start=1):
        if done % 50 == 0:
            progress(done, SITES, "sites priced")
    took = time.thread_time() - begun
    dearer = vectors.columns(_dearer(goods))
    begun = time.thread_time()
    for done, _ in enumerate(vectors.differences((table, sites), (dearer, sites)), start=1):
        if done % 50 == 0:
            progress(done, SITES, "sites compared")
    again = time.thread_time() - begun
    whole = SKUS * SITES
    return whole / took, whole / again, whole


def drawn_tree(chance: random.Random, goods: list[Sku]) -> list[Site]:
    """A master with 1,000 rules, agents with 100 and sub-agents with 10 each."""
    sites = [Site(1, None, None, RuleBook(_rules(chance, goods, RULES)))]
    for tenant_id in range(2, SITES + 1):
        agent = tenant_id < 2 + AGENTS
        parent = 1 if agent else chance.randint(2, 1 + AGENTS)
        book = RuleBook(_rules(chance, goods, 100 if agent else 10))
        sites.append(Site(tenant_id, parent, chance.choice(LEVELS), book))
    return sites


def _dearer(goods: list[Sku]) -> list[Sku]:
    """The same goods after a supplier raised one cost in ten by a yuan."""
    more = Money(MICRO)
    return [
        Sku(
            one.sku_id,
            one.product_id,
            one.category_path,
            one.cost + more if n % 10 == 0 else one.cost,
            one.retail,
            one.floor,
            one.ceiling,
        )
        for n, one in enumerate(goods)
    ]


def _compare_some(chance: random.Random, goods: list[Sku], sites: list[Site]) -> None:
    """A thousand prices of the columns are those of quotes, or the figures are worth nothing."""
    by_id = {one.tenant_id: one for one in sites}
    some = chance.sample(goods, 10)
    asked = {one.tenant_id for one in chance.sample(sites, 100)}
    wanted: list[Goods] = list(some)
    for prices in vectors.priced(vectors.columns(wanted), sites):
        if prices.tenant_id in asked:
            chain = _chain(by_id, prices.tenant_id)
            quoted = [rules.quote(chain, one).price.micro for one in some]
            if quoted != prices.price.tolist():
                raise AssertionError("a column says something else than the quotes")


def _chain(by_id: dict[int, Site], last: int) -> list[ChainLevel]:
    chain: list[ChainLevel] = []
    tenant_id: int | None = last
    while tenant_id is not None:
        site = by_id[tenant_id]
        chain.insert(0, ChainLevel(site.tenant_id, site.level_id, site.rules))
        tenant_id = site.parent_id
    return chain
