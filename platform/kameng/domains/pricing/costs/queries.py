"""Which costs wait, what they would do here, and how far one may move by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.facts import Page, SkuFacts
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes.entries import CostEntry
from kameng.domains.pricing.costs import rules
from kameng.domains.pricing.costs.errors import CostProposalGone
from kameng.domains.pricing.costs.models import CostWaiting, PricePolicy
from kameng.domains.pricing.rules import Quote
from kameng.kit.money import Money, Percent
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Waiting:
    """A cost somebody wants. `before` is what it cost when they asked."""

    id: UUID
    sku_id: UUID
    before: Money
    after: Money
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What approving would do at this site: the goods as they are, the price now and then."""

    waiting: Waiting
    goods: SkuFacts
    now: Quote
    then: Quote

    @property
    def share(self) -> Percent | None:
        """How far the cost would move from where it stands."""
        return rules.share(self.goods.cost, self.waiting.after)

    @property
    def profit_now(self) -> Money:
        """What one piece sold to a shopper here leaves."""
        return self.now.price - self.goods.cost

    @property
    def profit_then(self) -> Money:
        """What it would leave."""
        return self.then.price - self.waiting.after


def alarm(tenant: Tenant) -> Percent | None:
    """From which share on a cost move of this site waits; None: none does."""
    found = select(PricePolicy.alarm).where(PricePolicy.tenant_id == tenant.id)
    row = session.execute(found).one_or_none()
    if row is None:
        return rules.DEFAULT_ALARM
    return Percent(row.alarm) if row.alarm is not None else None


def began(
    tenant: Tenant, sku_ids: Collection[UUID], limit: Percent | None, *, now: datetime
) -> dict[UUID, Money]:
    """Where these costs stood before what moved them in the last while; those that did not move are
    left out."""
    found: dict[UUID, list[tuple[Money, Money]]] = defaultdict(list)
    for one in history.costs_since(tenant, sku_ids, now - rules.A_WHILE):
        found[one.sku_id].append((one.before, one.after))
    stood = {sku_id: rules.began_at(moved, limit) for sku_id, moved in found.items()}
    return {sku_id: one for sku_id, one in stood.items() if one is not None}


def count(tenant: Tenant, *, source_id: UUID | None = None) -> int:
    """How many costs wait, or those of one import."""
    found = select(func.count()).select_from(CostWaiting).where(CostWaiting.tenant_id == tenant.id)
    if source_id is not None:
        found = found.where(CostWaiting.source_id == source_id)
    return session.scalar(found) or 0


def waiting_for(tenant: Tenant, sku_ids: Collection[UUID]) -> dict[UUID, Waiting]:
    """What waits for these SKUs."""
    named = CostWaiting.sku_id == any_(literal(list(sku_ids), ARRAY(Uuid)))
    found = select(CostWaiting).where(CostWaiting.tenant_id == tenant.id, named)
    return {row.sku_id: _facts(row) for row in session.scalars(found)}


def page(tenant: Tenant, *, now: datetime, page: int = 1, size: int = 30) -> Page[Effect]:
    """What waits with what it would do here, the oldest first; the goods and the prices of a page
    are read in four statements."""
    found = (
        select(CostWaiting)
        .where(CostWaiting.tenant_id == tenant.id)
        .order_by(CostWaiting.at, CostWaiting.sku_id)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    waiting = [_facts(row) for row in session.scalars(found)]
    return Page(_effects(tenant, waiting, now), count(tenant), page, size)


def supposed(tenant: Tenant, proposals: Collection[UUID]) -> list[CostEntry]:
    """What approving these would do, as entries nobody has decided yet; CostProposalGone."""
    named = CostWaiting.id == any_(literal(list(proposals), ARRAY(Uuid)))
    found = select(CostWaiting).where(CostWaiting.tenant_id == tenant.id, named)
    waiting = [_facts(row) for row in session.scalars(found.order_by(CostWaiting.sku_id))]
    goods = catalog.sku_facts(tenant, [one.sku_id for one in waiting])
    if len(waiting) != len(set(proposals)) or len(goods) != len(waiting):
        raise CostProposalGone()
    return [CostEntry(one.sku_id, goods[one.sku_id].cost, one.after) for one in waiting]


def _effects(tenant: Tenant, waiting: Sequence[Waiting], now: datetime) -> list[Effect]:
    sku_ids = [one.sku_id for one in waiting]
    goods = catalog.sku_facts(tenant, sku_ids)
    moved = {
        one.sku_id: replace(goods[one.sku_id], cost=one.after)
        for one in waiting
        if one.sku_id in goods
    }
    quotes, then = (pricing.quotes(tenant, sku_ids, facts=each, now=now) for each in (goods, moved))
    return [
        Effect(one, goods[one.sku_id], quotes[one.sku_id], then[one.sku_id])
        for one in waiting
        if one.sku_id in goods
    ]


def _facts(row: CostWaiting) -> Waiting:
    return Waiting(row.id, row.sku_id, row.before, row.after, row.actor_name, row.at)
