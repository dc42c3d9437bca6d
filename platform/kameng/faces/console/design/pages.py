"""装修 → 素材: the pictures and films of a site, how they come in, and the bin."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from kameng.domains.design.media import queries, rules, service
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import choices, lengths
from kameng.faces.console.forms import posted_id
from kameng.faces.frame import guards, media, refusals, who
from kameng.kit import films
from kameng.kit.errors import Refusal

SIZE = 24
AT_ONCE = 20


@pages.get("/s/<slug>/design/media", endpoint="media")
@guards.staff("design.view")
def pictures() -> ResponseReturnValue:
    """The pictures and films, newest first; ?bin=1 those that were deleted."""
    binned = request.args.get("bin") == "1"
    words = request.args.get("q", "").strip()[:80]
    rows, total = queries.page(g.tenant, words=words, deleted=binned, page=lists.page(), size=SIZE)
    return render_template(
        "console/design/media.html",
        rows=[(row, media.smallest(g.tenant, row)) for row in rows],
        place=lists.place(total, SIZE),
        binned=binned,
        words=words,
        stored=queries.stored(g.tenant),
        most=rules.MOST_BYTES,
        film_most=films.LARGEST_UPLOAD,
        film_seconds=films.LONGEST,
        short=lengths.short,
        undo=_just_deleted(),
    )


@pages.post("/s/<slug>/design/media")
@guards.staff("design.edit", again=pictures)
def add_pictures() -> ResponseReturnValue:
    """Keep every picture and film that was sent; each stands or falls by itself."""
    sent = [one for one in request.files.getlist("files") if one.filename][:AT_ONCE]
    faults = [fault for one in sent if (fault := _kept(one))]
    if request.headers.get("HX-Request"):
        return "\n".join(faults), 422 if faults else 200, {"Content-Type": "text/plain"}
    if len(sent) > len(faults):
        flash(_("%(n)s files were added.", n=len(sent) - len(faults)), "ok")
    for fault in faults or ([] if sent else [_("Choose a file first.")]):
        flash(fault, "error")
    return redirect(url_for(".media"), 303)


def _kept(sent: FileStorage) -> str:
    """Keep one file; what is wrong with it, or nothing."""
    try:
        choices.upload_either(g.tenant, sent)
    except Refusal as refusal:
        return f"{rules.name_of_file(sent.filename or '')}: {refusals.text(refusal)}"
    return ""


@pages.post("/s/<slug>/design/media/bin/removal")
@guards.staff("design.edit", again=pictures)
def empty_bin() -> ResponseReturnValue:
    """Remove what was deleted for good: its room is free at once."""
    removed = service.remove_deleted(g.tenant, actor=who.actor())
    flash(_("%(n)s files were removed for good.", n=removed), "ok")
    return redirect(url_for(".media"), 303)


def _just_deleted() -> queries.MediaFacts | None:
    """The picture that was deleted by the step before, to put it back with one press."""
    said = request.args.get("deleted", "")
    try:
        row = queries.one(g.tenant, posted_id(said)) if said else None
    except Refusal:
        return None
    return row if row is not None and row.deleted_at else None
