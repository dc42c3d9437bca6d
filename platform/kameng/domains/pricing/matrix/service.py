"""The verbs of price spreadsheets: check one, commit it as one change, or discard it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from kameng.domains.catalog.imports.errors import SheetEmpty
from kameng.domains.catalog.rules import one_line
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import Kind, RuleEntry, told
from kameng.domains.pricing.matrix import columns, queries, reading
from kameng.domains.pricing.matrix.checking import Outcome, Result, check, kept
from kameng.domains.pricing.matrix.columns import Buyers, Header
from kameng.domains.pricing.matrix.errors import (
    NoSuchPriceSheet,
    PriceSheetEmpty,
    PriceSheetOver,
    PriceSheetStale,
)
from kameng.domains.pricing.matrix.models import PriceSheet, PriceSheetRow
from kameng.domains.pricing.matrix.reading import Row
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.sheets import reading as sheets
from tenants.database import session
from tenants.tree import Tenant

MOST_ROWS = 20_000
AT_ONCE = 500
"""SKUs priced at a time: bounds the memory and the statements."""
FORGOTTEN = timedelta(days=7)
"""A check nobody decided about is worth nothing after so long."""


def preview(tenant: Tenant, filename: str, raw: bytes, *, actor: Actor, now: datetime) -> UUID:
    """Read a price spreadsheet and keep, row by row, what a commit would do; no price moves."""
    buyers = queries.buyers(tenant, now=now)
    most = MOST_ROWS + columns.HEADER_WITHIN
    grid = sheets.read(filename, raw, most_rows=most, fits=columns.fits)
    header = columns.header(grid, buyers)
    rows = reading.rows(grid, header, buyers)
    if not rows:
        raise SheetEmpty()
    outcomes = [one for some in _parts(rows) for one in _checked(tenant, some, buyers, now)]
    _forget_old(tenant, now)
    return _keep(tenant, filename, header, outcomes, actor, now)


def commit(tenant: Tenant, sheet_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Write every good row of a checked spreadsheet as one change; its id.

    PriceSheetStale when costs, limits or levels moved since the check, StalePrices when a rule did.
    """
    changes.one_at_a_time(tenant)
    held = _locked(tenant, sheet_id)
    entries = queries.entries(tenant, sheet_id)
    if not entries:
        raise PriceSheetEmpty()
    _refuse_moved(tenant, sheet_id, entries, now)
    change_id = changes.commit(
        tenant, Kind.MATRIX, entries, title=held.filename, actor=actor, now=now
    )
    _close(tenant, sheet_id, "committed", now, change_id)
    return change_id


def discard(tenant: Tenant, sheet_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Forget a check nobody wants to commit."""
    held = _locked(tenant, sheet_id)
    _close(tenant, sheet_id, "discarded", now)
    told_of = {"name": held.filename}
    audit.record(tenant, actor, "prices.sheet_discarded", str(sheet_id), after=told_of)


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _checked(
    tenant: Tenant, rows: Sequence[Row], buyers: list[Buyers], now: datetime
) -> list[Outcome]:
    wanted = [row.sku_id for row in rows if row.sku_id is not None]
    return check(rows, queries.lot(tenant, wanted, now=now), buyers)


def _keep(
    tenant: Tenant,
    filename: str,
    header: Header,
    outcomes: Sequence[Outcome],
    actor: Actor,
    now: datetime,
) -> UUID:
    sheet_id, counted = ids.uuid7(), Counter(one.result for one in outcomes)
    moved = [moved for one in outcomes for moved in one.moved]
    session.execute(
        insert(PriceSheet).values(
            id=sheet_id,
            tenant_id=tenant.id,
            filename=one_line(filename)[-120:],
            state="checked",
            **{f"rows_{result}": counted[result] for result in Result},
            prices=len(moved),
            warnings=sum(bool(one.flags) for one in moved),
            marked=header.version is not None,
            ignored=list(header.ignored[:50]),
            created_by=actor.name[:80],
            created_at=now,
        )
    )
    rows = [_kept(tenant, sheet_id, one) for one in outcomes if one.result is not Result.SAME]
    if rows:
        session.execute(insert(PriceSheetRow), rows)
    return sheet_id


def _kept(tenant: Tenant, sheet_id: UUID, outcome: Outcome) -> dict[str, object]:
    return {
        "sheet_id": sheet_id,
        "tenant_id": tenant.id,
        "line": outcome.line,
        "sku_id": outcome.sku_id,
        "result": outcome.result.value,
        "entries": [told(entry) for entry in outcome.entries],
        "seen": list(outcome.seen),
        **kept(outcome),
    }


def _refuse_moved(
    tenant: Tenant, sheet_id: UUID, entries: Sequence[RuleEntry], now: datetime
) -> None:
    """What was shown is what comes, or nothing does."""
    there = {(one.audience, one.level_id) for one in queries.buyers(tenant, now=now)}
    if not {(one.place.audience, one.place.level_id) for one in entries} <= there:
        raise PriceSheetStale()
    seen = queries.seen(tenant, sheet_id)
    wanted = list(seen)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        lot = queries.lot(tenant, some, now=now)
        if any(one not in lot or lot.seen(one) != seen[one] for one in some):
            raise PriceSheetStale()


def _locked(tenant: Tenant, sheet_id: UUID) -> PriceSheet:
    wanted = (PriceSheet.id == sheet_id, PriceSheet.tenant_id == tenant.id)
    query = select(PriceSheet).where(*wanted).with_for_update()
    found = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NoSuchPriceSheet()
    if found.state != "checked":
        raise PriceSheetOver(state=found.state)
    return found


def _close(
    tenant: Tenant, sheet_id: UUID, state: str, now: datetime, change_id: UUID | None = None
) -> None:
    """The head stays, the rows go: what was committed is kept with its change."""
    head = (PriceSheet.id == sheet_id, PriceSheet.tenant_id == tenant.id)
    values = {"state": state, "closed_at": now, "change_id": change_id}
    session.execute(update(PriceSheet).where(*head).values(values))
    rows = (PriceSheetRow.sheet_id == sheet_id, PriceSheetRow.tenant_id == tenant.id)
    session.execute(delete(PriceSheetRow).where(*rows))


def _forget_old(tenant: Tenant, now: datetime) -> None:
    old = select(PriceSheet.id).where(
        PriceSheet.tenant_id == tenant.id,
        PriceSheet.state == "checked",
        PriceSheet.created_at < now - FORGOTTEN,
    )
    for sheet_id in session.scalars(old.limit(20)).all():
        _close(tenant, sheet_id, "discarded", now)
