"""What-ifs from the database end to end: every cost five percent up, at 10,000 SKUs × 1,000 sites.

what_if_all_s: from the order to work it out to the figures of every site, each step committed, on
the clock on the wall. what_if_all_mb: the largest this process ever was; beside it what it was
before the work began. what_if_stop_ms: the longest step, for so long somebody who stops it waits.
Everything is written into the database by another process, whose memory is not ours.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy_utils import Ltree

from bench.figure import deployment, progress, show
from bench.prices import SITES, SKUS, Sku, drawn_goods, drawn_tree
from kameng import wiring
from kameng.config import Settings
from kameng.domains.pricing import rows
from kameng.domains.pricing.vectors import Site
from kameng.domains.pricing.whatif import costs, queries, running, service
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import shared, use
from tenants.database import SharedModel, session
from tenants.tree import Tenant
from tests.support import databases
from tests.support.worlds import Builder

OTHERS = 1_000_000
"""Ids of the sites that are only rows of the registry: nobody opens their schemas."""
AT_ONCE = 2_000


def main() -> None:
    """Print the group's figures."""
    with deployment() as chosen:
        writer = multiprocessing.get_context("spawn").Process(target=_write, args=(chosen,))
        writer.start()
        writer.join()
        if writer.exitcode:
            raise RuntimeError("the alliance could not be written")
        wiring.connect(chosen)
        _measure()


def _measure() -> None:
    with shared():
        hub = registry.by_slug("hub")
    assert hub
    before = _memory("VmRSS")
    with use(hub):
        made = service.draft(hub, "bench", actor=SYSTEM, now=clock.now())
        service.suppose(hub, made, costs.moved(hub, "+5%"))
        session.commit()
        begun, own = time.perf_counter(), time.process_time()
        service.begin(hub, made, now=clock.now())
        longest = _worked_out(hub, made)
        took, own = time.perf_counter() - begun, time.process_time() - own
        facts = queries.facts(hub, made)
    assert (facts.sites_done, facts.totals.cost.count > SKUS) == (SITES, True)
    whole = f"{SKUS:,} SKUs × {SITES:,} sites, both worlds; {own:.1f} s of our own core"
    show("what_if_all_s", round(took, 2), "s", against=whole)
    show("what_if_all_mb", round(_peak()), "MB", against=f"{before:.0f} MB before")
    show("what_if_stop_ms", round(longest * 1000), "ms", against="the longest step")
    moved = f"{facts.sites_moved} sites move, {facts.totals.changed:,} prices"
    show("what_if_in_trouble", facts.totals.troubled, "prices", against=moved)


def _worked_out(hub: Tenant, made: Any) -> float:
    """The longest step, in seconds."""
    longest, last = 0.0, time.perf_counter()
    for now in running.steps(hub, made, clock=clock.now):
        session.commit()
        progress(now.done, now.all, "sites")
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    return longest


def _memory(name: str) -> float:
    """What the system says of this process, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _write(chosen: Settings) -> None:
    """An alliance whose master is real and whose other sites are rows: that is all prices need."""
    wiring.connect(chosen)
    owner = databases.owner_engine(chosen)
    hub = Builder(owner, None, chosen).site("hub")  # type: ignore[arg-type]
    chance = random.Random(4)
    goods = drawn_goods(chance, SKUS)
    sites = drawn_tree(chance, goods)
    with owner.begin() as line:
        _put(line, "tenant", (_site(hub, one) for one in sites[1:]))
        _put(line, "tenant_terms", (_terms(hub, one) for one in sites[1:]))
        _write_goods(line, hub, goods)
        _put(line, "price_rule", (row for one in sites for row in _rules(hub, one)))
    owner.dispose()


def _put(line: Connection, name: str, given: Iterable[dict[str, Any]]) -> None:
    table: Table = SharedModel.metadata.tables[f"shared.{name}"]
    wanted = list(given)
    for start in range(0, len(wanted), AT_ONCE):
        line.execute(insert(table), wanted[start : start + AT_ONCE])
        progress(min(start + AT_ONCE, len(wanted)), len(wanted), name)


def _id(hub: Tenant, number: int | None) -> int:
    return hub.id if number == 1 else OTHERS + (number or 0)


def _site(hub: Tenant, one: Site) -> dict[str, Any]:
    steps = [_id(hub, one.tenant_id)]
    if one.parent_id != 1:
        steps.insert(0, _id(hub, one.parent_id))
    return {
        "id": steps[-1],
        "slug": f"s{one.tenant_id}",
        "name": f"分站 {one.tenant_id}",
        "schema_name": f"t_{one.tenant_id:013d}",
        "path": Ltree(".".join(map(str, [hub.id, *steps]))),
        "state": "live",
        "currency": hub.currency,
        "application_id": ids.uuid7(),
        "created_at": clock.now(),
    }


def _terms(hub: Tenant, one: Site) -> dict[str, Any]:
    return {
        "tenant_id": _id(hub, one.tenant_id),
        "parent_id": _id(hub, one.parent_id),
        "package_id": ids.uuid7(),
        "level_id": one.level_id,
        "allows": {},
        "valid_from": clock.now(),
    }


def _write_goods(line: Connection, hub: Tenant, goods: Sequence[Sku]) -> None:
    own: dict[str, Any] = {"tenant_id": hub.id, "position": 0, "created_at": clock.now()}
    above = {one.category_path[0]: one.category_path[1] for one in goods}
    tops: list[dict[str, Any]] = [{"id": one, "parent_id": None} for one in set(above.values())]
    leaves: list[dict[str, Any]] = [{"id": leaf, "parent_id": top} for leaf, top in above.items()]
    shelf = own | {"icon": "", "hidden": False}
    _put(line, "category", (shelf | one | {"name": str(one["id"])} for one in [*tops, *leaves]))
    kept: dict[str, Any] = own | {"state": "on_sale", "updated_at": clock.now(), "version": 1}
    texts: dict[str, Any] = dict.fromkeys(("summary", "description", "usage_note", "art"), "")
    product = kept | texts | {"stock_type": "card", "min_quantity": 1, "max_quantity": 9}
    _put(
        line,
        "product",
        (
            product
            | {"id": one.product_id, "category_id": one.category_path[0], "name": f"商品 {n}"}
            for n, one in enumerate(goods)
        ),
    )
    _put(
        line,
        "sku",
        (
            kept
            | {"id": one.sku_id, "product_id": one.product_id, "name": ""}
            | {"cost": one.cost, "retail": one.retail, "floor": one.floor, "ceiling": one.ceiling}
            for one in goods
        ),
    )


def _rules(hub: Tenant, one: Site) -> Iterable[dict[str, Any]]:
    stamp = {"created_at": clock.now(), "updated_at": clock.now(), "updated_by": "bench"}
    for rule in one.rules:
        own = {"id": rule.id, "tenant_id": _id(hub, one.tenant_id)}
        yield own | stamp | rows.place_values(rule.place) | rows.values(rule)
