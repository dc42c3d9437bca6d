"""Named small worlds: master Hub, agent Ada, sub-agent Bo, committed for real, one per test."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from kameng.config import Settings
from kameng.kit import clock, ids
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.models import SchemaInfo
from tenants.tree import Tenant

BATCH = 6
_numbers = itertools.count(1)


class HostClient(FlaskClient):
    """A browser that stays on one host: every request goes there unless it says otherwise."""

    def __init__(self, *args: Any, host: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host = host

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request to this browser's host."""
        kwargs.setdefault("base_url", f"http://{self.host}")
        return super().open(*args, **kwargs)


@dataclass(frozen=True)
class Alliance:
    """A fresh tree: hub sells to ada, ada to bo. Other trees live beside it in the database.

    Ada and Bo may open when they are first spoken of, since many tests have no need of them."""

    hub: Tenant
    app: Flask
    settings: Settings
    number: int
    builder: Builder

    @cached_property
    def ada(self) -> Tenant:
        """Hub's agent."""
        return self._opened(f"ada{self.number}", self.hub, "Ada 的小店")

    @cached_property
    def bo(self) -> Tenant:
        """Ada's agent."""
        return self._opened(f"bo{self.number}x", self.ada, "Bo 分店")

    def whole(self) -> Alliance:
        """The same with all three open."""
        assert self.bo
        return self

    def with_ada(self, agent: Tenant) -> Alliance:
        """The same master with another agent in Ada's place."""
        other = replace(self)
        vars(other)["ada"] = agent
        return other

    def _opened(self, slug: str, parent: Tenant, name: str) -> Tenant:
        """Beside whatever the test has bound just now."""
        return Context().run(self.builder.site, slug, parent, name)

    @property
    def sites(self) -> tuple[Tenant, Tenant, Tenant]:
        """All three, the master first."""
        return self.hub, self.ada, self.bo

    def client(self, tenant: Tenant) -> FlaskClient:
        """A browser on the site's host."""
        return self._on(self.settings.host(tenant.slug))

    @property
    def console(self) -> FlaskClient:
        """A browser on the console's host."""
        return self._on(self.settings.host("console"))

    @property
    def hooks(self) -> FlaskClient:
        """An outside service on the notifications' host."""
        return self._on(self.settings.host("hooks"))

    def _on(self, host: str) -> FlaskClient:
        return HostClient(self.app, self.app.response_class, host=host)


class Builder:
    """Opens sites on spare schemas that it builds a few at a time."""

    def __init__(self, owner: Engine, app: Flask, settings: Settings) -> None:
        self.owner, self.app, self.settings = owner, app, settings

    def site(self, slug: str, parent: Tenant | None = None, name: str | None = None) -> Tenant:
        """A live site, committed."""
        now = clock.now()
        with shared():
            if registry.spare_count() == 0:
                session.commit()
                run.fill_pool(self.owner, spares=BATCH, now=now)
            opened = registry.claim(
                ids.uuid7(),
                parent=parent,
                slug=slug,
                name=name or slug.title(),
                now=now,
                host=self.settings.host(slug),
            )
            live = registry.go_live(opened, now=now)
            session.commit()
        with use(live):
            session.add(SchemaInfo(tenant_id=live.id, claimed_at=now))
            session.commit()
        return live

    def begun(self) -> Alliance:
        """Hub alone is open so far."""
        number = next(_numbers)
        hub = self.site(f"hub{number}", None, "Hub 主站")
        return Alliance(hub, self.app, self.settings, number, self)

    def alliance(self, dress: Callable[[Tenant, Tenant | None], Any] | None = None) -> Alliance:
        """Hub, Ada below it, Bo below Ada; `dress(tenant, parent)` may furnish each."""
        made = self.begun().whole()
        if dress:
            for site, parent in ((made.hub, None), (made.ada, made.hub), (made.bo, made.ada)):
                dress(site, parent)
        return made
