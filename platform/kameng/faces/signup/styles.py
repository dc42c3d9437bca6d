"""Signup's own stylesheet and script: two files, addressed by their contents."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, send_from_directory, url_for

from kameng.faces.frame import guards
from kameng.faces.signup.blueprint import signup

FOLDER = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600


@cache
def _stamp(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def own(name: str) -> str:
    """The address of one of signup's files; it changes with the file."""
    return url_for("signup.style", stamp=_stamp(name), name=name)


@signup.get("/open/style/<stamp>/<name>")
@guards.public
def style(stamp: str, name: str) -> Response:
    """A file of signup; other stamps than today's get today's file too."""
    response = send_from_directory(FOLDER, name, max_age=A_YEAR)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@signup.context_processor
def words() -> dict[str, object]:
    """Let signup's templates say own('signup.css')."""
    return {"own": own}
