"""Price spreadsheets of a site: whom their columns are for, what was checked, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.catalog.facts import Page
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.changes.entries import RuleEntry, read
from kameng.domains.pricing.markups.rules import Audience
from kameng.domains.pricing.matrix.checking import Flag, Moved, Result
from kameng.domains.pricing.matrix.columns import Buyers
from kameng.domains.pricing.matrix.errors import NoSuchPriceSheet
from kameng.domains.pricing.matrix.lots import Lot
from kameng.domains.pricing.matrix.models import PriceSheet, PriceSheetRow
from kameng.domains.pricing.matrix.reading import Problem
from kameng.domains.terms import queries as terms
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One uploaded price spreadsheet with its counts. `ignored` are headings nobody knows."""

    id: UUID
    filename: str
    state: str
    rows_change: int
    rows_same: int
    rows_error: int
    prices: int
    warnings: int
    marked: bool
    ignored: tuple[str, ...]
    created_by: str
    created_at: datetime
    closed_at: datetime | None
    change_id: UUID | None

    @property
    def rows(self) -> int:
        return self.rows_change + self.rows_same + self.rows_error


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that changes something or cannot; `cost` is what the site pays for a piece."""

    line: int
    sku_id: UUID | None
    result: Result
    changes: list[tuple[RuleEntry, Moved]]
    cost: Money | None
    problems: list[Problem]


def buyers(tenant: Tenant, *, now: datetime) -> list[Buyers]:
    """Whom the site prices for: shoppers, and where it sells down, all agents and each level."""
    shoppers = Buyers(Audience.RETAIL)
    if not terms.may_open_sites(tenant, now=now):
        return [shoppers]
    levels = [Buyers(Audience.CHILD, one.id, one.name) for one in terms.levels(tenant)]
    return [shoppers, Buyers(Audience.CHILD), *levels]


def lot(tenant: Tenant, sku_ids: Iterable[UUID], *, now: datetime) -> Lot:
    """Some SKUs with everything that makes their prices; two statements."""
    return Lot(pricing.price_list(tenant, sku_ids, now=now))


def history(tenant: Tenant, *, page: int = 1, size: int = 20) -> Page[SheetFacts]:
    """This site's price spreadsheets, the newest first."""
    own = PriceSheet.tenant_id == tenant.id
    total = session.scalar(select(func.count()).select_from(PriceSheet).where(own)) or 0
    found = (
        select(PriceSheet)
        .where(own)
        .order_by(PriceSheet.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return Page([_facts(row) for row in session.scalars(found)], total, page, size)


def facts(tenant: Tenant, sheet_id: UUID) -> SheetFacts:
    """One of them; else NoSuchPriceSheet."""
    row = session.scalar(select(PriceSheet).where(*_own(tenant, sheet_id)))
    if row is None:
        raise NoSuchPriceSheet()
    return _facts(row)


def rows(
    tenant: Tenant,
    sheet_id: UUID,
    *,
    result: Result | None = None,
    page: int = 1,
    size: int = 50,
) -> Page[SheetRow]:
    """Its rows in the order of the sheet, as long as it is not decided."""
    kept = PriceSheetRow
    where = [kept.sheet_id == sheet_id, kept.tenant_id == tenant.id]
    if result is not None:
        where.append(kept.result == result.value)
    total = session.scalar(select(func.count()).select_from(kept).where(*where)) or 0
    start = (max(page, 1) - 1) * size
    found = select(kept).where(*where).order_by(kept.line).limit(size).offset(start)
    return Page([_row(tenant, row) for row in session.scalars(found)], total, page, size)


def entries(tenant: Tenant, sheet_id: UUID) -> list[RuleEntry]:
    """Every decision of a checked spreadsheet, in its order."""
    kept = PriceSheetRow
    found = (
        select(kept.entries)
        .where(
            kept.sheet_id == sheet_id,
            kept.tenant_id == tenant.id,
            kept.result == Result.CHANGE.value,
        )
        .order_by(kept.line)
    )
    return [_entry(told) for row in session.scalars(found) for told in row]


def seen(tenant: Tenant, sheet_id: UUID) -> dict[UUID, list[int]]:
    """On which cost, floor and ceiling the rows that change something were decided."""
    kept = PriceSheetRow
    found = select(kept.sku_id, kept.seen).where(
        kept.sheet_id == sheet_id,
        kept.tenant_id == tenant.id,
        kept.result == Result.CHANGE.value,
    )
    return {row.sku_id: row.seen for row in session.execute(found)}


def _own(tenant: Tenant, sheet_id: UUID) -> tuple[Any, ...]:
    return PriceSheet.id == sheet_id, PriceSheet.tenant_id == tenant.id


def _facts(row: PriceSheet) -> SheetFacts:
    told = {name: getattr(row, name) for name in SheetFacts.__dataclass_fields__}
    return SheetFacts(**{**told, "ignored": tuple(row.ignored)})


def _row(tenant: Tenant, row: PriceSheetRow) -> SheetRow:
    def money(micro: Any) -> Money:
        return Money(int(micro), tenant.currency)

    moved = [
        Moved(money(one["now"]), money(one["then"]), tuple(map(Flag, one["flags"])))
        for one in row.cells
    ]
    return SheetRow(
        row.line,
        row.sku_id,
        Result(row.result),
        list(zip(map(_entry, row.entries), moved, strict=True)),
        money(row.seen[0]) if row.seen else None,
        [Problem(**problem) for problem in row.problems],
    )


def _entry(told: dict[str, Any]) -> RuleEntry:
    made = read(told)
    if not isinstance(made, RuleEntry):
        raise TypeError("a price spreadsheet decides about rules only")
    return made
