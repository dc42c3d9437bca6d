"""create_app: one column of init calls, top to bottom."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter, MapAdapter, ValidationError

from kameng import wiring
from kameng.config import Settings, settings
from kameng.faces import console, frame, landing, media, signup, storefront
from kameng.faces.api import hooks, v1
from kameng.faces.console import pricewords
from kameng.faces.frame.forwarded import Forwarded
from tenants import routing
from tenants.database import commit_bound, db

UPLOAD_LIMIT = 32 * 1024 * 1024
"""What the console takes in one request: a catalogue, 200,000 secrets, or a film."""
FORM_LIMIT = 24 * 1024 * 1024
"""What of it may be a form's texts, which are held in memory."""
SMALL_LIMIT = 1024 * 1024
"""What every other face takes: no shopper and no provider sends more."""
TENANT_HOST = "<site_host:site_host>"


class SiteHost(BaseConverter):
    """Any host name in a rule but the platform's own: those hold no page of a shop."""

    regex = r"[^/:]+"
    part_isolating = True
    weight = 10_000

    def to_python(self, value: str) -> str:
        if value in settings().platform_hosts:
            raise ValidationError
        return value


class KamengFlask(Flask):
    """Gives each rule the host of its face, and commits once when a view has answered."""

    face_hosts: dict[str, str]

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, *args: Any, **options: Any
    ) -> None:
        face = (endpoint or "").split(".", 1)[0]
        options.setdefault("host", self.face_hosts.get(face, TENANT_HOST))
        super().add_url_rule(rule, endpoint, *args, **options)

    def create_url_adapter(self, request: Any) -> MapAdapter | None:
        if request is None:
            return super().create_url_adapter(None)
        host = request.host.rsplit(":", 1)[0].rstrip(".").lower()
        return self.url_map.bind_to_environ(request.environ, server_name=host)

    def dispatch_request(self) -> ResponseReturnValue:
        answer = super().dispatch_request()
        commit_bound()
        return answer


def create_app(loaded: Settings | None = None) -> KamengFlask:
    """The application for `loaded` settings (the environment's when None)."""
    chosen = wiring.connect(loaded or settings())
    app = _bare(chosen)
    routing.init(app, chosen.platform_hosts)
    app.before_request(_limit_body)
    frame.init(app)
    storefront.init(app)
    signup.init(app)
    console.init(app)
    hooks.init(app)
    v1.init(app, pricewords)
    landing.init(app)
    media.init(app)
    app.wsgi_app = Forwarded(app.wsgi_app, chosen.trusted_proxies)  # type: ignore[method-assign]
    return app


def _bare(chosen: Settings) -> KamengFlask:
    app = KamengFlask("kameng", static_folder=None, template_folder=None, host_matching=True)
    app.face_hosts = {
        "console": chosen.host("console"),
        "hooks": chosen.host("hooks"),
        "landing": chosen.host(),
        "media": chosen.host("media"),
    }
    app.url_map.converters["site_host"] = SiteHost
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        SQLALCHEMY_DATABASE_URI=chosen.role_url("app").replace(
            "postgresql://", "postgresql+psycopg://", 1
        ),
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        SESSION_COOKIE_NAME="kameng",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.scheme == "https",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    db.init_app(app)
    _strip_site_host(app)
    return app


def _limit_body() -> None:
    if g.face != "console":
        request.max_content_length = SMALL_LIMIT


def _strip_site_host(app: Flask) -> None:
    """The tenant's host is in every storefront rule; views neither take nor give it."""

    @app.url_value_preprocessor
    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values:
            values.pop("site_host", None)

    @app.url_defaults
    def give(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "site_host"):
            values.setdefault("site_host", routing.host_of_request())
