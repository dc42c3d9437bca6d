"""Forged form posts are refused everywhere except where a signature proves the sender."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

protect = CSRFProtect()


def init(app: Flask) -> None:
    """Check every POST; a token lives as long as its session (a tab left open overnight works)."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    protect.init_app(app)
