"""The rules of every site of a chain that may bear on some goods, read for whoever asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    bindparam,
    case,
    null,
    or_,
    select,
)

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import rows
from kameng.domains.pricing.markups.rules import Audience, Rule, RuleBook, Scope
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.rows import COLUMNS
from kameng.domains.pricing.rules import ChainLevel
from kameng.domains.terms import queries as terms
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for prices: anyone, a member, anyone of a tier, or a site right below."""

    member_id: UUID | None = None
    tier_id: UUID | None = None
    buyer_id: int | None = None


def chain_of(
    tenant: Tenant, goods: Iterable[SkuFacts], asker: Asker, now: datetime
) -> tuple[list[ChainLevel], UUID | None]:
    """The rules of every site of the chain that may bear on `goods`, the levels they hold, and the
    tier of the asker where any rule was found; one statement."""
    found: dict[int, list[Rule]] = defaultdict(list)
    below: dict[int, UUID | None] = {}
    tier = asker.tier_id
    things = {thing for sku in goods for thing in (sku.sku_id, sku.product_id, *sku.category_path)}
    asked: Mapping[str, Any] = {f"site{n}": site for n, site in enumerate(tenant.chain)} | {
        "things": list(things),
        "buyer": asker.buyer_id,
        "member": asker.member_id,
        "tier": asker.tier_id,
        "now": now,
    }
    statement = _rules_and_levels(tenant.depth, by_member=_by_member(asker))
    for row in session.execute(statement, asked):
        found[row.tenant_id].append(rows.read(row))
        below[row.tenant_id], tier = row.held, row.tier
    held = dict(zip(tenant.chain[1:], map(below.get, tenant.chain), strict=False))
    levels = [ChainLevel(one, held.get(one), RuleBook(found[one])) for one in tenant.chain]
    return levels, tier


def _by_member(asker: Asker) -> bool:
    return asker.member_id is not None and asker.tier_id is None


@cache
def _rules_and_levels(depth: int, *, by_member: bool) -> Select[*tuple[Any, ...]]:
    """Rules of a chain (site0, site1 … and the `things` they may be about), each with the level
    that the next site of the chain holds there, and the tier that a member holds at the last one.
    Made once per depth: every price asks it.

    Rules for sites, members and tiers that do not ask, and those that are over, stay where they
    are. A site without rules tells no level, and needs none: a level only chooses among rules; so
    does a tier.
    """
    sites = [bindparam(f"site{n}", type_=BigInteger) for n in range(depth)]
    things: BindParameter[Any] = bindparam("things", expanding=True)
    buyers = [*sites[1:], bindparam("buyer", type_=BigInteger)]
    member, moment = (
        bindparam("member", type_=Uuid),
        bindparam("now", type_=DateTime(timezone=True)),
    )
    tier: Any = bindparam("tier", type_=Uuid)
    if by_member:
        tier = tiers.held_by(sites[-1], member)
    no_tier = or_(PriceRule.audience == Audience.CHILD.value, PriceRule.level_id.is_(None))
    wanted = and_(
        PriceRule.tenant_id.in_(sites),
        or_(PriceRule.scope == Scope.ALL.value, PriceRule.scope_id.in_(things)),
        or_(PriceRule.buyer_id.is_(None), PriceRule.buyer_id.in_(buyers)),
        or_(PriceRule.member_id.is_(None), PriceRule.member_id == member),
        or_(no_tier, PriceRule.level_id == tier),
        or_(PriceRule.valid_to.is_(None), PriceRule.valid_to > moment),
    )
    told = tier.label("tier")
    if depth == 1:
        return select(*COLUMNS, null().label("held"), told).where(wanted)
    held = terms.held_levels(sites).subquery()
    next_below = case(*((PriceRule.tenant_id == upper, lower) for upper, lower in pairwise(sites)))
    return (
        select(*COLUMNS, held.c.level_id.label("held"), told)
        .outerjoin(held, held.c.tenant_id == next_below)
        .where(wanted)
    )
