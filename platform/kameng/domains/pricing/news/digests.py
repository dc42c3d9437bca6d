"""Works a digest out: the site's world as it was when the window began, beside the one it ended
with. Decisions of the window are taken back in thought; later ones are told by the next digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.catalog import queries as catalog
from kameng.domains.pricing.changes.entries import CostEntry, Entry, inverted, read
from kameng.domains.pricing.markups.rules import Scope
from kameng.domains.pricing.news import rules
from kameng.domains.pricing.news.events import CostsMoved
from kameng.domains.pricing.news.models import PriceNews
from kameng.domains.pricing.news.rules import Move
from kameng.domains.pricing.worlds import queries as worlds
from kameng.domains.pricing.worlds.rules import World, differences, overlaid
from kameng.kit import clock, ids
from kameng.kit.jobs import job
from kameng.kit.money import Money
from kameng.kit.outbox import announce
from tenants.database import session
from tenants.tree import Tenant

FEW = 300
"""SKUs read by name; of more the whole shelf is read."""
_ABOVE = text("SELECT tenant_id, at, place, before, after FROM shared.price_moves_above(:since)")


@job()
def work_out(tenant: Tenant, key: str) -> None:
    """Tell the site what moved in that window, once; nothing moved in the end, nothing is told."""
    digest(tenant, *rules.window_named(key), now=clock.now())


def digest(tenant: Tenant, since: datetime, until: datetime, *, now: datetime) -> UUID | None:
    """Store the digest of a window and announce it; None when the site's costs stand still."""
    rows = session.execute(_ABOVE, {"since": since}).all()
    moves = _moves(tenant, rows, until, now) if rows else []
    if not moves:
        return None
    return _store(tenant, since, until, moves, now)


def _moves(tenant: Tenant, rows: Sequence[Row[Any]], until: datetime, now: datetime) -> list[Move]:
    """`rows` come newest first; each site's decisions are taken back by themselves."""
    told = [(row.tenant_id, row.at, _entry(row)) for row in reversed(rows)]
    about = _about(entry for _, _, entry in told)
    world = worlds.of_chain(tenant, sku_ids=about)
    later = _without(world, [(site, entry) for site, at, entry in told if at >= until])
    before = _without(later, [(site, entry) for site, at, entry in told if at < until])
    found = _compared(tenant, before, later, now)
    return found if about is None else _of_shelf(tenant, found)


def _without(world: World, told: Iterable[tuple[int, Entry]]) -> World:
    """The world before these decisions, told oldest first."""
    by_site = sorted(told, key=lambda one: one[0])
    for site, group in groupby(by_site, key=lambda one: one[0]):
        world = overlaid(world, site, inverted([entry for _, entry in group]))
    return world


def _compared(tenant: Tenant, before: World, after: World, now: datetime) -> list[Move]:
    """What differs in the site's own costs; the last site of its chain is itself."""
    *_, mine = differences(before, after, now=now)
    moved = mine.cost_before != mine.cost
    figures = (mine.at, mine.cost_before, mine.cost, mine.price_before, mine.price)
    return [
        Move(
            after.goods[place].sku_id,
            *(Money(int(one), tenant.currency) for one in amounts),
        )
        for place, *amounts in zip(*(one[moved] for one in figures), strict=True)
    ]


def _about(entries: Iterable[Entry]) -> set[UUID] | None:
    """The SKUs the decisions name; None when they are many, or one is about more than single ones:
    then the whole shelf is read, which is quicker."""
    named: set[UUID] = set()
    for entry in entries:
        wide = not isinstance(entry, CostEntry) and entry.place.scope is not Scope.SKU
        if wide or entry.about is None:
            return None
        named.add(entry.about)
    return named if len(named) <= FEW else None


def _of_shelf(tenant: Tenant, moves: list[Move]) -> list[Move]:
    """Those of goods the site sells today."""
    facts = catalog.sku_facts(tenant, [one.sku_id for one in moves])
    return [one for one in moves if one.sku_id in facts and facts[one.sku_id].is_sellable]


def _entry(row: Row[Any]) -> Entry:
    return read({"place": row.place, "before": row.before, "after": row.after})


def _store(
    tenant: Tenant, since: datetime, until: datetime, moves: list[Move], now: datetime
) -> UUID:
    mine = (PriceNews.tenant_id == tenant.id, PriceNews.since == since)
    known = session.scalar(select(PriceNews.id).where(*mine))
    dearer, cheaper = rules.counted(moves)
    said = {
        "until": until,
        "at": now,
        "count": len(moves),
        "dearer": dearer,
        "cheaper": cheaper,
        "rows": [rules.told(one) for one in rules.widest(moves)],
    }
    made = known or ids.uuid7()
    row = {"id": made, "tenant_id": tenant.id, "since": since, **said}
    written = insert(PriceNews).values(row)
    session.execute(written.on_conflict_do_update(constraint="uq_price_news_since", set_=said))
    if known is None:
        announce(tenant, CostsMoved(made, dearer, cheaper))
    old = PriceNews.since < now - rules.KEPT
    session.execute(delete(PriceNews).where(PriceNews.tenant_id == tenant.id, old))
    return made
