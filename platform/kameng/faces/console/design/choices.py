"""Pictures to choose from in any form of the console: one of the site's own, or a new one sent
along. The part of a template is console/design/picker.html. Films come in here too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage

from kameng.domains.design.media import queries, rules, service
from kameng.domains.design.media.errors import MediaMissing
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.console.forms import posted_id
from kameng.faces.frame import media, uploading, who
from kameng.kit import clock, films, pictures
from kameng.kit.films import Film
from kameng.kit.pictures import Crop, Ready
from tenants.database import commit_bound
from tenants.tree import Tenant

NEWEST = 18


@dataclass(frozen=True)
class Choice:
    """A picture in a form: its id, what it is called, a small one to look at."""

    id: str
    name: str
    src: str


def newest(tenant: Tenant, *chosen: str | UUID | None) -> list[Choice]:
    """The newest pictures of a site, what is chosen now before them."""
    first = queries.some(tenant, [UUID(str(one)) for one in chosen if one])
    rows, _total = queries.page(tenant, films=False, size=NEWEST)
    rest = [row for row in rows if row.id not in first]
    return [_choice(tenant, row) for row in (*first.values(), *rest)]


def _choice(tenant: Tenant, row: MediaFacts) -> Choice:
    return Choice(str(row.id), row.name, media.smallest(tenant, row))


def picked(tenant: Tenant, name: str) -> MediaFacts | None:
    """What a form's picture field says: the file sent along, else the chosen one; None for none.

    Call it first in a view: a file is worked on while no transaction is open, and is then kept
    whatever becomes of the form. Refuses what uploads refuse, MediaMissing.
    """
    sent = request.files.get(f"{name}_file")
    if sent is not None and sent.filename:
        return upload(tenant, sent)
    said = request.form.get(name, "")
    if not said:
        return None
    row = queries.one(tenant, posted_id(said))
    if row.deleted_at is not None:
        raise MediaMissing()
    return row


def upload(tenant: Tenant, sent: FileStorage, crop: Crop | None = None) -> MediaFacts:
    """Keep a picture that was sent; committed. Refuses what is no picture of ours, StorageFull,
    UploadsTooMany."""
    uploading.count(tenant)
    return _made(tenant, sent, lambda raw: pictures.ready(raw, crop))


def upload_film(tenant: Tenant, sent: FileStorage) -> MediaFacts:
    """Keep a film that was sent; committed. Refuses what is no film of ours, StorageFull,
    FilmsTooMany."""
    uploading.count_film(tenant)
    return _made(tenant, sent, films.ready)


def upload_either(tenant: Tenant, sent: FileStorage) -> MediaFacts:
    """Keep a picture or a film, as its bytes say. Refuses what either does."""
    head = sent.stream.read(64)
    sent.stream.seek(0)
    return (upload_film if films.container(head) else upload)(tenant, sent)


def _made(tenant: Tenant, sent: FileStorage, make: Callable[[bytes], Ready | Film]) -> MediaFacts:
    """Work on it while no transaction is open, then keep it."""
    service.check_room(tenant, now=clock.now())
    commit_bound()
    ready = make(sent.read())
    called = rules.name_of_file(sent.filename or "")
    made = service.keep(tenant, ready, name=called, actor=who.actor(), now=clock.now())
    commit_bound()
    return made


def cut(tenant: Tenant, row: MediaFacts, part: Crop) -> MediaFacts:
    """Keep a part of a picture as a picture of its own; committed. Refuses BadCrop, StorageFull."""
    uploading.count(tenant)
    service.check_room(tenant, now=clock.now())
    whole = queries.largest(tenant, row.id)
    commit_bound()
    ready = pictures.ready(whole, part)
    name = f"{row.name[: rules.LONGEST_NAME - 12]} {ready.width}×{ready.height}"
    now = clock.now()
    made = service.keep(tenant, ready, name=name, alt=row.alt, actor=who.actor(), now=now)
    commit_bound()
    return made
