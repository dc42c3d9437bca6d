"""Prices and the rules that make them: few statements, whatever the number of goods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    DateTime,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import rows, rules
from kameng.domains.pricing.lists import Facts, PriceList
from kameng.domains.pricing.markups.rules import Place, Rule, RuleBook, Scope
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.rows import COLUMNS
from kameng.domains.pricing.rules import ChainLevel, Quote
from kameng.domains.terms import queries as terms
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


def quotes(
    tenant: Tenant,
    sku_ids: Iterable[UUID],
    *,
    facts: Facts | None = None,
    member_id: UUID | None = None,
    now: datetime | None = None,
) -> dict[UUID, Quote]:
    """The price of one piece of each SKU at `tenant` with its trace; unknown ones are left out."""
    return price_list(tenant, sku_ids, facts=facts, member_id=member_id, now=now).all()


def price_list(
    tenant: Tenant,
    sku_ids: Iterable[UUID],
    *,
    facts: Facts | None = None,
    member_id: UUID | None = None,
    now: datetime | None = None,
) -> PriceList:
    """What one shopper pays at `tenant` at one moment, for any quantity.

    One statement for rules and levels, and one for the goods unless `facts` are given.
    """
    moment = now or clock.now()
    known = _known(tenant, sku_ids, facts)
    chain = _chain(tenant, known.values(), member_id, moment)
    return PriceList(chain, known, member_id, moment)


def child_quotes(
    tenant: Tenant,
    sku_ids: Iterable[UUID],
    level_id: UUID | None,
    *,
    buyer_id: int | None = None,
    facts: Facts | None = None,
    now: datetime | None = None,
) -> dict[UUID, Quote]:
    """What a site of that level, or the one named, right below `tenant` would meet: its cost is
    what it pays."""
    moment = now or clock.now()
    known = _known(tenant, sku_ids, facts)
    made = PriceList(_chain(tenant, known.values(), None, moment, buyer_id), known, None, moment)
    return {
        sku_id: rules.child_quote(
            made.from_owner(sku), sku, level_id, buyer_id=buyer_id, now=moment
        )
        for sku_id, sku in known.items()
    }


def child_prices(
    tenant: Tenant,
    sku_ids: Iterable[UUID],
    level_id: UUID | None,
    *,
    buyer_id: int | None = None,
    facts: Facts | None = None,
    now: datetime | None = None,
) -> dict[UUID, Money]:
    """What such a site pays for each SKU."""
    asked = child_quotes(tenant, sku_ids, level_id, buyer_id=buyer_id, facts=facts, now=now)
    return {sku_id: quote.cost for sku_id, quote in asked.items()}


def rules_of(tenant: Tenant) -> list[Rule]:
    """The tenant's own rules, widest scope first."""
    wideness = case({scope.value: n for n, scope in enumerate(Scope)}, value=PriceRule.scope)
    found = (
        select(*COLUMNS)
        .where(PriceRule.tenant_id == tenant.id)
        .order_by(wideness, PriceRule.audience, PriceRule.id)
    )
    return [rows.read(row) for row in session.execute(found)]


def rules_at(tenant: Tenant, places: Iterable[Place]) -> dict[Place, Rule]:
    """The tenant's rules in these places, where there is one."""
    wanted = set(places)
    read = map(rows.read, session.execute(_about_the_same(tenant, wanted)))
    return {one.place: one for one in read if one.place in wanted}


def dated_places(tenant: Tenant, places: Iterable[Place]) -> list[Place]:
    """The places with dates among the tenant's rules about the same goods."""
    dated = PriceRule.valid_from.is_not(None) | PriceRule.valid_to.is_not(None)
    found = _about_the_same(tenant, places).where(dated)
    return [rows.read(row).place for row in session.execute(found)]


def _about_the_same(tenant: Tenant, places: Iterable[Place]) -> Select[*tuple[Any, ...]]:
    things = {(one.scope.value, one.scope_id) for one in places}
    scopes = {scope for scope, _ in things}
    named = any_(literal([one for _, one in things if one is not None], ARRAY(Uuid)))
    about = or_(PriceRule.scope_id == named, PriceRule.scope_id.is_(None))
    return select(*COLUMNS).where(
        PriceRule.tenant_id == tenant.id, PriceRule.scope.in_(scopes), about
    )


def _known(tenant: Tenant, sku_ids: Iterable[UUID], facts: Facts | None) -> dict[UUID, SkuFacts]:
    wanted = list(sku_ids)
    held = catalog.sku_facts(tenant, wanted) if facts is None else facts
    return {sku_id: held[sku_id] for sku_id in wanted if sku_id in held}


def _chain(
    tenant: Tenant,
    goods: Iterable[SkuFacts],
    member_id: UUID | None,
    now: datetime,
    buyer_id: int | None = None,
) -> list[ChainLevel]:
    """The rules of every site of the chain that may bear on `goods`, and the levels they hold."""
    found: dict[int, list[Rule]] = defaultdict(list)
    below: dict[int, UUID | None] = {}
    things = {thing for sku in goods for thing in (sku.sku_id, sku.product_id, *sku.category_path)}
    asked: Mapping[str, Any] = {f"site{n}": site for n, site in enumerate(tenant.chain)} | {
        "things": list(things),
        "buyer": buyer_id,
        "member": member_id,
        "now": now,
    }
    for row in session.execute(_rules_and_levels(tenant.depth), asked):
        found[row.tenant_id].append(rows.read(row))
        below[row.tenant_id] = row.held
    held = dict(zip(tenant.chain[1:], map(below.get, tenant.chain), strict=False))
    return [ChainLevel(one, held.get(one), RuleBook(found[one])) for one in tenant.chain]


@cache
def _rules_and_levels(depth: int) -> Select[*tuple[Any, ...]]:
    """Rules of a chain (site0, site1 … and the `things` they may be about), each with the level
    that the next site of the chain holds there. Made once per depth: every price asks it.

    Rules for sites and members that do not ask, and those that are over, stay where they are.
    A site without rules tells no level, and needs none: a level only chooses among rules.
    """
    sites = [bindparam(f"site{n}", type_=BigInteger) for n in range(depth)]
    things: BindParameter[Any] = bindparam("things", expanding=True)
    buyers = [*sites[1:], bindparam("buyer", type_=BigInteger)]
    moment = bindparam("now", type_=DateTime(timezone=True))
    wanted = and_(
        PriceRule.tenant_id.in_(sites),
        or_(PriceRule.scope == Scope.ALL.value, PriceRule.scope_id.in_(things)),
        or_(PriceRule.buyer_id.is_(None), PriceRule.buyer_id.in_(buyers)),
        or_(PriceRule.member_id.is_(None), PriceRule.member_id == bindparam("member", type_=Uuid)),
        or_(PriceRule.valid_to.is_(None), PriceRule.valid_to > moment),
    )
    if depth == 1:
        return select(*COLUMNS, null().label("held")).where(wanted)
    held = terms.held_levels(sites).subquery()
    next_below = case(*((PriceRule.tenant_id == upper, lower) for upper, lower in pairwise(sites)))
    return (
        select(*COLUMNS, held.c.level_id.label("held"))
        .outerjoin(held, held.c.tenant_id == next_below)
        .where(wanted)
    )
