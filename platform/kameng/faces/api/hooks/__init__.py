"""Notifications from outside: verified, stored, answered. What they mean is the relay's work."""

from __future__ import annotations

from flask import Flask

from kameng.faces.api.hooks import stripe, tls
from kameng.faces.api.hooks.blueprint import hooks


def init(app: Flask) -> None:
    """Give the hooks host its one address per provider."""
    stripe.loaded()
    tls.loaded()
    app.register_blueprint(hooks)
