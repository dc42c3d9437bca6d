"""The verbs at the site a preset was pushed to: a draft there, published or declined.

Each holds what is live first and offers after it, as whoever publishes one does: the other way
round a giver and an agent wait for each other.
Inside `use(tenant)` of that site. The look was fitted to it by the theme engine at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.design import service as design
from kameng.domains.design.media import service as media
from kameng.domains.design.presets import queries, rules
from kameng.domains.design.presets.errors import NoSuchPush
from kameng.domains.design.presets.models import PresetPush
from kameng.domains.design.presets.queries import PushFacts
from kameng.domains.design.presets.rules import State
from kameng.domains.design.rules import Arrangement
from kameng.domains.design.skins import queries as skins
from kameng.kit import audit
from kameng.kit.audit import SYSTEM, Actor
from tenants.database import session
from tenants.tree import Tenant


def begin(tenant: Tenant, push_id: UUID) -> bool:
    """Hold a push until the end, bound to the site it is for; whether it still waits."""
    row = session.get(PresetPush, push_id, with_for_update=True, populate_existing=True)
    return row is not None and row.tenant_id == tenant.id and row.state == State.WAITING.value


@dataclass(frozen=True, slots=True)
class Fitted:
    """A look as it was made for one site: from whom, on which of its revisions, with which pictures
    copied, and what it could not have."""

    arrangement: Arrangement
    author: str
    note: str
    base_rev: UUID
    media: Sequence[str]
    left_out: Sequence[Mapping[str, str]]


def draft(tenant: Tenant, push_id: UUID, fitted: Fitted, *, now: datetime) -> PushFacts:
    """Put the look there as a draft that waits for a decision; one of the same preset that nobody
    decided about goes. Refuses NoSuchPush."""
    design.hold(tenant)
    row = _theirs(tenant, push_id)
    rules.check_move(State(row.state), State.DRAFTED)
    older = session.scalars(
        select(PresetPush)
        .where(PresetPush.tenant_id == tenant.id, PresetPush.preset_id == row.preset_id)
        .where(PresetPush.state == State.DRAFTED.value)
        .with_for_update()
    ).first()
    inherited = list(older.media) if older else []
    if older is not None:
        _discard(tenant, older, rules.REPLACED, now, spare=fitted)
    _hold(tenant, row, fitted, now, inherited)
    _move(row, State.DRAFTED, now)
    return queries.push_facts(row)


def refit(tenant: Tenant, push_id: UUID, fitted: Fitted, *, now: datetime) -> PushFacts:
    """The same offer over what is live by now. Refuses NoSuchPush, PushDecided."""
    design.hold(tenant)
    row = _theirs(tenant, push_id)
    if row.state != State.DRAFTED.value:
        rules.check_move(State(row.state), State.PUBLISHED)
    before = row.revision_id
    _hold(tenant, row, fitted, now, list(row.media))
    session.flush()
    _forget(tenant, before)
    return queries.push_facts(row)


def published(tenant: Tenant, revision_id: UUID, *, now: datetime) -> None:
    """A revision is live now: an offer it was the draft of is decided."""
    rows = select(PresetPush).where(
        PresetPush.tenant_id == tenant.id,
        PresetPush.revision_id == revision_id,
        PresetPush.state == State.DRAFTED.value,
    )
    for row in session.scalars(rows.with_for_update()):
        _move(row, State.PUBLISHED, now)


def decline(tenant: Tenant, push_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Nothing of it stays: neither the draft nor the pictures that came with it. Refuses
    NoSuchPush, PushDecided."""
    design.hold(tenant)
    row = _theirs(tenant, push_id)
    _discard(tenant, row, rules.DECLINED, now)
    audit.record(tenant, actor, "preset.declined", str(row.preset_id))


def _hold(
    tenant: Tenant, row: PresetPush, fitted: Fitted, now: datetime, inherited: Sequence[str]
) -> None:
    made = design.add_revision(
        tenant, fitted.arrangement, author=fitted.author, note=fitted.note, now=now
    )
    row.revision_id, row.base_rev = made.id, fitted.base_rev
    row.media = list(dict.fromkeys([*inherited, *fitted.media]))
    row.left_out = [dict(one) for one in fitted.left_out]


def _discard(
    tenant: Tenant, row: PresetPush, reason: str, now: datetime, *, spare: Fitted | None = None
) -> None:
    _move(row, State.DISCARDED, now, reason=reason)
    _forget(tenant, row.revision_id)
    kept = str(spare.arrangement) if spare else ""
    gone = [UUID(one) for one in row.media if one not in kept]
    media.remove_unused(tenant, gone, actor=SYSTEM)


def _forget(tenant: Tenant, revision_id: UUID | None) -> None:
    if revision_id is not None:
        design.forget_revision(tenant, revision_id, keep=skins.revisions_in_use(tenant))


def _move(row: PresetPush, state: State, now: datetime, *, reason: str = "") -> None:
    rules.check_move(State(row.state), state)
    row.state, row.reason, row.moved_at = state.value, reason, now
    session.flush()


def _theirs(tenant: Tenant, push_id: UUID) -> PresetPush:
    row = session.get(PresetPush, push_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchPush()
    return row
