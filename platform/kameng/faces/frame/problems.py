"""What a visitor sees when something is refused, missing or broken, drawn by the face he is on."""

import errno
import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from kameng.faces.frame import machines, refusals
from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal, TooLarge, TooMany, Unknown
from tenants.context import anything_bound, bound, use
from tenants.database import close_session

log = logging.getLogger("kameng.problems")

STATUSES: tuple[tuple[type[Refusal], int], ...] = (
    (NotFound, 404),
    (Unknown, 401),
    (Forbidden, 403),
    (Conflict, 409),
    (TooLarge, 413),
    (TooMany, 429),
    (Refusal, 422),
)
TEXTS: dict[int, tuple[Any, Any]] = {
    400: (
        _("This request was not understood"),
        _("Nothing was changed. Go back, reload the page and try again."),
    ),
    401: (_("Nobody knows who asks"), _("Nothing was changed. Show a key that is in force.")),
    403: (
        _("You may not do this"),
        _("Nothing was changed. Ask the owner of the site for access."),
    ),
    404: (_("There is nothing here"), _("The address may be mistyped, or the page has moved.")),
    405: (_("This page cannot do that"), _("Nothing was changed.")),
    409: (_("Something changed meanwhile"), _("Nothing was changed. Reload and look again.")),
    413: (
        _("This file is too large"),
        _("Nothing was stored. Split the file and upload the parts."),
    ),
    422: (_("This could not be done"), _("Nothing was changed.")),
    429: (_("Too many tries"), _("Wait a few minutes, then try again. Nothing was changed.")),
    500: (
        _("Something broke on our side"),
        _("It has been written down. What you had paid or saved before is safe. Try again soon."),
    ),
    503: (
        _("Back in a few minutes"),
        _("This site is being worked on. What you had paid or saved is safe."),
    ),
    507: (
        _("The platform has no room left"),
        _("Nothing was stored; what was saved is safe. Tell who runs the platform."),
    ),
}
RETRY_AFTER = 30
"""Seconds after which somebody who found a site under work may ask again."""
DISK_FULL = "53100"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""How the database, and the system, say that a disk is full."""
AWAY = (None, "57P01", "57P02", "57P03")
"""What PostgreSQL's driver says when the server is not there, or is just going or coming."""
CSRF_TEXT = _(
    "Your session has ended or the form was open too long. Reload the page and try again."
)


@dataclass(frozen=True)
class Problem:
    """One refusal or error, ready to be drawn."""

    status: int
    code: str
    title: str
    text: str
    refusal: Refusal | None = None


Painter = Callable[[Problem], ResponseReturnValue]
_painters: dict[str, Painter] = {}


def painted_by(face: str, painter: Painter) -> None:
    """Let a face draw its own problem pages; a tenant, if there is one, is bound meanwhile."""
    _painters[face] = painter


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal's family."""
    return next(status for family, status in STATUSES if isinstance(refusal, family))


def from_refusal(refusal: Refusal) -> Problem:
    """A named refusal in the visitor's language."""
    status = status_of(refusal)
    return Problem(status, refusal.code, str(TEXTS[status][0]), refusals.text(refusal), refusal)


def from_http(error: HTTPException) -> Problem:
    """An HTTP error in the visitor's language."""
    status = error.code or 500
    title, text = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    if isinstance(error, CSRFError):
        text = CSRF_TEXT
    return Problem(status, f"http_{status}", str(title), str(text))


def answer(problem: Problem) -> Response:
    """Draw a problem for whoever asked: a person on a face, htmx, or a machine."""
    if request.headers.get("HX-Request"):
        return make_response(problem.text, problem.status, {"Content-Type": "text/plain"})
    if face() == "console" and request.accept_mimetypes.best == "application/json":
        return make_response(_for_scripts(problem), problem.status)
    painter = _painters.get(face(), _plain)
    if anything_bound():
        close_session()
    with use(g.tenant) if g.get("tenant") and not bound() else nullcontext():
        drawn = make_response(painter(problem))
    drawn.status_code = problem.status
    if problem.status == 503:
        drawn.headers["Retry-After"] = str(RETRY_AFTER)
    return drawn


def face() -> str:
    """Which face the visitor stands before, even when no page matched; an unknown host has none."""
    if g.get("face") is None and g.get("tenant") is None:
        return "plain"
    if machines.here():
        return machines.FACE
    return request.blueprint or g.get("face") or "storefront"


def framed(problem: Problem) -> ResponseReturnValue:
    """The problem page of the faces that stand on the frame's own layout."""
    return render_template("frame/problem.html", problem=problem)


def _plain(problem: Problem) -> ResponseReturnValue:
    return render_template("frame/plain.html", problem=problem)


def _machine(problem: Problem) -> ResponseReturnValue:
    return jsonify(error=problem.code)


def _for_scripts(problem: Problem) -> Response:
    """What a script of a page of ours says to the person in its own place."""
    return jsonify(code=problem.code, message=str(problem.text))


def _refused(refusal: Refusal) -> Response:
    return answer(from_refusal(refusal))


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    return answer(from_http(error))


def _away(error: OperationalError) -> Response:
    """The database of this site is not there: its page needs none of it. Other sites go on."""
    code = getattr(error.orig, "sqlstate", None)
    if code == DISK_FULL:
        return _no_room(error)
    if code not in AWAY and not str(code).startswith("08"):
        if current_app.testing:
            raise error
        return _broken(error)
    log.error("no database for %s %s: %s", request.method, request.host, type(error.orig).__name__)
    if anything_bound():
        close_session()
    title, text = TEXTS[503]
    painter = _painters.get(machines.FACE, _plain) if machines.here() else _plain
    drawn = make_response(painter(Problem(503, "away", str(title), str(text))), 503)
    drawn.headers["Retry-After"] = str(RETRY_AFTER)
    return drawn


def _of_the_system(error: OSError) -> Response:
    """A full disk has a sentence; anything else is a fault like others."""
    if error.errno in NO_ROOM:
        return _no_room(error)
    if current_app.testing:
        raise error
    return _broken(error)


def _no_room(error: Exception) -> Response:
    log.error("no room left for %s %s: %s", request.method, request.path, error)
    title, text = TEXTS[507]
    return answer(Problem(507, "no_room", str(title), str(text)))


def _broken(error: Exception) -> Response:
    """The last net: log it, and never let the drawing of the error page fail as well."""
    log.error("request failed: %s %s", request.method, request.path, exc_info=error)
    problem = Problem(500, "broken", str(TEXTS[500][0]), str(TEXTS[500][1]))
    try:
        return answer(problem)
    except Exception:
        log.exception("the problem page failed too")
        return make_response(_plain(problem), 500)


def init(app: Flask) -> None:
    """Map the families of refusals and the HTTP errors to their pages."""
    painted_by("hooks", _machine)
    painted_by("console", framed)
    painted_by("signup", framed)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(OSError, _of_the_system)
    if not app.testing:
        app.register_error_handler(Exception, _broken)
