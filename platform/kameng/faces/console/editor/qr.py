"""The working draft on a real phone: its link as a code."""

from __future__ import annotations

from flask import Response, abort, request

from kameng.faces.console.blueprint import pages
from kameng.faces.console.editor import places
from kameng.faces.console.editor.opened import opened
from kameng.faces.frame import guards, qr


@pages.get("/s/<slug>/design/editor/qr")
@guards.staff("design.view")
def editor_qr() -> Response:
    """The code of one page's preview (?page=home)."""
    links = places.links(opened().document)["phone"]
    return qr.answer(links.get(request.args.get("page", "home")) or abort(404))
