"""Putting the stand-in together."""

from flask import Flask, Response

from .api import api
from .bank import Bank
from .control import control
from .pages import pages
from .sender import Sender
from .settings import Settings
from .store import Store


def create_app(settings: Settings | None = None) -> Flask:
    """The web application; its notifications leave from background threads."""
    settings = settings or Settings.load()
    app = Flask(__name__)
    store = Store(settings.home / "stripe-standin.sqlite3")
    app.extensions["bank"] = Bank(store, settings)
    for part in (api, pages, control):
        app.register_blueprint(part)
    app.after_request(_guard)
    app.extensions["sender"] = Sender(store, settings)
    app.extensions["sender"].start()
    return app


def _guard(reply: Response) -> Response:
    reply.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'"
    )
    reply.headers["Cache-Control"] = "no-store"
    return reply
