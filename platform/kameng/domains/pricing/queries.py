"""Prices and the rules that make them: few statements, whatever the number of goods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, Select, and_, bindparam, case, null, or_, select

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import rules
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
)
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.rules import ChainLevel, Quote
from kameng.domains.terms import queries as terms
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Facts = Mapping[UUID, SkuFacts]

COLUMNS = (
    PriceRule.tenant_id,
    PriceRule.id,
    PriceRule.scope,
    PriceRule.scope_id,
    PriceRule.audience,
    PriceRule.level_id,
    PriceRule.method,
    PriceRule.value,
    PriceRule.rounding,
)


def quotes(
    tenant: Tenant, sku_ids: Iterable[UUID], *, facts: Facts | None = None
) -> dict[UUID, Quote]:
    """The price of each SKU at `tenant` with its trace; unknown ones are left out.

    One statement for rules and levels, and one for the goods unless `facts` are given.
    """
    known = _known(tenant, sku_ids, facts)
    chain = _chain(tenant, known.values())
    return {sku_id: rules.quote(_from_owner(chain, sku), sku) for sku_id, sku in known.items()}


def child_prices(
    tenant: Tenant,
    sku_ids: Iterable[UUID],
    level_id: UUID | None,
    *,
    facts: Facts | None = None,
) -> dict[UUID, Money]:
    """What a site of that level right below `tenant` pays for each SKU."""
    known = _known(tenant, sku_ids, facts)
    chain = _chain(tenant, known.values())
    return {
        sku_id: rules.child_price(_from_owner(chain, sku), sku, level_id)
        for sku_id, sku in known.items()
    }


def rules_of(tenant: Tenant) -> list[Rule]:
    """The tenant's own rules, widest scope first."""
    wideness = case({scope.value: n for n, scope in enumerate(Scope)}, value=PriceRule.scope)
    found = (
        select(*COLUMNS)
        .where(PriceRule.tenant_id == tenant.id)
        .order_by(wideness, PriceRule.audience, PriceRule.id)
    )
    return [_rule(row) for row in session.execute(found)]


def rule_at(tenant: Tenant, place: Place, *, lock: bool = False) -> Rule | None:
    """The tenant's rule in a place."""
    found = select(*COLUMNS).where(*in_place(tenant, place))
    row = session.execute(found.with_for_update() if lock else found).one_or_none()
    return _rule(row) if row else None


def in_place(tenant: Tenant, place: Place) -> tuple[Any, ...]:
    """The conditions that name the tenant's rule in a place."""
    return (
        PriceRule.tenant_id == tenant.id,
        PriceRule.scope == place.scope.value,
        PriceRule.scope_id.is_not_distinct_from(place.scope_id),
        PriceRule.audience == place.audience.value,
        PriceRule.level_id.is_not_distinct_from(place.level_id),
    )


def _known(tenant: Tenant, sku_ids: Iterable[UUID], facts: Facts | None) -> dict[UUID, SkuFacts]:
    wanted = list(sku_ids)
    held = catalog.sku_facts(tenant, wanted) if facts is None else facts
    return {sku_id: held[sku_id] for sku_id in wanted if sku_id in held}


def _from_owner(chain: list[ChainLevel], sku: SkuFacts) -> list[ChainLevel]:
    """The part of the chain that sells a SKU: from the site that owns it downwards."""
    for place, level in enumerate(chain):
        if level.tenant_id == sku.owner_tenant_id:
            return chain[place:]
    return chain


def _chain(tenant: Tenant, goods: Iterable[SkuFacts]) -> list[ChainLevel]:
    """The rules of every site of the chain that may bear on `goods`, and the levels they hold."""
    found: dict[int, list[Rule]] = defaultdict(list)
    below: dict[int, UUID | None] = {}
    things = {thing for sku in goods for thing in (sku.sku_id, sku.product_id, *sku.category_path)}
    asked = {f"site{n}": site for n, site in enumerate(tenant.chain)} | {"things": list(things)}
    for row in session.execute(_rules_and_levels(tenant.depth), asked):
        found[row.tenant_id].append(_rule(row))
        below[row.tenant_id] = row.held
    held = dict(zip(tenant.chain[1:], map(below.get, tenant.chain), strict=False))
    return [ChainLevel(one, held.get(one), RuleBook(found[one])) for one in tenant.chain]


@cache
def _rules_and_levels(depth: int) -> Select[*tuple[Any, ...]]:
    """Rules of a chain (site0, site1 … and the `things` they may be about), each with the level
    that the next site of the chain holds there. Made once per depth: every price asks it.

    A site without rules tells no level, and needs none: a level only chooses among rules.
    """
    sites = [bindparam(f"site{n}", type_=BigInteger) for n in range(depth)]
    things: BindParameter[Any] = bindparam("things", expanding=True)
    about = or_(PriceRule.scope == Scope.ALL.value, PriceRule.scope_id.in_(things))
    wanted = and_(PriceRule.tenant_id.in_(sites), about)
    if depth == 1:
        return select(*COLUMNS, null().label("held")).where(wanted)
    held = terms.held_levels(sites).subquery()
    next_below = case(*((PriceRule.tenant_id == upper, lower) for upper, lower in pairwise(sites)))
    return (
        select(*COLUMNS, held.c.level_id.label("held"))
        .outerjoin(held, held.c.tenant_id == next_below)
        .where(wanted)
    )


def _rule(row: Any) -> Rule:
    place = Place(Scope(row.scope), row.scope_id, Audience(row.audience), row.level_id)
    return Rule(row.id, place, Method(row.method), row.value, Rounding(row.rounding))
