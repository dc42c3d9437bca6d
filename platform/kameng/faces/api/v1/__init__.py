"""The public API, version 1: programs that show a key of the site ask, and are answered in JSON.

One file per resource. What an answer says may grow; what stands in it stays as docs/api.md says.
"""

from __future__ import annotations

from flask import Flask

from kameng.faces.api.v1 import answers, changes, prices
from kameng.faces.api.v1.blueprint import NAME, Words, v1
from kameng.faces.frame import machines, problems

RESOURCES = (changes, prices)


def init(app: Flask, words: Words) -> None:
    """Answer under /api/v1/ on every tenant's hosts; `words` tell rules and traces."""
    app.extensions[NAME] = words
    problems.painted_by(machines.FACE, answers.paint)
    app.register_blueprint(v1)
