"""Reads a world: the chain of one site by its own rights, or all sites below it by a function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from kameng.domains.catalog.goods.priced import priced_goods
from kameng.domains.pricing import rows
from kameng.domains.pricing.markups.rules import Rule, RuleBook
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.vectors import Site
from kameng.domains.pricing.worlds.rules import World
from kameng.domains.terms import queries as terms
from tenants.database import session
from tenants.tree import Tenant, chain_of

_SITES = text(
    "SELECT tenant_id, parent_id, level_id, slug, name, path, live FROM shared.price_sites()"
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One site on the way down a tree, with its chain."""

    tenant_id: int
    parent_id: int | None
    level_id: UUID | None
    slug: str
    name: str
    chain: tuple[int, ...]
    live: bool


def of_chain(tenant: Tenant, *, sku_ids: Collection[UUID] | None = None) -> World:
    """The goods of a site and the rules of its chain, the site itself last; three statements."""
    goods = priced_goods(tenant, sku_ids=sku_ids)
    found: dict[int, list[Rule]] = defaultdict(list)
    asked = select(*rows.COLUMNS).where(PriceRule.tenant_id.in_(tenant.chain))
    for row in session.execute(asked):
        found[row.tenant_id].append(rows.read(row))
    levels = terms.levels_of(tenant.chain)
    parents = dict(zip(tenant.chain[1:], tenant.chain, strict=False))
    sites = [Site(one, parents.get(one), levels[one], RuleBook(found[one])) for one in tenant.chain]
    return World(goods, sites)


def stops(tenant: Tenant) -> list[Stop]:
    """The sites above `tenant`, itself and all below it in the order of the tree: each comes right
    after those above it. One statement."""
    found = session.execute(_SITES)
    return [
        Stop(
            row.tenant_id,
            row.parent_id,
            row.level_id,
            row.slug,
            row.name,
            chain_of(row.path),
            row.live,
        )
        for row in found
    ]


def rules_of(tenant_ids: Iterable[int]) -> dict[int, list[Rule]]:
    """The rules of some of those sites; one statement."""
    wanted = list(tenant_ids)
    found: dict[int, list[Rule]] = {one: [] for one in wanted}
    for row in session.execute(_rules(), {"sites": wanted}):
        found[row.tenant_id].append(rows.read(row))
    return found


@cache
def _rules() -> Any:
    names = ", ".join(column.name for column in rows.COLUMNS)
    asked = text(f"SELECT {names} FROM shared.price_rules_of(CAST(:sites AS bigint[]))")  # noqa: S608
    return asked.columns(*rows.COLUMNS)


def mark(tenant: Tenant) -> str:
    """A short mark of every rule and cost of the tree: another one when any of them moved."""
    return str(session.scalar(text("SELECT shared.price_mark()")))
