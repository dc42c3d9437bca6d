"""Figure of fairness: what the neighbours of a site notice when it is asked for 50 times as much.

Ten sites have 3 % of the measured saturation each. In turns an eleventh has as much as each of
them, or 50 times as much: more than the whole machine can serve.
"""

from __future__ import annotations

import math
import statistics

from bench import figure, visitors
from bench.deployed import Deployed, deployed
from bench.visitors import Plan, Seen
from kameng.domains.catalog.facts import SkuFacts
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog, databases, shop
from tests.support.worlds import Builder

NEIGHBOURS, SKUS = 10, 12
SHARE, TIMES = 0.30, 50
ROUNDS, SECONDS = 5, 10.0
SOAK_ROUNDS, SOAK_SECONDS = 20, 30.0
SATURATION_SECONDS, CONNECTIONS, MANY = 8.0, 16, 96


def main() -> None:
    """Print the figures of the group."""
    with deployed() as running:
        running.stop("relay")
        goods = _goods(running.alliance.hub)
        neighbours, noisy = _sites(running)
        wants = [want for site in neighbours for want in _pages(running, site, goods)]
        loud = _pages(running, noisy, goods)
        _visit(running, wants + loud, seconds=3.0)
        full = len(_visit(running, wants, seconds=SATURATION_SECONDS).served) / SATURATION_SECONDS
        figure.show("saturation_pages_per_s", round(full, 1), "pages/s")
        _compare(running, wants, loud, full)


def _goods(hub: Tenant) -> list[SkuFacts]:
    with use(hub):
        made = [catalog.sku(hub, secrets=5) for _ in range(SKUS)]
        session.commit()
    return made


def _sites(running: Deployed) -> tuple[list[Tenant], Tenant]:
    """The neighbours, and the one that will be noisy; all agents of one master site."""
    owner = databases.owner_engine(running.settings)
    builder = Builder(owner, None, running.settings)  # type: ignore[arg-type]
    names = [f"quiet{number}" for number in range(NEIGHBOURS)] + ["noisy"]
    made = [builder.site(name, running.alliance.hub) for name in names]
    owner.dispose()
    for site in made:
        shop.decorate(site)
    return made[:-1], made[-1]


def _pages(running: Deployed, site: Tenant, goods: list[SkuFacts]) -> list[tuple[str, str]]:
    """What visitors look at: the front page, all goods, and a product as often as both."""
    host = running.settings.host(site.slug)
    products = [f"/p/{sku.product_id}" for sku in goods[:2]]
    return [(host, path) for path in ("/", "/c", *products)]


def _visit(running: Deployed, wants: list[tuple[str, str]], *, seconds: float) -> Seen:
    """As many pages as there is power for."""
    plan = Plan(running.settings.port, wants, 0.0, seconds, CONNECTIONS)
    return visitors.back(visitors.send(plan))


def _compare(
    running: Deployed, wants: list[tuple[str, str]], loud: list[tuple[str, str]], full: float
) -> None:
    """Quiet and loud rounds in turns, so that what else goes on here meets both alike."""
    each = full * SHARE / NEIGHBOURS
    rounds = SOAK_ROUNDS if figure.soaking() else ROUNDS
    quiet, noise, guests, rush = Seen(), Seen(), Seen(), Seen()
    for number in range(rounds):
        alone, one = _round(running, wants, loud, each, each, number)
        beside, many = _round(running, wants, loud, each, each * TIMES, number)
        quiet, guests, noise, rush = quiet + alone, guests + one, noise + beside, rush + many
        figure.progress(number + 1, rounds, "rounds")
    _tell(quiet, noise, rush, rounds)


def _round(
    running: Deployed,
    wants: list[tuple[str, str]],
    loud: list[tuple[str, str]],
    each: float,
    rush: float,
    seed: int,
) -> tuple[Seen, Seen]:
    """The neighbours' visitors and the eleventh's, two processes; the same moments each time."""
    seconds = SOAK_SECONDS if figure.soaking() else SECONDS
    port = running.settings.port
    crowds = [
        visitors.send(Plan(port, wants, each * NEIGHBOURS, seconds, MANY, seed)),
        visitors.send(Plan(port, loud, rush, seconds, MANY, seed + 1000)),
    ]
    came = [visitors.back(crowd) for crowd in crowds]
    return came[0], came[1]


def _tell(quiet: Seen, noise: Seen, rush: Seen, rounds: int) -> None:
    seconds = rounds * (SOAK_SECONDS if figure.soaking() else SECONDS)
    before, during = _p99(quiet.served), _p99(noise.served)
    told = (
        f"p99 {during:.1f} ms against {before:.1f} ms, "
        f"median {statistics.median(noise.served):.1f} against "
        f"{statistics.median(quiet.served):.1f} ms, {len(noise.served)} pages each"
    )
    figure.show("neighbour_p99_ratio", round(during / before, 2), "ratio", against=told)
    told = f"of {noise.offered} offered; {noise.failed + quiet.failed} failed"
    figure.show("neighbours_refused", noise.refused + quiet.refused, "pages", against=told)
    told = f"{rush.offered / seconds:.0f}/s offered, {len(rush.served) / seconds:.0f}/s served"
    figure.show("noisy_refused", rush.refused, "pages", against=f"{told}, {rush.failed} failed")


def _p99(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.99) - 1]
