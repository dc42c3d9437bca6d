"""A look as a drawing of blocks, for whoever chooses between looks nobody photographed."""

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response

from kameng.faces.frame import headers
from themes import engine

A_DAY = "private, max-age=86400"
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 500" width="300" height="500"/>'
"""Of a theme that left the gallery."""


def answer(arrangement: Mapping[str, Any]) -> Response:
    """The drawing of what never changes under its address; of no words of a document."""
    try:
        drawn = engine.sketch(arrangement)
    except engine.UnknownTheme:
        drawn = EMPTY
    response = make_response(drawn)
    response.headers["Content-Type"] = "image/svg+xml"
    response.headers["Content-Security-Policy"] = headers.BARE
    response.headers["Cache-Control"] = A_DAY
    return response
