"""Reads of presets and pushes; inside `use(tenant)`: a site reads its own and those above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.design.presets.errors import NoSuchPreset, NoSuchPush
from kameng.domains.design.presets.models import PresetPush, SitePreset
from kameng.domains.design.presets.rules import State
from kameng.domains.design.rules import Arrangement
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class PresetFacts:
    """One preset without its pages; `tenant_id` is the site that keeps it."""

    id: UUID
    tenant_id: int
    name: str
    note: str
    trade: str
    theme: str
    theme_version: str
    made_from: UUID
    made_seq: int
    author: str
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PushFacts:
    """One preset on its way to one site, or there."""

    id: UUID
    tenant_id: int
    giver_id: int
    preset_id: UUID
    state: State
    reason: str
    revision_id: UUID | None
    base_rev: UUID | None
    media: Sequence[str]
    left_out: Sequence[Mapping[str, str]]
    author: str
    created_at: datetime
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft that waits for the site's decision, and the preset it came from."""

    push: PushFacts
    preset: PresetFacts


def own(tenant: Tenant, *, archived: bool = False) -> list[PresetFacts]:
    """The presets of this site, newest first; those put away instead when asked for."""
    put_away = SitePreset.archived_at.is_not(None) if archived else SitePreset.archived_at.is_(None)
    query = select(SitePreset).where(SitePreset.tenant_id == tenant.id, put_away)
    return [facts(row) for row in session.scalars(query.order_by(SitePreset.id.desc()))]


def above(tenant: Tenant) -> list[PresetFacts]:
    """What sites above keep for this one: the nearest site's first, the newest of each."""
    query = select(SitePreset).where(
        SitePreset.tenant_id.in_(tenant.chain[:-1]), SitePreset.archived_at.is_(None)
    )
    found = [facts(row) for row in session.scalars(query.order_by(SitePreset.id.desc()))]
    return sorted(found, key=lambda one: -tenant.chain.index(one.tenant_id))


def one(tenant: Tenant, preset_id: UUID) -> PresetFacts:
    """A preset of this site. Refuses NoSuchPreset."""
    return facts(_row(preset_id, (tenant.id,)))


def look(tenant: Tenant, preset_id: UUID) -> tuple[PresetFacts, Arrangement]:
    """A preset of this site or of one above it, with its look. Refuses NoSuchPreset."""
    row = _row(preset_id, tenant.chain)
    return facts(row), _look(row)


def counts(tenant: Tenant) -> dict[UUID, dict[State, int]]:
    """How many sites each preset of this one was given to, by what became of it."""
    query = (
        select(PresetPush.preset_id, PresetPush.state, func.count())
        .where(PresetPush.giver_id == tenant.id)
        .group_by(PresetPush.preset_id, PresetPush.state)
    )
    found: dict[UUID, dict[State, int]] = {}
    for preset_id, state, count in session.execute(query):
        found.setdefault(preset_id, {})[State(state)] = count
    return found


def pushes(
    tenant: Tenant, preset_id: UUID, *, state: State | None = None, page: int = 1, size: int = 30
) -> tuple[list[PushFacts], int]:
    """To whom this site gave a preset, newest first, and how many in all."""
    where = [PresetPush.giver_id == tenant.id, PresetPush.preset_id == preset_id]
    where += [PresetPush.state == state.value] if state else []
    total = session.scalar(select(func.count()).select_from(PresetPush).where(*where)) or 0
    query = select(PresetPush).where(*where).order_by(PresetPush.id.desc())
    rows = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size))
    return [push_facts(row) for row in rows], total


def undecided(tenant: Tenant, preset_id: UUID) -> set[int]:
    """Sites that have not decided about what they were given of a preset."""
    query = select(PresetPush.tenant_id).where(
        PresetPush.giver_id == tenant.id,
        PresetPush.preset_id == preset_id,
        PresetPush.state.in_([State.WAITING.value, State.DRAFTED.value]),
    )
    return set(session.scalars(query))


def waiting(tenant: Tenant, *, size: int) -> list[PushFacts]:
    """What this site gives and nobody has carried over yet, oldest first."""
    query = select(PresetPush).where(
        PresetPush.giver_id == tenant.id, PresetPush.state == State.WAITING.value
    )
    return [push_facts(row) for row in session.scalars(query.order_by(PresetPush.id).limit(size))]


def givers_forgotten(now: datetime, *, after: timedelta) -> list[int]:
    """Sites with pushes that nobody works at: none of theirs has moved for a while; in
    `shared()`."""
    waits = select(PresetPush.giver_id).where(PresetPush.state == State.WAITING.value)
    query = (
        select(PresetPush.giver_id)
        .where(PresetPush.giver_id.in_(waits))
        .group_by(PresetPush.giver_id)
        .having(func.max(PresetPush.moved_at) < now - after)
    )
    return list(session.scalars(query))


def offers(tenant: Tenant) -> list[Offer]:
    """The drafts that wait for this site's decision, newest first. Of a site that stands above it
    no more nothing is offered."""
    query = (
        select(PresetPush, SitePreset)
        .join(SitePreset, SitePreset.id == PresetPush.preset_id)
        .where(PresetPush.tenant_id == tenant.id, PresetPush.state == State.DRAFTED.value)
        .order_by(PresetPush.id.desc())
    )
    return [Offer(push_facts(push), facts(preset)) for push, preset in session.execute(query)]


def offer(tenant: Tenant, push_id: UUID) -> Offer:
    """One of them. Refuses NoSuchPush."""
    found = next((one for one in offers(tenant) if one.push.id == push_id), None)
    if found is None:
        raise NoSuchPush()
    return found


def offered(tenant: Tenant, revision_id: UUID) -> Offer | None:
    """The offer this revision is the draft of, if it still waits."""
    return next((one for one in offers(tenant) if one.push.revision_id == revision_id), None)


def _row(preset_id: UUID, owners: Sequence[int]) -> SitePreset:
    row = session.get(SitePreset, preset_id)
    if row is None or row.tenant_id not in owners:
        raise NoSuchPreset()
    return row


def _look(row: SitePreset) -> Arrangement:
    return {
        **row.doc_json,
        "theme": row.theme,
        "version": row.theme_version,
        "tokens": row.tokens_json,
    }


def facts(row: SitePreset) -> PresetFacts:
    """The public side of a row."""
    return PresetFacts(**{name: getattr(row, name) for name in PresetFacts.__slots__})


def push_facts(row: PresetPush) -> PushFacts:
    """The public side of a row."""
    values = {name: getattr(row, name) for name in PushFacts.__slots__}
    return PushFacts(**{**values, "state": State(row.state)})
