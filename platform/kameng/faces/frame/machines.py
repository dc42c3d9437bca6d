"""Programs that ask a site's API: under /api/ of the shop's own hosts nothing is drawn for people,
no cookie is read or set, and no answer is kept."""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.wrappers import Request

FACE = "api"
ROOT = "/api/"


def asks(asked: Request) -> bool:
    """Whether a request is a program's, by its path; outside Flask too."""
    return asked.path.startswith(ROOT)


def here() -> bool:
    """Whether this request is one for the API of a site, even when no address matched."""
    return g.get("tenant") is not None and g.get("face") is None and asks(request)


def _unkept(answer: Response) -> Response:
    if here():
        answer.headers["Cache-Control"] = "no-store"
        answer.vary.update(("Authorization", "Accept-Language"))
    return answer


def init(app: Flask) -> None:
    """Answers differ by key, and none of them stays in a cache on the way."""
    app.after_request(_unkept)
