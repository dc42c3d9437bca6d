"""A site's own rules as its price page shows them: a handful, whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, exists, func, or_, select

from kameng.domains.pricing import rows
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.rows import COLUMNS
from tenants.database import session
from tenants.tree import Tenant

WHO = ("audience", "level_id", "buyer_id", "member_id")
PLAIN = and_(
    PriceRule.method.in_([Method.FIXED.value, Method.PERCENT.value]),
    PriceRule.rounding == Rounding.NONE.value,
    func.jsonb_array_length(PriceRule.steps) == 0,
    PriceRule.keep.is_(False),
    PriceRule.below_cost.is_(False),
    PriceRule.valid_from.is_(None),
    PriceRule.valid_to.is_(None),
)
"""A rule that says no more than a price or a percentage."""


def has_any(tenant: Tenant) -> bool:
    """Whether the site ever decided about a price."""
    return bool(session.scalar(select(exists().where(PriceRule.tenant_id == tenant.id))))


def named(tenant: Tenant, rule_id: UUID) -> Rule | None:
    """One rule of the site."""
    found = select(*COLUMNS).where(PriceRule.tenant_id == tenant.id, PriceRule.id == rule_id)
    row = session.execute(found).one_or_none()
    return rows.read(row) if row else None


def about(tenant: Tenant, who: Place, sku_ids: Collection[UUID]) -> list[Rule]:
    """What the site told those `who` names about more than one SKU, the widest first, and about
    each of `sku_ids`."""
    wideness = case({scope.value: n for n, scope in enumerate(Scope)}, value=PriceRule.scope)
    here = or_(PriceRule.scope != Scope.SKU.value, PriceRule.scope_id.in_(sku_ids))
    found = (
        select(*COLUMNS)
        .where(*_for(tenant, who), here)
        .order_by(wideness, PriceRule.audience, PriceRule.id)
    )
    return [rows.read(row) for row in session.execute(found)]


def agreed(tenant: Tenant, audience: Audience, *, most: int) -> dict[Any, int]:
    """With which sites or members the site agreed on prices of their own, by their ids, and on how
    many; those with the most of them first."""
    who = PriceRule.buyer_id if audience is Audience.CHILD else PriceRule.member_id
    found = (
        select(who, func.count())
        .where(PriceRule.tenant_id == tenant.id, who.is_not(None))
        .group_by(who)
        .order_by(func.count().desc(), who)
        .limit(most)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def of_tier(tenant: Tenant, tier_id: UUID) -> int:
    """How many rules are for the members of a tier."""
    theirs = (PriceRule.audience == Audience.RETAIL.value, PriceRule.level_id == tier_id)
    found = select(func.count()).where(PriceRule.tenant_id == tenant.id, *theirs)
    return session.scalar(found) or 0


def special(tenant: Tenant, who: Place, *, most: int) -> tuple[list[Rule], int]:
    """The first rules about a single SKU that say more than a price or a percentage, and how many
    of them there are."""
    found = (
        select(*COLUMNS, func.count().over().label("total"))
        .where(*_for(tenant, who), PriceRule.scope == Scope.SKU.value, ~PLAIN)
        .order_by(PriceRule.id)
        .limit(most)
    )
    held = session.execute(found).all()
    return [rows.read(row) for row in held], held[0].total if held else 0


def _for(tenant: Tenant, who: Place) -> tuple[Any, ...]:
    wanted = rows.place_values(who)
    columns = (getattr(PriceRule, name).is_not_distinct_from(wanted[name]) for name in WHO)
    return (PriceRule.tenant_id == tenant.id, *columns)
