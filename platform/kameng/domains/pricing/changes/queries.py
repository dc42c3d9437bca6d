"""The history of prices: what was decided, by whom, and whether it still stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from kameng.domains.catalog.facts import Page
from kameng.domains.pricing.changes.entries import CostEntry, Entry, Kind, read
from kameng.domains.pricing.changes.errors import NoSuchChange
from kameng.domains.pricing.changes.models import PriceChange, PriceChangeEntry
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """One decision about `count` prices. `undoes` is the change it took back, `undone_by` the one
    that took it back."""

    id: UUID
    kind: Kind
    title: str
    actor: str
    actor_name: str
    at: datetime
    count: int
    undoes: UUID | None
    undone_by: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the history: how a change came, who did it (`kind:id` of the actor), and which
    SKUs, products or categories it was about. Nothing: everything."""

    kind: Kind | None = None
    actor: str = ""
    about: Collection[UUID] | None = None


def page(
    tenant: Tenant, wanted: Wanted | None = None, *, page: int = 1, size: int = 30
) -> Page[ChangeFacts]:
    """The site's changes, the newest first."""
    narrowed = _narrowed(tenant, wanted or Wanted())
    total = session.scalar(select(func.count()).select_from(PriceChange).where(*narrowed)) or 0
    found = (
        select(PriceChange)
        .where(*narrowed)
        .order_by(PriceChange.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return Page([_facts(row) for row in session.scalars(found)], total, page, size)


def later(
    tenant: Tenant, than: UUID | None, wanted: Wanted | None = None, *, size: int
) -> list[ChangeFacts]:
    """The site's next changes after the one named, or the first ones; the oldest first. Changes of
    a site are named one after another, under its lock, so who goes on from here misses none."""
    narrowed = _narrowed(tenant, wanted or Wanted())
    if than is not None:
        narrowed.append(PriceChange.id > than)
    found = select(PriceChange).where(*narrowed).order_by(PriceChange.id).limit(size)
    return [_facts(row) for row in session.scalars(found)]


def facts(tenant: Tenant, change_id: UUID, *, lock: bool = False) -> ChangeFacts:
    """One change of the site; NoSuchChange."""
    found = select(PriceChange).where(
        PriceChange.tenant_id == tenant.id, PriceChange.id == change_id
    )
    row = session.scalar(found.with_for_update() if lock else found)
    if row is None:
        raise NoSuchChange()
    return _facts(row)


def entries(
    tenant: Tenant, change_id: UUID, *, page: int | None = None, size: int = 50
) -> list[Entry]:
    """What a change moved, in its order: one page of it, or all."""
    kept = PriceChangeEntry
    found = (
        select(kept.place_key, kept.before, kept.after)
        .where(kept.tenant_id == tenant.id, kept.change_id == change_id)
        .order_by(kept.position)
    )
    if page is not None:
        found = found.limit(size).offset((max(page, 1) - 1) * size)
    return [_entry(row) for row in session.execute(found)]


def costs_since(tenant: Tenant, sku_ids: Collection[UUID], since: datetime) -> list[CostEntry]:
    """What moved the costs of these SKUs from a moment on, the oldest first."""
    kept, keys = PriceChangeEntry, [f"cost/{one.hex}" for one in sku_ids]
    found = (
        select(kept.place_key, kept.before, kept.after)
        .join(PriceChange, PriceChange.id == kept.change_id)
        .where(kept.tenant_id == tenant.id, kept.place_key == any_(literal(keys, ARRAY(Text))))
        .where(PriceChange.at >= since)
        .order_by(kept.change_id)
    )
    read_all = (_entry(row) for row in session.execute(found))
    return [one for one in read_all if isinstance(one, CostEntry)]


def first_entries(tenant: Tenant, change_ids: Collection[UUID]) -> dict[UUID, Entry]:
    """The first entry of each of these changes, for a list of them."""
    kept = PriceChangeEntry
    found = select(kept.change_id, kept.place_key, kept.before, kept.after).where(
        kept.tenant_id == tenant.id, kept.change_id.in_(change_ids), kept.position == 1
    )
    return {row.change_id: _entry(row) for row in session.execute(found)}


def actors(tenant: Tenant) -> dict[str, str]:
    """Who has changed prices here: the mark of each actor with their name."""
    found = (
        select(PriceChange.actor, func.max(PriceChange.actor_name).label("name"))
        .where(PriceChange.tenant_id == tenant.id)
        .group_by(PriceChange.actor)
        .order_by("name", PriceChange.actor)
    )
    return {row.actor: row.name for row in session.execute(found)}


def last_id(tenant: Tenant) -> UUID | None:
    """The site's newest change."""
    mine = select(PriceChange.id).where(PriceChange.tenant_id == tenant.id)
    return session.scalar(mine.order_by(PriceChange.id.desc()).limit(1))


def overtaken_by(tenant: Tenant, change_id: UUID, *, standing: bool = True) -> UUID | None:
    """The newest later change in one of the places of this one. `standing`: one that is neither
    undone nor an undo; those leave behind what was there before."""
    mine, other = aliased(PriceChangeEntry), aliased(PriceChangeEntry)
    found = (
        select(other.change_id)
        .join(mine, (mine.tenant_id == other.tenant_id) & (mine.place_key == other.place_key))
        .join(PriceChange, PriceChange.id == other.change_id)
        .where(
            mine.change_id == change_id,
            other.tenant_id == tenant.id,
            other.change_id > change_id,
        )
        .order_by(other.change_id.desc())
        .limit(1)
    )
    if standing:
        found = found.where(PriceChange.undone_by.is_(None), PriceChange.kind != Kind.UNDO.value)
    return session.scalar(found)


def _narrowed(tenant: Tenant, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [PriceChange.tenant_id == tenant.id]
    if wanted.kind is not None:
        found.append(PriceChange.kind == wanted.kind.value)
    if wanted.actor:
        found.append(PriceChange.actor == wanted.actor)
    if wanted.about is not None:
        found.append(PriceChange.id.in_(_about(tenant, wanted.about)))
    return found


def _about(tenant: Tenant, things: Collection[UUID]) -> Any:
    kept = PriceChangeEntry
    return select(kept.change_id).where(
        kept.tenant_id == tenant.id, kept.about == any_(literal(list(things), ARRAY(Uuid)))
    )


def _entry(row: Any) -> Entry:
    return read({"place": row.place_key, "before": row.before, "after": row.after})


def _facts(row: PriceChange) -> ChangeFacts:
    return ChangeFacts(
        row.id,
        Kind(row.kind),
        row.title,
        row.actor,
        row.actor_name,
        row.at,
        row.count,
        row.undoes,
        row.undone_by,
    )
