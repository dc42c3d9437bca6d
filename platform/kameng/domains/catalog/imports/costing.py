"""Costs in a spreadsheet are proposed, not written: some move at once, the others wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kameng.domains.catalog.costs import decider
from kameng.domains.catalog.models import Sku
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Row = dict[str, Any]
Trail = dict[str, Any]


def propose(
    tenant: Tenant,
    changes: Sequence[Row],
    trails: Iterable[Trail],
    *,
    source: UUID,
    actor: Actor,
    now: datetime,
) -> None:
    """Take the costs out of the rows to be written and propose them; a SKU whose cost has moved
    has a newer version since, and one whose cost waits has no former cost in its trail."""
    notes = {trail["sku"]["id"]: trail["sku"] for trail in trails if trail["sku"]}
    moves = {
        row["id"]: (Money.of(notes[str(row["id"])]["before"]["cost"]), row.pop("cost"))
        for row in changes
        if "cost" in row
    }
    if not moves:
        return
    moved = decider().propose(tenant, moves, source=source, actor=actor, now=now)
    for row in changes:
        row["old"] += row["id"] in moved
    for sku_id in moves:
        note = notes[str(sku_id)]
        if sku_id in moved:
            note["version"] += 1
        else:
            del note["before"]["cost"]
            note["waits"] = True


def put_back(
    tenant: Tenant, trails: Iterable[Trail], *, source: UUID, actor: Actor, now: datetime
) -> None:
    """Take back what the rows of an import did to costs: moved, waiting, or made."""
    skus = [trail["sku"] for trail in trails if trail["sku"]]
    kept = [sku for sku in skus if sku["before"] is not None]
    touched = [sku for sku in kept if "cost" in sku["before"] or sku.get("waits")]
    stand = _costs(tenant, [UUID(sku["id"]) for sku in touched])
    moves = {UUID(sku["id"]): (stand[sku["id"]], _former(sku, stand[sku["id"]])) for sku in touched}
    gone = [UUID(sku["id"]) for sku in skus if sku["before"] is None]
    decider().put_back(tenant, moves, source=source, gone=gone, actor=actor, now=now)


def _former(sku: Trail, stands: Money) -> Money:
    former = sku["before"].get("cost")
    return Money.of(former) if former is not None else stands


def _costs(tenant: Tenant, sku_ids: list[UUID]) -> dict[str, Money]:
    found = select(Sku.id, Sku.cost).where(Sku.tenant_id == tenant.id, Sku.id.in_(sku_ids))
    return {str(row.id): row.cost for row in session.execute(found)}
