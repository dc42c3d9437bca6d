"""`kameng what-if`: suppose costs at a terminal, see what every site below would make of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from kameng.domains.accounts.roles.rules import OPERATOR
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.pricing.whatif import costs, queries, running, service
from kameng.faces.frame.money import money
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant

if TYPE_CHECKING:
    from kameng.config import Settings
    from kameng.domains.pricing.whatif.figures import Figures, Spread

MOST_SITES, MOST_HITS = 30, 50
_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed: costs of single SKUs, of categories, of everything, as `name=move`."""

    site: str
    skus: Sequence[str] = ()
    categories: Sequence[str] = ()
    everything: str = ""
    title: str = ""
    commit: bool = False


def run(chosen: Settings, wish: Wish) -> int:
    """Suppose, work out with a bar, print, and decide so when told; 130 when it was stopped."""
    from kameng import wiring

    wiring.connect(chosen)
    site = _site(wish.site)
    with use_proven(site):
        made = _supposed(site, wish)
        session.commit()
    try:
        _work_out(site, made)
    except KeyboardInterrupt:
        _stop(site, made)
        return 130
    with use_proven(site):
        _print(site, made)
        if wish.commit:
            service.commit(site, made, held=OPERATOR, actor=SYSTEM, now=clock.now())
            session.commit()
    print("It is in force." if wish.commit else "Nothing is in force; the console keeps it.")
    return 0


def _site(slug: str) -> Tenant:
    with shared():
        found = registry.by_slug(slug)
    if found is None or found.state == registry.BEHIND:
        raise StartRefused(f"There is no site {slug!r} to ask, or its schema waits for migrate.")
    return found


def _supposed(site: Tenant, wish: Wish) -> UUID:
    title = wish.title or " ".join(("what-if", *wish.skus, *wish.categories, wish.everything))
    made = service.draft(site, title, actor=SYSTEM, now=clock.now())
    for name, move in map(_split, wish.skus):
        sku_id = _sku(site, name)
        service.suppose(site, made, costs.moved(site, move, sku_id=sku_id, what_if_id=made))
    for name, move in map(_split, wish.categories):
        found = _category(site, name)
        moved = costs.moved(site, move, category_id=found, what_if_id=made)
        service.suppose(site, made, moved)
    if wish.everything:
        service.suppose(site, made, costs.moved(site, wish.everything, what_if_id=made))
    service.begin(site, made, now=clock.now())
    return made


def _split(asked: str) -> tuple[str, str]:
    name, sign, move = asked.rpartition("=")
    if not sign or not name.strip():
        raise StartRefused(f"{asked!r} is not NAME=MOVE, like 'Music year card=12.5'.")
    return name.strip(), move


def _sku(site: Tenant, name: str) -> UUID:
    """By id, or by the whole name of the product, with that of the SKU where it has several."""
    try:
        return UUID(name)
    except ValueError:
        some = goods.goods(site, search=name, owner=goods.Owner.MINE, size=MOST_HITS).items
    called = [
        one for one in some if name in (one.product_name, f"{one.product_name} {one.sku_name}")
    ]
    if len(called) != 1:
        raise StartRefused(f"{len(called)} SKUs are called {name!r}; name one, or give its id.")
    return called[0].sku_id


def _category(site: Tenant, name: str) -> UUID:
    every = goods.category_choices(site, owner=goods.Owner.MINE)
    called = [one for one in every if name in (str(one.id), one.name, one.path)]
    if len(called) != 1:
        raise StartRefused(
            f"{len(called)} categories are called {name!r}; give the path or the id."
        )
    return called[0].id


def _work_out(site: Tenant, made: UUID) -> None:
    with use_proven(site):
        drawn = None
        for now in running.steps(site, made, clock=clock.now):
            session.commit()
            if now != drawn:
                _bar(now.done, now.all)
            drawn = now


def _bar(done: int, total: int) -> None:
    filled = _WIDTH * done // max(total, 1)
    bar, end = "#" * filled + "." * (_WIDTH - filled), "\n" if done >= total else ""
    print(f"\r  [{bar}] {done}/{total} sites", end=end, file=sys.stderr, flush=True)


def _stop(site: Tenant, made: UUID) -> None:
    with use_proven(site):
        service.cancel(site, made, now=clock.now())
        session.commit()
    print("\nStopped. Nothing was changed.", file=sys.stderr)


def _print(site: Tenant, made: UUID) -> None:
    """The sites in danger first, and all together."""
    facts, found = queries.facts(site, made), queries.sites(site, made, size=MOST_SITES)
    head = ("site", "SKUs", "cost moves", "price moves", "profit before", "after", "trouble")
    rows = [(one.slug, *_cells(one.figures)) for one in found.items]
    rows.append((f"{facts.sites_moved} of {facts.sites_all}", *_cells(facts.totals)))
    for line in _table([head, *rows]):
        print(line)


def _cells(one: Figures) -> tuple[str, ...]:
    profit = (money(Money(side)) for side in (one.margin_before, one.margin_after))
    return (str(one.changed), _spread(one.cost), _spread(one.price), *profit, str(one.troubled))


def _spread(one: Spread) -> str:
    ends = dict.fromkeys((one.least, one.most)) if one.count else {}
    return " .. ".join(f"{'+' if end > 0 else ''}{money(Money(end))}" for end in ends) or "-"


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = zip(row, widths, strict=True)
        cells = (cell.rjust(width) for cell, width in rest)
        yield "  ".join((first[0].ljust(first[1]), *cells))
