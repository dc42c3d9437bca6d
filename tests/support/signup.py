"""A newcomer at the form: what she answers, how she sends it, and that nothing came of it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kameng.domains.accounts.staff import queries as staff_queries
from kameng.domains.agents import queries as agent_queries
from kameng.domains.terms.queries import PackageFacts
from kameng.kit import ids
from tenants import registry
from tenants.context import shared, use
from tests.support.accounts import PASSWORD
from tests.support.worlds import Alliance

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def answers(bought: PackageFacts, **changes: str) -> dict[str, str]:
    mark = ids.uuid7().hex[-8:]
    usual = {
        "application": str(ids.uuid7()),
        "package": str(bought.id),
        "slug": f"ke{mark}",
        "site_name": "小可的店",
        "primary": "#0f766e",
        "login": f"ke{mark}",
        "email": "ke@example.com",
        "password": PASSWORD,
        "consent": "yes",
    }
    return usual | changes


def token(client: FlaskClient) -> str:
    """The form's token for this browser."""
    page = client.get("/open").get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None, page[:2000]
    return found[1]


def post(client: FlaskClient, sent: dict[str, str]) -> TestResponse:
    return client.post("/open", data=sent | {"csrf_token": token(client)})


def nothing_opened(alliance: Alliance, sent: dict[str, str]) -> None:
    with use(alliance.hub):
        assert agent_queries.applications(alliance.hub) == []
    with shared():
        assert registry.by_slug(sent["slug"]) is None
        assert staff_queries.by_login(sent["login"]) is None
