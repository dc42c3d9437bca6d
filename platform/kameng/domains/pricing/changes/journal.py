"""What the audit log is told of a change: one price in full, many by their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kameng.domains.pricing import rows
from kameng.domains.pricing.changes.entries import CostEntry, Entry, Kind
from kameng.domains.pricing.markups.rules import Place
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.tree import Tenant


def note(
    tenant: Tenant,
    actor: Actor,
    change_id: UUID,
    kind: Kind,
    entries: Sequence[Entry],
    title: str,
) -> None:
    """One line, whatever the number of entries: those are kept with the change."""
    if len(entries) > 1:
        after = {"count": len(entries)} | ({"name": title} if title else {})
        audit.record(tenant, actor, f"prices.{kind.value}", str(change_id), after=after)
        return
    action, about, sides = _one(entries[0])
    action = "prices.undo" if kind is Kind.UNDO else action
    audit.record(tenant, actor, action, about, **sides)


def _one(entry: Entry) -> tuple[str, str, dict[str, dict[str, Any] | None]]:
    """What happened, to what, and both sides of it."""
    if isinstance(entry, CostEntry):
        before, after = {"cost": str(entry.before)}, {"cost": str(entry.after)}
        return "sku.cost", str(entry.sku_id), {"before": before, "after": after}
    action = "price_rule.set" if entry.after else "price_rule.drop"
    sides = {"before": rows.told(entry.before), "after": rows.told(entry.after)}
    return action, subject(entry.place), sides


def subject(place: Place) -> str:
    """Where a rule stands, in the few words the log has room for."""
    named = place.level_id or place.buyer_id or place.member_id
    parts = [place.audience.value, named, place.scope.value, place.scope_id]
    if place.is_dated:
        start, end = (f"{at:%Y-%m-%d}" if at else "" for at in (place.valid_from, place.valid_to))
        parts.append(f"{start}..{end}")
    return " ".join(str(part) for part in parts if part)
