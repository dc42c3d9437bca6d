"""API keys for tests: who makes them, and a program that shows one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kameng.domains.accounts.keys import service
from kameng.domains.accounts.keys.service import NewKey, Wish
from kameng.domains.accounts.staff import service as accounts
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.kit import clock, ids
from kameng.kit.audit import Actor
from tenants.context import shared
from tenants.database import session
from tenants.tree import Tenant
from tests.support.worlds import Alliance

READ = "prices.view"
_places = itertools.count(1)


def hired(site: Tenant, role: str) -> StaffFacts:
    """Somebody with a role, without the cost of a real password."""
    login = f"k{ids.uuid7().hex[-12:]}"
    with shared():
        made = accounts.open_account(
            login=login, password_hash="not a hash", name=login, email=None, now=clock.now()
        )
        accounts.grant(made.id, site.id, role, granted_by=made.id, now=clock.now())
        session.commit()
    return made


def actor(person: StaffFacts) -> Actor:
    """Who acts, for the log."""
    return Actor("staff", str(person.id), person.name, "203.0.113.9")


def made(site: Tenant, person: StaffFacts, *permissions: str, **more: Any) -> NewKey:
    """A key of the person's, committed; it may read prices unless said otherwise."""
    name = more.pop("name", f"程序 {ids.uuid7().hex[-8:]}")
    with shared():
        new = drawn(site, person, name, *permissions, **more)
        session.commit()
    return new


def drawn(site: Tenant, person: StaffFacts, name: str, *permissions: str, **more: Any) -> NewKey:
    """The same inside `shared()`; the caller commits."""
    wish = Wish(name, permissions or (READ,), **more)
    return service.make(site, wish, by=person.id, actor=actor(person), now=clock.now())


@dataclass
class Program:
    """A program that asks a site's API from an address of its own."""

    client: FlaskClient
    key: str

    def get(self, path: str = "/api/v1/prices", **query: Any) -> TestResponse:
        """Ask, showing the key as a header."""
        shown = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return self.client.get(path, query_string=query, headers=shown)


def program(alliance: Alliance, site: Tenant, key: str = "", place: str = "") -> Program:
    """A program at a host; each has an address of its own unless one is named."""
    client = alliance.client(site)
    number = next(_places)
    client.environ_base["REMOTE_ADDR"] = place or f"10.9.{number // 250}.{number % 250 + 1}"
    return Program(client, key)
