"""What a decision about a template would do, worked out from the database and kept for the one who
decides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text

from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.pricing.markups.rules import Audience
from kameng.domains.pricing.markuptemplates import outcomes, plans, queries, rules
from kameng.domains.pricing.markuptemplates.choices import Choice
from kameng.domains.pricing.markuptemplates.errors import NothingChosen, TooManyGoods
from kameng.domains.pricing.markuptemplates.models import MarkupPreview, MarkupPreviewRow
from kameng.domains.pricing.markuptemplates.outcomes import SHOPPERS, Case, Outcome
from kameng.domains.pricing.markuptemplates.plans import Plan, Wish
from kameng.domains.pricing.markuptemplates.queries import Act
from kameng.domains.pricing.markuptemplates.rules import Line, Lines, Who
from kameng.domains.pricing.worlds import queries as worlds
from kameng.domains.terms import queries as terms
from kameng.kit import ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

MOST_GOODS = 20_000
"""SKUs of one change."""
STAYS = timedelta(days=1)
MOST_KEPT = 10
"""Previews a site keeps that nobody has decided."""

_ROWS = text(
    """INSERT INTO shared.markup_preview_row
        (preview_id, position, tenant_id, sku_id, cost, marks, prices)
    SELECT :preview, r.position, :tenant, r.sku_id, r.cost, r.marks, r.prices
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r (position integer, sku_id uuid, cost bigint, marks integer, prices jsonb)"""
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do with a template. A choice of goods is for laying it on; the others
    are about the goods that follow it."""

    act: Act
    template_id: UUID
    name: str
    lines: Lines
    version: int
    choice: Choice | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What comes of it."""

    plan: Plan
    outcome: Outcome
    buyers: tuple[Who, ...]


def work_out(tenant: Tenant, asked: Asked, now: datetime) -> Made:
    """What would happen, by the prices and costs of this moment."""
    sku_ids = _goods(tenant, asked)
    world = worlds.of_chain(tenant, sku_ids=sku_ids)
    held = plans.by_sku(world.sites[-1].rules, sku_ids)
    lines = () if asked.act is Act.REMOVE else asked.lines
    wish = Wish(asked.template_id, lines, asked.overwrite, asked.act is Act.APPLY)

    def planned(costs: Mapping[UUID, int]) -> Plan:
        known = costs if lines else {one: costs.get(one, 0) for one in sku_ids}
        return plans.plan(wish, known, held)

    buyers = _buyers(tenant, asked.lines, now)
    plan, made = outcomes.work_out(Case(world, buyers, sku_ids, now), asked.lines, planned)
    return Made(plan, made, buyers)


def chosen(tenant: Tenant, choice: Choice) -> list[UUID]:
    """The SKUs somebody chose, in the order of lists; NothingChosen, TooManyGoods."""
    found = catalog.sku_ids(
        tenant,
        search=choice.search,
        category=choice.category,
        owner=choice.owner,
        stock_type=choice.stock_type,
        products=choice.products,
        limit=MOST_GOODS + 1,
    )
    if not found:
        raise NothingChosen()
    if len(found) > MOST_GOODS:
        raise TooManyGoods(most=MOST_GOODS)
    return found


def keep(tenant: Tenant, asked: Asked, made: Made, *, actor: Actor, now: datetime) -> UUID:
    """Keep what would happen, row by row, until somebody decides; the id it is found by."""
    _forget_old(tenant, now)
    preview_id = ids.uuid7()
    session.execute(
        insert(MarkupPreview.__table__).values(
            id=preview_id,
            tenant_id=tenant.id,
            template_id=asked.template_id,
            act=asked.act.value,
            name=asked.name,
            lines=rules.told(asked.lines),
            version=asked.version,
            choice=asked.choice.told() if asked.choice is not None else None,
            overwrite=asked.overwrite,
            entries=len(made.plan.entries),
            counts=asdict(made.outcome.counts),
            buyers=[[who.value, str(level) if level else None] for who, level in made.buyers],
            mark=made.outcome.mark,
            created_at=now,
            created_by=actor.name[:80],
        )
    )
    kept = {"preview": preview_id, "tenant": tenant.id, "rows": json.dumps(_told(made.outcome))}
    session.execute(_ROWS, kept)
    return preview_id


def forget(tenant: Tenant, preview_ids: Sequence[UUID]) -> None:
    """They are decided."""
    for table, key in (
        (MarkupPreviewRow, MarkupPreviewRow.preview_id),
        (MarkupPreview, MarkupPreview.id),
    ):
        session.execute(delete(table).where(table.tenant_id == tenant.id, key.in_(preview_ids)))


def _goods(tenant: Tenant, asked: Asked) -> list[UUID]:
    if asked.choice is not None:
        return chosen(tenant, asked.choice)
    return queries.goods_by(tenant, asked.template_id)


def _buyers(tenant: Tenant, lines: Sequence[Line], now: datetime) -> tuple[Who, ...]:
    """Everybody the site has prices for, and whom the lines name besides."""
    found: list[Who] = [SHOPPERS]
    if terms.may_open_sites(tenant, now=now):
        found += [(Audience.CHILD, one.id) for one in terms.levels(tenant)]
        found.append((Audience.CHILD, None))
    found += [(line.audience, line.level_id) for line in lines]
    return tuple(dict.fromkeys(found))


def _told(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "position": position,
            "sku_id": str(row.sku_id),
            "cost": row.cost,
            "marks": row.marks,
            "prices": row.prices,
        }
        for position, row in enumerate(outcome.rows, start=1)
    ]


def _forget_old(tenant: Tenant, now: datetime) -> None:
    mine = select(MarkupPreview.id, MarkupPreview.created_at).where(
        MarkupPreview.tenant_id == tenant.id
    )
    found = session.execute(mine.order_by(MarkupPreview.created_at.desc())).all()
    old = [one.id for one in found[MOST_KEPT - 1 :]]
    old += [one.id for one in found[: MOST_KEPT - 1] if one.created_at < now - STAYS]
    if old:
        forget(tenant, old)
