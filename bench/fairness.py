"""Figures of fairness: what the neighbours notice when a site is asked for 50 times as much.

Ten sites have 3 % of the measured saturation each. In turns an eleventh has as much as each of
them, or 50 times as much: more than the whole machine can serve. The same rush against the same
application without its wall says what the wall is good for.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field, replace

from bench import figure, visitors
from bench.deployed import WORKERS, Deployed, deployed, web
from bench.visitors import Plan, Seen
from kameng.config import Settings
from kameng.domains.catalog.facts import SkuFacts
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog, databases, shop
from tests.support.running import free_ports
from tests.support.worlds import Builder

NEIGHBOURS, SKUS = 10, 12
SHARE, TIMES = 0.30, 50
ROUNDS, SECONDS = 5, 10.0
SOAK_ROUNDS, SOAK_SECONDS = 20, 30.0
UNWALLED = 2
"""Rounds without the wall: each is followed by its backlog."""
SATURATION_SECONDS, CONNECTIONS, MANY = 8.0, 16, 96
ORDER, NO_ORDER, FEW = "/orders/20261122000000000001", (200, 303, 403, 404), 8
Wants = list[tuple[str, str]]


@dataclass
class Sides:
    """What the neighbours', the eleventh site's visitors and its buyers have seen."""

    near: Seen = field(default_factory=Seen)
    loud: Seen = field(default_factory=Seen)
    owed: Seen = field(default_factory=Seen)

    def add(self, near: Seen, loud: Seen, owed: Seen) -> None:
        """One more round."""
        self.near, self.loud, self.owed = self.near + near, self.loud + loud, self.owed + owed


def main() -> None:
    """Print the figures of the group."""
    with deployed() as running:
        running.stop("relay")
        (port,) = free_ports(1)
        bare = replace(running.settings, port=port, public_port=port)
        near, loud = _wants(running)
        with web(bare, "bench.unwalled:app", workers=WORKERS):
            _flood(bare, near + loud, seconds=3.0)
            _flood(running.settings, near + loud, seconds=3.0)
            full = _saturation(running.settings, near)
            figure.show("saturation_pages_per_s", round(full, 1), "pages/s")
            _compare(running.settings, bare, near, loud, full * SHARE / NEIGHBOURS)


def _wants(running: Deployed) -> tuple[Wants, Wants]:
    """What visitors of the neighbours and of the eleventh site look at."""
    goods = _goods(running.alliance.hub)
    owner = databases.owner_engine(running.settings)
    builder = Builder(owner, None, running.settings)  # type: ignore[arg-type]
    names = [f"quiet{number}" for number in range(NEIGHBOURS)] + ["noisy"]
    sites = [builder.site(name, running.alliance.hub) for name in names]
    owner.dispose()
    pages = []
    for site in sites:
        shop.decorate(site)
        pages.append(_pages(running.settings, site, goods))
    return [want for each in pages[:-1] for want in each], pages[-1]


def _goods(hub: Tenant) -> list[SkuFacts]:
    with use(hub):
        made = [catalog.sku(hub, secrets=5) for _ in range(SKUS)]
        session.commit()
    return made


def _pages(chosen: Settings, site: Tenant, goods: list[SkuFacts]) -> Wants:
    """The front page, all goods, and a product as often as both."""
    products = [f"/p/{sku.product_id}" for sku in goods[:2]]
    return [(chosen.host(site.slug), path) for path in ("/", "/c", *products)]


def _saturation(chosen: Settings, wants: Wants) -> float:
    """Pages a second when everybody asks again as soon as he is answered."""
    return len(_flood(chosen, wants, seconds=SATURATION_SECONDS).served) / SATURATION_SECONDS


def _flood(chosen: Settings, wants: Wants, *, seconds: float) -> Seen:
    return visitors.back(visitors.send(Plan(chosen.port, wants, 0.0, seconds, CONNECTIONS)))


def _compare(chosen: Settings, bare: Settings, near: Wants, loud: Wants, each: float) -> None:
    """Quiet and loud rounds in turns, so that what else goes on here meets both alike."""
    rounds = SOAK_ROUNDS if figure.soaking() else ROUNDS
    quiet, rush, open_ = Sides(), Sides(), Sides()
    for number in range(rounds):
        quiet.add(*_round(chosen, near, loud, each, 1, number))
        rush.add(*_round(chosen, near, loud, each, TIMES, number))
        if number < UNWALLED:
            open_.add(*_round(bare, near, loud, each, TIMES, number))
        figure.progress(number + 1, rounds, "rounds")
    _tell(quiet.near, rush, open_.near, rounds)


def _round(
    chosen: Settings, near: Wants, loud: Wants, each: float, times: int, seed: int
) -> tuple[Seen, Seen, Seen]:
    """Visitors of all kinds, three processes; the neighbours' come at the same moments each time.

    The third kind comes to a page of an order on the eleventh site, which answers without one."""
    seconds, order = _seconds(), [(loud[0][0], ORDER)]
    crowds = [
        visitors.send(Plan(chosen.port, near, each * NEIGHBOURS, seconds, MANY, seed)),
        visitors.send(Plan(chosen.port, loud, each * times, seconds, MANY, seed + 1000)),
        visitors.send(Plan(chosen.port, order, each / 2, seconds, FEW, seed + 2000, NO_ORDER)),
    ]
    came = [visitors.back(crowd) for crowd in crowds]
    return came[0], came[1], came[2]


def _seconds() -> float:
    return SOAK_SECONDS if figure.soaking() else SECONDS


def _tell(quiet: Seen, rush: Sides, bare: Seen, rounds: int) -> None:
    before, during, without = (_p99(seen.served) for seen in (quiet, rush.near, bare))
    told = (
        f"{_said(rush.near)} while the eleventh is asked for 50 times as much, else {_said(quiet)}"
    )
    figure.show("neighbour_p99_ratio", round(during / before, 2), "ratio", against=told)
    told = f"{_said(bare)} without the wall, {bare.failed} failed"
    figure.show("neighbour_p99_ratio_unwalled", round(without / before, 2), "ratio", against=told)
    told = f"of {rush.near.offered + quiet.offered}; {rush.near.failed + quiet.failed} failed"
    figure.show("neighbours_refused", rush.near.refused + quiet.refused, "pages", against=told)
    seconds, loud = rounds * _seconds(), rush.loud
    told = f"{loud.offered / seconds:.0f}/s asked for, {len(loud.served) / seconds:.0f}/s served"
    figure.show("noisy_refused", loud.refused, "pages", against=f"{told}, {loud.failed} failed")
    told = f"{_said(rush.owed)}, {rush.owed.failed} failed"
    figure.show("noisy_order_pages_refused", rush.owed.refused, "pages", against=told)


def _said(seen: Seen) -> str:
    middle, late = statistics.median(seen.served), _p99(seen.served)
    return f"p99 {late:.0f} ms, median {middle:.0f} ms of {len(seen.served)} pages"


def _p99(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.99) - 1]
