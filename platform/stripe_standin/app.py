"""Putting the stand-in together."""

from flask import Flask, Response

from .accounts import Accounts
from .api import api
from .control import control
from .pages import pages
from .settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application; its notifications leave from background threads."""
    settings = settings or Settings.load()
    app = Flask(__name__)
    accounts = Accounts(settings)
    app.extensions["accounts"] = accounts
    app.extensions["bank"] = accounts.main
    for part in (api, pages, control):
        app.register_blueprint(part)
    app.after_request(_guard)
    app.extensions["sender"] = accounts.senders[0]
    return app


def _guard(reply: Response) -> Response:
    reply.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'"
    )
    reply.headers["Cache-Control"] = "no-store"
    return reply
