"""A person at the console in tests: signs in through the real form and posts with tokens."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kameng.domains.accounts.staff.queries import StaffFacts
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.worlds import Alliance

_places = itertools.count(1)
NO_PASS = 400
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass
class Desk:
    """One signed-in browser on the console's host, working on one site."""

    client: FlaskClient
    site: Tenant
    person: StaffFacts
    kept: str = ""
    """The form token of this session, good for as long as it lasts."""

    def path(self, page: str = "") -> str:
        """The address of a page of this site: "orders" -> /s/<slug>/orders."""
        return f"/s/{self.site.slug}/{page}".rstrip("/")

    def get(self, page: str = "", **query: Any) -> TestResponse:
        return self.client.get(self.path(page), query_string=query)

    def text(self, page: str = "", **query: Any) -> str:
        """The page as text; it must answer 200."""
        answer = self.get(page, **query)
        assert answer.status_code == 200, (page, answer.status_code)
        return answer.get_data(as_text=True)

    def post(self, page: str, **fields: Any) -> TestResponse:
        """Post with the token of this session, looked for once; a session that has begun anew
        refuses it and is asked for another."""
        self.kept = self.kept or token(self.client)
        answer = self.client.post(self.path(page), data={**fields, "csrf_token": self.kept})
        if answer.status_code != NO_PASS:
            return answer
        self.kept = token(self.client)
        return self.client.post(self.path(page), data={**fields, "csrf_token": self.kept})


def token(client: FlaskClient, page: str = "/sign-in") -> str:
    """The form token of a console page."""
    answer = client.get(page, follow_redirects=True)
    found = TOKEN.search(answer.get_data(as_text=True))
    assert found, f"{page} carries no token: {answer.status_code}"
    return html.unescape(found.group(1))


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post a form with a fresh token."""
    return client.post(path, data={**fields, "csrf_token": token(client)})


def sign_in(client: FlaskClient, login: str, password: str = accounts.PASSWORD) -> TestResponse:
    """The first step of the sign-in page."""
    return post(client, "/sign-in", login=login, password=password)


def at(alliance: Alliance, site: Tenant, role: str = "operator") -> Desk:
    """A new person with a role on a site, signed in."""
    person = accounts.staff(site, role=role)
    client = alliance.console
    client.environ_base["REMOTE_ADDR"] = f"10.0.0.{next(_places) % 250}"
    answer = sign_in(client, person.login)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    return Desk(client, site, person)
