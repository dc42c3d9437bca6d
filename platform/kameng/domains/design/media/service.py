"""The verbs on a site's pictures and films: keep, name, delete, put back. Inside `use(tenant)`.

They come here ready (kit.pictures, kit.films): decoding and writing is done before, outside the
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from kameng.domains.design.media import queries, rules
from kameng.domains.design.media.errors import MediaMissing
from kameng.domains.design.media.models import Media, MediaFile, MediaPart
from kameng.domains.design.media.queries import MediaFacts
from kameng.domains.design.models import SiteDesign
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.films import Film
from kameng.kit.pictures import Ready
from tenants.database import session
from tenants.tree import Tenant


def check_room(tenant: Tenant, *, now: datetime) -> None:
    """Refuse StorageFull before anybody works on a picture there is no room for."""
    stored = queries.stored(tenant)
    if stored.pictures:
        _forget_old(tenant, now=now)
        stored = queries.stored(tenant)
    rules.check_room(stored.bytes, stored.pictures)


def keep(
    tenant: Tenant, made: Ready | Film, *, name: str, alt: str = "", actor: Actor, now: datetime
) -> MediaFacts:
    """Store a picture or a film; uploads of a site are counted one after another. Refuses
    StorageFull, BadMediaName."""
    called, told = rules.name(name), rules.alt(alt)
    session.execute(select(SiteDesign.id).with_for_update())
    stored = queries.stored(tenant)
    rules.check_room(stored.bytes, stored.pictures, more=made.bytes)
    row = _new(made, name=called, alt=told, author=actor.name[:80], now=now)
    session.add(row)
    session.flush()
    _store(row.id, made)
    audit.record(tenant, actor, "media.added", str(row.id), after={"name": called})
    return queries.facts(row)


def _new(made: Ready | Film, *, name: str, alt: str, author: str, now: datetime) -> Media:
    """The picture, or the still a film goes by."""
    film = made if isinstance(made, Film) else None
    picture = made.picture if isinstance(made, Film) else made
    return Media(
        id=ids.uuid7(),
        name=name,
        alt=alt,
        kind=rules.FILM if film else picture.kind,
        width=picture.width,
        height=picture.height,
        digest=picture.digest,
        bytes=made.bytes,
        author=author,
        created_at=now,
        deleted_at=None,
        film=asdict(queries.film_facts(film)) if film else None,
    )


def _store(media_id: UUID, made: Ready | Film) -> None:
    """The bytes: every width of the picture, every piece of the film."""
    picture = made.picture if isinstance(made, Film) else made
    bodies = [{"media_id": media_id, "width": at, "body": body} for at, body in picture.bodies]
    session.execute(insert(MediaFile), bodies)
    if isinstance(made, Film):
        parts = enumerate(rules.parts(made.body))
        pieces = [{"media_id": media_id, "part": at, "body": body} for at, body in parts]
        session.execute(insert(MediaPart), pieces)


def rename(tenant: Tenant, media_id: UUID, *, name: str, alt: str, actor: Actor) -> MediaFacts:
    """Call a picture otherwise, say what it shows. Refuses BadMediaName, MediaMissing."""
    called, told = rules.name(name), rules.alt(alt)
    row = _row(media_id)
    if (row.name, row.alt) != (called, told):
        before = {"name": row.name, "alt": row.alt}
        row.name, row.alt = called, told
        session.flush()
        after = {"name": called, "alt": told}
        audit.record(tenant, actor, "media.changed", str(row.id), before=before, after=after)
    return queries.facts(row)


def discard(tenant: Tenant, media_id: UUID, *, actor: Actor, now: datetime) -> MediaFacts:
    """Delete a picture: its addresses lead nowhere from now on. It can be put back for a while.
    Twice is once. Refuses MediaMissing."""
    row = _row(media_id)
    if row.deleted_at is None:
        row.deleted_at = now
        session.flush()
        audit.record(tenant, actor, "media.deleted", str(row.id), before={"name": row.name})
    return queries.facts(row)


def restore(tenant: Tenant, media_id: UUID, *, actor: Actor) -> MediaFacts:
    """Put a deleted picture back under its old addresses. Twice is once. Refuses MediaMissing."""
    row = _row(media_id)
    if row.deleted_at is not None:
        row.deleted_at = None
        session.flush()
        audit.record(tenant, actor, "media.restored", str(row.id), after={"name": row.name})
    return queries.facts(row)


def remove_deleted(tenant: Tenant, *, actor: Actor) -> int:
    """Remove every deleted picture for good, at once; how many there were."""
    removed = _remove(select(Media.id).where(Media.deleted_at.is_not(None)))
    if removed:
        audit.record(tenant, actor, "media.removed", "", after={"count": removed})
    return removed


def remove_unused(tenant: Tenant, media_ids: Iterable[UUID], *, actor: Actor) -> int:
    """Remove those of these pictures for good that nothing of the site shows; how many."""
    gone = [one for one in media_ids if not queries.is_used(tenant, one)]
    removed = _remove(select(Media.id).where(Media.id.in_(gone))) if gone else 0
    if removed:
        audit.record(tenant, actor, "media.removed", "", after={"count": removed})
    return removed


def _forget_old(tenant: Tenant, *, now: datetime) -> None:
    _remove(select(Media.id).where(Media.deleted_at < rules.gone_by(now)))


def _remove(wanted: object) -> int:
    gone = list(session.scalars(wanted))  # type: ignore[call-overload]
    if gone:
        session.execute(delete(MediaFile).where(MediaFile.media_id.in_(gone)))
        session.execute(delete(MediaPart).where(MediaPart.media_id.in_(gone)))
        session.execute(delete(Media).where(Media.id.in_(gone)))
    return len(gone)


def _row(media_id: UUID) -> Media:
    row = session.get(Media, media_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise MediaMissing()
    return row
