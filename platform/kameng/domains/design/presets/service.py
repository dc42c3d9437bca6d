"""The verbs of who keeps presets: keep, call otherwise, put away, push. Inside `use(tenant)`.

The look handed in was made by the theme engine at the edge; what becomes of a push at the other
site is in `offers`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.design.presets import queries, rules
from kameng.domains.design.presets.errors import (
    NoSuchPreset,
    NoTargets,
    PresetArchived,
    TooManyPresets,
    TooManyTargets,
)
from kameng.domains.design.presets.models import PresetPush, SitePreset
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.design.presets.rules import Called, State
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rules import Arrangement
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

AT_ONCE = 1_000


def keep(
    tenant: Tenant,
    look: Arrangement,
    called: Called,
    *,
    made_from: RevisionFacts,
    actor: Actor,
    now: datetime,
) -> PresetFacts:
    """Keep a look (rules.look_of) as a preset. Refuses BadPreset, TooManyPresets."""
    called = rules.check_called(called)
    if len(queries.own(tenant)) >= rules.MOST_PRESETS:
        raise TooManyPresets(most=rules.MOST_PRESETS)
    doc = {key: look[key] for key in look.keys() - {"theme", "version", "tokens", "site"}}
    row = SitePreset(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        **asdict(called),
        theme=look["theme"],
        theme_version=look["version"],
        doc_json=doc,
        tokens_json=look["tokens"],
        made_from=made_from.id,
        made_seq=made_from.seq,
        author=actor.name[:80],
        created_at=now,
        archived_at=None,
    )
    session.add(row)
    session.flush()
    after = {"name": called.name, "theme": row.theme, "version": made_from.seq}
    audit.record(tenant, actor, "preset.kept", str(row.id), after=after)
    return queries.facts(row)


def call(tenant: Tenant, preset_id: UUID, called: Called, *, actor: Actor) -> PresetFacts:
    """Other words for a preset. Refuses BadPreset, NoSuchPreset."""
    called, row = rules.check_called(called), _own(tenant, preset_id)
    before = {key: getattr(row, key) for key in asdict(called)}
    if before != asdict(called):
        row.name, row.note, row.trade = called.name, called.note, called.trade
        session.flush()
        said = str(row.id)
        audit.record(tenant, actor, "preset.changed", said, before=before, after=asdict(called))
    return queries.facts(row)


def archive(tenant: Tenant, preset_id: UUID, *, actor: Actor, now: datetime) -> PresetFacts:
    """Put a preset away: it is neither pushed nor shown below any more; drafts that were given stay
    with who has them. Twice is once. Refuses NoSuchPreset."""
    row = _own(tenant, preset_id)
    if row.archived_at is None:
        row.archived_at = now
        session.flush()
        audit.record(tenant, actor, "preset.archived", str(row.id), before={"name": row.name})
    return queries.facts(row)


def restore(tenant: Tenant, preset_id: UUID, *, actor: Actor) -> PresetFacts:
    """Take a preset out again. Twice is once. Refuses NoSuchPreset, TooManyPresets."""
    row = _own(tenant, preset_id)
    if row.archived_at is not None:
        if len(queries.own(tenant)) >= rules.MOST_PRESETS:
            raise TooManyPresets(most=rules.MOST_PRESETS)
        row.archived_at = None
        session.flush()
        audit.record(tenant, actor, "preset.restored", str(row.id), after={"name": row.name})
    return queries.facts(row)


def push(
    tenant: Tenant, preset_id: UUID, site_ids: Collection[int], *, actor: Actor, now: datetime
) -> int:
    """Let a preset go to these sites below; a worker carries it over. How many were not on their
    way already. Refuses NoSuchPreset, PresetArchived, NoTargets, TooManyTargets; the database
    refuses a site that does not stand below."""
    row = _own(tenant, preset_id)
    if row.archived_at is not None:
        raise PresetArchived()
    if not site_ids:
        raise NoTargets()
    if len(site_ids) > rules.MOST_TARGETS:
        raise TooManyTargets(most=rules.MOST_TARGETS)
    rows = [_new(tenant, row, site_id, actor, now) for site_id in sorted(site_ids)]
    parts = (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))
    begun = sum(len(session.scalars(_ONCE, part).all()) for part in parts)
    after = {"name": row.name, "sites": len(rows)}
    audit.record(tenant, actor, "preset.pushed", str(row.id), after=after)
    return begun


_ONCE = insert(PresetPush).on_conflict_do_nothing().returning(PresetPush.id)
"""Who is on the list already stays where he is."""


def _new(
    tenant: Tenant, preset: SitePreset, site_id: int, actor: Actor, now: datetime
) -> dict[str, Any]:
    return {
        "id": ids.uuid7(),
        "tenant_id": site_id,
        "giver_id": tenant.id,
        "preset_id": preset.id,
        "state": State.WAITING.value,
        "reason": "",
        "revision_id": None,
        "base_rev": None,
        "media": [],
        "left_out": [],
        "author": actor.name[:80],
        "created_at": now,
        "moved_at": now,
    }


def fail(tenant: Tenant, push_id: UUID, reason: str, *, now: datetime) -> None:
    """Say why a site could not have it; bound to the giver. Nothing for one that moved on."""
    row = session.get(PresetPush, push_id, with_for_update=True, populate_existing=True)
    if row is not None and row.state == State.WAITING.value:
        row.state, row.reason, row.moved_at = State.FAILED.value, reason[:40], now
        session.flush()


def _own(tenant: Tenant, preset_id: UUID) -> SitePreset:
    row = session.get(SitePreset, preset_id)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchPreset()
    return row
