"""Prices and the rules that make them: few statements, whatever the number of goods."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, case, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.pricing import rows, rules
from kameng.domains.pricing.chains import Asker, chain_of
from kameng.domains.pricing.lists import Facts, PriceList
from kameng.domains.pricing.markups.rules import Place, Rule, Scope
from kameng.domains.pricing.models import PriceRule
from kameng.domains.pricing.rows import COLUMNS
from kameng.domains.pricing.rules import Quote
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
    tier_id: UUID | None = None,
    now: datetime | None = None,
) -> dict[UUID, Quote]:
    """The price of one piece of each SKU at `tenant` with its trace; unknown ones are left out."""
    asked = price_list(tenant, sku_ids, facts=facts, member_id=member_id, tier_id=tier_id, now=now)
    return asked.all()


def price_list(
    tenant: Tenant,
    sku_ids: Iterable[UUID],
    *,
    facts: Facts | None = None,
    member_id: UUID | None = None,
    tier_id: UUID | None = None,
    now: datetime | None = None,
) -> PriceList:
    """What one shopper pays at `tenant` at one moment, for any quantity: a guest, a member with the
    tier they hold right now, or anyone of a tier (`tier_id`, for those who set its prices).

    One statement for rules, levels and the tier, and one for the goods unless `facts` are given.
    """
    moment = now or clock.now()
    known = _known(tenant, sku_ids, facts)
    asker = Asker(member_id, tier_id)
    chain, tier = chain_of(tenant, known.values(), asker, moment)
    return PriceList(chain, known, member_id, moment, tier)


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
    chain, _ = chain_of(tenant, known.values(), Asker(buyer_id=buyer_id), moment)
    made = PriceList(chain, known, None, moment)
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
