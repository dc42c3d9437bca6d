"""The one door by which a price is decided: every change is written whole, kept, and can be undone
as long as nothing newer stands in its places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update

from kameng.domains.catalog import service as catalog
from kameng.domains.catalog.errors import CostMoved
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.changes import journal, queries, writing
from kameng.domains.pricing.changes.entries import CostEntry, Entry, Kind, RuleEntry, inverted
from kameng.domains.pricing.changes.errors import ChangeOvertaken, ChangeUndone, NothingToChange
from kameng.domains.pricing.changes.events import PricesChanged
from kameng.domains.pricing.changes.models import PriceChange
from kameng.domains.pricing.changes.queries import ChangeFacts
from kameng.domains.pricing.errors import StalePrices
from kameng.domains.pricing.markups.rules import refuse_overlap
from kameng.kit import ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from kameng.kit.outbox import announce
from tenants.database import session
from tenants.tree import Tenant

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20261123, :site)")
"""Prices of a site are decided one after another: what a change saw is what it replaces."""
LONGEST_TITLE = 120


def one_at_a_time(tenant: Tenant) -> None:
    """Until the end of the transaction nobody else decides about this site's prices."""
    session.execute(ONE_AT_A_TIME, {"site": tenant.id})


def commit(
    tenant: Tenant,
    kind: Kind,
    entries: Sequence[Entry],
    *,
    title: str = "",
    actor: Actor,
    now: datetime,
    undoes: UUID | None = None,
) -> UUID:
    """Write all entries in the caller's transaction, and keep them as one change.

    StalePrices when a place no longer holds `before`; NothingToChange when every place already
    holds `after`; OverlappingPeriods as when a rule is set. After a refusal the transaction is to
    be rolled back. Whether a price makes sense is asked before (`pricing.guards`).
    """
    moved = [one for one in entries if one.before != one.after]
    if not moved:
        raise NothingToChange()
    if len({one.key for one in moved}) != len(moved):
        raise ValueError("a change has one entry for a place")
    one_at_a_time(tenant)
    _apply(tenant, moved, actor, now)
    change_id, told = _next_id(tenant), title[:LONGEST_TITLE]
    said = {"kind": kind.value, "title": told, "at": now, "undoes": undoes}
    writing.change(tenant, change_id, moved, said, actor=actor)
    journal.note(tenant, actor, change_id, kind, moved, told)
    announce(tenant, PricesChanged(change_id))
    return change_id


def undo(tenant: Tenant, change_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Put back what held before a change; the id of the change that does so.

    NoSuchChange, ChangeUndone, or ChangeOvertaken (`by`) when something newer stands in a place.
    """
    one_at_a_time(tenant)
    held = queries.facts(tenant, change_id, lock=True)
    _refuse_undone(tenant, held)
    back = inverted(queries.entries(tenant, change_id))
    try:
        made = commit(
            tenant, Kind.UNDO, back, title=held.title, actor=actor, now=now, undoes=held.id
        )
    except StalePrices:
        by = queries.overtaken_by(tenant, change_id, standing=False)
        raise ChangeOvertaken(by=by) from None
    _mark(tenant, held.id, made)
    if held.undoes is not None:
        _mark(tenant, held.undoes, None)
    return made


def _refuse_undone(tenant: Tenant, held: ChangeFacts) -> None:
    if held.undone_by is not None:
        raise ChangeUndone(by=held.undone_by)
    if by := queries.overtaken_by(tenant, held.id):
        raise ChangeOvertaken(by=by)


def _mark(tenant: Tenant, change_id: UUID, by: UUID | None) -> None:
    """A change is undone; or stands again, when its undoing was undone."""
    mine = (PriceChange.tenant_id == tenant.id, PriceChange.id == change_id)
    session.execute(update(PriceChange).where(*mine).values(undone_by=by))


def _next_id(tenant: Tenant) -> UUID:
    """A name that sorts after all of the site's, even within one millisecond or when the clock was
    set back: later changes are found by it."""
    made, last = ids.uuid7(), queries.last_id(tenant)
    return made if last is None or last < made else UUID(int=last.int + 1)


def _apply(tenant: Tenant, entries: Sequence[Entry], actor: Actor, now: datetime) -> None:
    about_rules = [one for one in entries if isinstance(one, RuleEntry)]
    writing.rules(tenant, about_rules, actor=actor, now=now)
    dated = [one.place for one in about_rules if one.after and one.place.is_dated]
    others = pricing.dated_places(tenant, dated) if dated else []
    for place in dated:
        refuse_overlap(place, others)
    costs = {one.sku_id: (one.before, one.after) for one in entries if isinstance(one, CostEntry)}
    if costs:
        _set_costs(tenant, costs, now)


def _set_costs(tenant: Tenant, moves: dict[UUID, tuple[Money, Money]], now: datetime) -> None:
    try:
        catalog.set_costs(tenant, moves, now=now)
    except CostMoved:
        raise StalePrices() from None
