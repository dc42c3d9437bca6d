"""Reads of mark-up templates, and of what somebody was shown before deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.catalog.facts import Page
from kameng.domains.pricing import rows as rule_rows
from kameng.domains.pricing.markups.rules import Audience, Rule
from kameng.domains.pricing.markuptemplates import choices, rules
from kameng.domains.pricing.markuptemplates.choices import Choice
from kameng.domains.pricing.markuptemplates.errors import NoSuchPreview, NoSuchTemplate
from kameng.domains.pricing.markuptemplates.models import (
    MarkupPreview,
    MarkupPreviewRow,
    MarkupTemplate,
)
from kameng.domains.pricing.markuptemplates.outcomes import Counts, Mark, Price, Row
from kameng.domains.pricing.markuptemplates.rules import Lines, Who
from kameng.domains.pricing.models import PriceRule
from tenants.database import session
from tenants.tree import Tenant

ANY = Mark(0)


class Act(StrEnum):
    """What a preview is of."""

    APPLY = "apply"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """One template, and how many SKUs have a price by it."""

    id: UUID
    name: str
    lines: Lines
    version: int
    updated_at: datetime
    updated_by: str
    goods: int


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """What somebody was shown: `entries` rules would be written, `counts` are of prices, `buyers`
    are who the prices of its rows are for; `choice` is nothing where the template says which."""

    id: UUID
    template_id: UUID
    act: Act
    name: str
    lines: Lines
    version: int
    choice: Choice | None
    overwrite: bool
    entries: int
    counts: Counts
    buyers: tuple[Who, ...]
    mark: str
    created_at: datetime
    created_by: str


def templates(tenant: Tenant) -> list[TemplateFacts]:
    """The templates of a site by name; two statements."""
    goods = _goods(tenant)
    found = select(MarkupTemplate).where(MarkupTemplate.tenant_id == tenant.id)
    return [_facts(row, goods) for row in session.scalars(found.order_by(MarkupTemplate.name))]


def facts(tenant: Tenant, template_id: UUID) -> TemplateFacts:
    """One template of the site; else NoSuchTemplate."""
    found = select(MarkupTemplate).where(
        MarkupTemplate.tenant_id == tenant.id, MarkupTemplate.id == template_id
    )
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NoSuchTemplate()
    return _facts(row, _goods(tenant, template_id))


def rules_by(tenant: Tenant, template_id: UUID) -> list[Rule]:
    """The prices that follow a template."""
    found = (
        select(*rule_rows.COLUMNS)
        .where(PriceRule.tenant_id == tenant.id, PriceRule.template_id == template_id)
        .order_by(PriceRule.scope_id, PriceRule.id)
    )
    return [rule_rows.read(row) for row in session.execute(found)]


def goods_by(tenant: Tenant, template_id: UUID) -> list[UUID]:
    """The SKUs with a price that follows it."""
    found = (
        select(PriceRule.scope_id)
        .distinct()
        .where(PriceRule.tenant_id == tenant.id, PriceRule.template_id == template_id)
    )
    return [one for one in session.scalars(found.order_by(PriceRule.scope_id)) if one]


def preview(tenant: Tenant, preview_id: UUID) -> PreviewFacts:
    """What somebody was shown; NoSuchPreview once that is decided or long ago."""
    found = select(MarkupPreview).where(
        MarkupPreview.tenant_id == tenant.id, MarkupPreview.id == preview_id
    )
    row = session.scalar(found)
    if row is None:
        raise NoSuchPreview()
    return _preview(row)


def rows(
    tenant: Tenant, preview_id: UUID, *, mark: Mark = ANY, page: int = 1, size: int = 50
) -> Page[Row]:
    """The goods of a preview, perhaps only those with a price of that mark."""
    kept = MarkupPreviewRow
    where = [kept.preview_id == preview_id, kept.tenant_id == tenant.id]
    if mark:
        where.append(kept.marks.op("&")(int(mark)) != 0)
    total = session.scalar(select(func.count()).select_from(kept).where(*where)) or 0
    found = (
        select(kept.sku_id, kept.cost, kept.prices, kept.marks)
        .where(*where)
        .order_by(kept.position)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    items = [_row(*row) for row in session.execute(found)]
    return Page(items, total, page, size)


def _goods(tenant: Tenant, template_id: UUID | None = None) -> dict[UUID, int]:
    """How many SKUs follow each template."""
    found = select(PriceRule.template_id, func.count(PriceRule.scope_id.distinct())).where(
        PriceRule.tenant_id == tenant.id, PriceRule.template_id.is_not(None)
    )
    if template_id is not None:
        found = found.where(PriceRule.template_id == template_id)
    counted = session.execute(found.group_by(PriceRule.template_id))
    return {row[0]: row[1] for row in counted if row[0] is not None}


def _facts(row: MarkupTemplate, goods: dict[UUID, int]) -> TemplateFacts:
    return TemplateFacts(
        row.id,
        row.name,
        rules.read(row.lines),
        row.version,
        row.updated_at,
        row.updated_by,
        goods.get(row.id, 0),
    )


def _preview(row: MarkupPreview) -> PreviewFacts:
    return PreviewFacts(
        row.id,
        row.template_id,
        Act(row.act),
        row.name,
        rules.read(row.lines),
        row.version,
        choices.read(row.choice) if row.choice is not None else None,
        row.overwrite,
        row.entries,
        Counts(**row.counts),
        tuple((Audience(who or ""), UUID(level) if level else None) for who, level in row.buyers),
        row.mark,
        row.created_at,
        row.created_by,
    )


def _row(sku_id: UUID, cost: int, prices: list[list[int]], marks: int) -> Row:
    return Row(sku_id, cost, tuple(Price(*one) for one in prices), marks)
