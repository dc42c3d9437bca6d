"""The media host: pictures and films of sites and nothing else. No page, no form, no cookie.

An upload is somebody else's bytes, though written anew by us: here is nothing they could reach.
"""

from __future__ import annotations

from flask import Flask, Response

from kameng.faces.frame import problems
from kameng.faces.media import films, pictures
from kameng.faces.media.blueprint import media


def _nothing(problem: problems.Problem) -> Response:
    """One plain line: nobody comes here to read."""
    return Response(f"{problem.title}\n", problem.status, mimetype="text/plain")


def init(app: Flask) -> None:
    """Give the media host its one kind of address."""
    films.init(app)
    pictures.loaded()
    problems.painted_by("media", _nothing)
    app.register_blueprint(media)
