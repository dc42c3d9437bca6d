"""装修店铺: the page of the editor. Its script draws everything; without it, links to the forms."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from kameng.faces.console.blueprint import pages
from kameng.faces.console.editor import data
from kameng.faces.console.editor.opened import opened
from kameng.faces.frame import guards, headers


@pages.get("/s/<slug>/design/editor", endpoint="editor")
@guards.staff("design.view")
def editor() -> ResponseReturnValue:
    """The editor on one page of the shop (?page=home, group:header, page:about)."""
    known = data.of(opened())
    page = make_response(render_template("console/editor/page.html", editor=known))
    return headers.framing(page, known["preview"]["origin"])
