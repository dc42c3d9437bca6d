"""Sessions live in signed cookies; on the media host there is none, neither read nor set."""

from flask import Flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.wrappers import Request

from kameng.config import settings


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but blind where pictures are served: caches on the way may keep those."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The visitor's session; None makes Flask use one that cannot be written."""
        host = request.host.rsplit(":", 1)[0].rstrip(".").lower()
        if settings().platform_hosts.get(host) == "media":
            return None
        return super().open_session(app, request)


def init(app: Flask) -> None:
    """Take the place of Flask's sessions."""
    app.session_interface = Sessions()
