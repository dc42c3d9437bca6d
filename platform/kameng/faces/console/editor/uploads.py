"""A picture put straight into a field: a file or one the site has, and the part that is wanted; or
a film."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, g, jsonify, request

from kameng.domains.design.media import queries
from kameng.domains.design.media.errors import MediaMissing
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import choices, lengths
from kameng.faces.console.editor import answers
from kameng.faces.console.forms import posted_id
from kameng.faces.frame import guards, media
from kameng.kit.pictures import Crop

SIDES = ("x", "y", "width", "height")


@pages.post("/s/<slug>/design/editor/pictures")
@guards.staff("design.edit", again=answers.refused)
def upload_to_editor() -> Response:
    """Keep it. Refuses what is no picture of ours, StorageFull, BadCrop."""
    sent, part = request.files.get("file"), _crop()
    if sent is not None:
        row = choices.upload(g.tenant, sent, part)
    else:
        row = _cut(posted_id(request.form.get("media", "")), part or abort(400))
    small = media.smallest(g.tenant, row)
    told = {"id": str(row.id), "name": row.name, "small": small}
    return jsonify(media.drop(g.tenant, row) | told)


@pages.post("/s/<slug>/design/editor/films")
@guards.staff("design.edit", again=answers.refused)
def upload_film_to_editor() -> Response:
    """Keep it. Refuses what is no film of ours, StorageFull."""
    sent = request.files.get("file")
    row = choices.upload_film(g.tenant, sent if sent is not None else abort(400))
    small = media.smallest(g.tenant, row)
    told = {"id": str(row.id), "name": row.name, "small": small, "note": lengths.told(row)}
    return jsonify(media.drop(g.tenant, row) | told)


def _cut(media_id: UUID, part: Crop) -> MediaFacts:
    """A part of a picture the site has, as a picture of its own. Refuses MediaMissing, BadCrop."""
    row = queries.one(g.tenant, media_id)
    if row.deleted_at is not None:
        raise MediaMissing()
    return choices.cut(g.tenant, row, _scaled(part, row))


def _scaled(part: Crop, row: MediaFacts) -> Crop:
    """The part in pixels of the largest there is; `seen` is how wide the picture was on which it
    was chosen, where that was a smaller one."""
    seen = request.form.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 6 and int(seen)):
        return part
    scale = row.width / int(seen)
    x, y, width, height = (
        round(side * scale) for side in (part.x, part.y, part.width, part.height)
    )
    return Crop(x, y, min(width, row.width - x), min(height, row.height - y))


def _crop() -> Crop | None:
    """The part that was chosen, in pixels of the picture as one sees it; None for all of it."""
    said = [request.form.get(side, "") for side in SIDES]
    if not any(said):
        return None
    good = all(text.isascii() and text.isdigit() and len(text) < 7 for text in said)
    return Crop(*map(int, said)) if good else abort(400)
