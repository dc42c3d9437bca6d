"""Reads of a site's pictures and films; inside `use(tenant)`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from kameng.domains.design.articles.models import ArticleRow
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.media.errors import MediaMissing
from kameng.domains.design.media.models import Media, MediaFile, MediaPart
from kameng.domains.design.media.rules import FILM
from kameng.domains.design.models import DesignRevision, SiteDesign
from kameng.kit.films import Film
from kameng.kit.pictures import Ready
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """A film without its bytes: `kind` mp4 or webm, how long in milliseconds, how large as one sees
    it, whether it has sound, and `bytes` and `digest` of the film alone."""

    kind: str
    ms: int
    width: int
    height: int
    sound: bool
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """One picture without its bytes; `width` and `height` are of the largest it is stored in. With
    `film` it is a still of one."""

    id: UUID
    name: str
    alt: str
    kind: str
    width: int
    height: int
    digest: str
    bytes: int
    author: str
    created_at: datetime
    deleted_at: datetime | None
    film: FilmFacts | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What a site's pictures and films take, deleted ones that can be put back included."""

    bytes: int
    pictures: int


def page(
    tenant: Tenant,
    *,
    words: str = "",
    deleted: bool = False,
    films: bool | None = None,
    page: int = 1,
    size: int = 24,
) -> tuple[list[MediaFacts], int]:
    """Pictures and films by words of their name or description, newest first, and how many there
    are; `films` only those or only the others."""
    where: list[ColumnElement[bool]] = [
        Media.deleted_at.is_not(None) if deleted else Media.deleted_at.is_(None)
    ]
    if films is not None:
        where.append((Media.kind == FILM) if films else (Media.kind != FILM))
    for word in words.split()[:5]:
        named = (column.icontains(word, autoescape=True) for column in (Media.name, Media.alt))
        where.append(or_(*named))
    total = session.scalar(select(func.count()).select_from(Media).where(*where)) or 0
    query = select(Media).where(*where).order_by(Media.id.desc())
    rows = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size))
    return [facts(row) for row in rows], total


def one(tenant: Tenant, media_id: UUID) -> MediaFacts:
    """A picture, deleted or not. Refuses MediaMissing."""
    row = session.get(Media, media_id)
    if row is None:
        raise MediaMissing()
    return facts(row)


def some(tenant: Tenant, media_ids: Iterable[UUID]) -> dict[UUID, MediaFacts]:
    """Those of these pictures that are there; one query, none where nothing is asked for."""
    wanted = set(media_ids)
    if not wanted:
        return {}
    query = select(Media).where(Media.id.in_(wanted), Media.deleted_at.is_(None))
    return {row.id: facts(row) for row in session.scalars(query)}


def body(tenant: Tenant, media_id: UUID, *, digest: str, width: int) -> bytes | None:
    """The bytes behind an address; None unless all of it fits and the picture is not deleted."""
    query = (
        select(MediaFile.body)
        .join(Media, Media.id == MediaFile.media_id)
        .where(MediaFile.media_id == media_id, MediaFile.width == width)
        .where(Media.digest == digest, Media.deleted_at.is_(None))
    )
    return session.scalar(query)


def film(tenant: Tenant, media_id: UUID, *, digest: str, kind: str) -> FilmFacts | None:
    """The film behind an address; None unless all of it fits and it is not deleted."""
    row = session.get(Media, media_id)
    found = facts(row).film if row is not None and row.deleted_at is None else None
    return found if found and (found.digest, found.kind) == (digest, kind) else None


def part(tenant: Tenant, media_id: UUID, part: int) -> bytes:
    """One piece of a film. Refuses MediaMissing."""
    query = select(MediaPart.body).where(MediaPart.media_id == media_id, MediaPart.part == part)
    found = session.scalar(query)
    if found is None:
        raise MediaMissing()
    return found


def largest(tenant: Tenant, media_id: UUID) -> bytes:
    """The bytes of the widest there is. Refuses MediaMissing."""
    query = select(MediaFile.body).where(MediaFile.media_id == media_id)
    found = session.scalar(query.order_by(MediaFile.width.desc()).limit(1))
    if found is None:
        raise MediaMissing()
    return found


def stored(tenant: Tenant) -> Stored:
    """What is stored now."""
    total = func.coalesce(func.sum(Media.bytes), 0)
    row = session.execute(select(total, func.count()).select_from(Media)).one()
    return Stored(bytes=int(row[0]), pictures=int(row[1]))


def in_design(tenant: Tenant, media_id: UUID) -> bool:
    """Whether the live arrangement, a draft of it or what is being edited names the picture."""
    edited = drafts.one(tenant)
    if edited and str(media_id) in str(edited.arrangement):
        return True
    query = (
        select(func.count())
        .select_from(DesignRevision)
        .join(SiteDesign, DesignRevision.id.in_([SiteDesign.live_rev, SiteDesign.draft_rev]))
        .where(cast(DesignRevision.doc_json, String).contains(str(media_id)))
    )
    return bool(session.scalar(query))


def is_used(tenant: Tenant, media_id: UUID) -> bool:
    """Whether an article or any version of the design, live, edited or old, names the picture."""
    if in_design(tenant, media_id):
        return True
    named = cast(DesignRevision.doc_json, String).contains(str(media_id))
    in_version = select(DesignRevision.id).where(named).exists()
    in_article = select(ArticleRow.id).where(ArticleRow.picture == str(media_id)).exists()
    return bool(session.scalar(select(or_(in_version, in_article))))


def same(tenant: Tenant, pictures: Iterable[MediaFacts]) -> dict[UUID, UUID]:
    """Which of another site's pictures this one has as well, to the bit: theirs -> ours. Films are
    not looked for."""
    wanted = {one.digest: one for one in pictures if one.film is None}
    query = select(Media.id, Media.digest, Media.width, Media.height, Media.bytes).where(
        Media.digest.in_(wanted), Media.deleted_at.is_(None), Media.kind != FILM
    )
    return {
        wanted[row.digest].id: row.id
        for row in session.execute(query)
        if (row.width, row.height, row.bytes)
        == (wanted[row.digest].width, wanted[row.digest].height, wanted[row.digest].bytes)
    }


def ready(tenant: Tenant, media_id: UUID) -> Ready | None:
    """A picture with its bytes, as it may be kept by another site; None for one that is gone, and
    for a film: that would be its weight once more at every site."""
    row = session.get(Media, media_id)
    if row is None or row.deleted_at is not None or row.film is not None:
        return None
    query = select(MediaFile.width, MediaFile.body).where(MediaFile.media_id == media_id)
    bodies = tuple((at, body) for at, body in session.execute(query.order_by(MediaFile.width)))
    return Ready(row.kind, row.width, row.height, row.digest, bodies)


def facts(row: Media) -> MediaFacts:
    """The public side of a row."""
    return MediaFacts(
        id=row.id,
        name=row.name,
        alt=row.alt,
        kind=row.kind,
        width=row.width,
        height=row.height,
        digest=row.digest,
        bytes=row.bytes,
        author=row.author,
        created_at=row.created_at,
        deleted_at=row.deleted_at,
        film=FilmFacts(**row.film) if row.film else None,
    )


def film_facts(made: Film) -> FilmFacts:
    """What is written down of a film that is kept."""
    return FilmFacts(
        kind=made.kind,
        ms=made.ms,
        width=made.width,
        height=made.height,
        sound=made.sound,
        bytes=len(made.body),
        digest=made.digest,
    )
