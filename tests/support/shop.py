"""A furnished alliance for tests of the shop: designs, goods with prices and secrets, a member,
and a visitor who fills in forms the way a browser does."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.members.service import Consent, MemberFacts
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.design import service as design
from kameng.domains.wallet import service as wallet
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog
from tests.support.worlds import Alliance
from themes import engine

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
QUERY_PASSWORD = "kim-2026-query"
MEMBER_PASSWORD = "correct horse battery"


@dataclass
class Shop:
    """One alliance with a SKU on Hub's shelf, seen from any of its sites."""

    alliance: Alliance
    sku: SkuFacts

    def visitor(self, tenant: Tenant | None = None) -> Visitor:
        """A browser without cookies on a site; Ada's unless another is named."""
        return Visitor(self.alliance.client(tenant or self.alliance.ada))


@dataclass
class Visitor:
    """A shopper's browser: follows forms with their tokens."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, *, seen_on: str, **fields: Any) -> TestResponse:
        """Post a form found on page `seen_on`, with the token that page gave."""
        return self.client.post(path, data={**fields, "csrf_token": self.token(seen_on)})

    def token(self, page: str) -> str:
        """The form token of a page."""
        found = TOKEN.search(self.client.get(page).get_data(as_text=True))
        assert found, f"{page} has no form"
        return html.unescape(found.group(1))

    def buy(self, sku: SkuFacts, /, **changes: Any) -> TestResponse:
        """Fill in and send the purchase form of a SKU; `changes` overrule single fields."""
        page = f"/p/{sku.product_id}?sku={sku.sku_id}"
        fields = {
            "sku": str(sku.sku_id),
            "quantity": "1",
            "contact": "kim@example.com",
            "query_password": QUERY_PASSWORD,
            "pay": "stripe",
        }
        return self.post("/orders", seen_on=page, **{**fields, **changes})

    def sign_in(self, login: str, password: str = MEMBER_PASSWORD) -> TestResponse:
        return self.post("/sign-in", seen_on="/sign-in", login=login, password=password)


def furnish(alliance: Alliance, **goods: Any) -> Shop:
    """Give every site its design, and Hub one SKU with secrets."""
    for site in (alliance.hub, alliance.ada, alliance.bo):
        decorate(site)
    with use(alliance.hub):
        made = catalog.sku(alliance.hub, **goods)
        session.commit()
    return Shop(alliance, made)


def decorate(site: Tenant, primary: str = "#2563eb") -> None:
    """The first design of a site, committed."""
    with use(site):
        design.start(site, json.loads(_first(site.name, primary)), author="test", now=clock.now())
        session.commit()


@cache
def _first(name: str, primary: str) -> str:
    """The sites of every alliance here have the same few names; their design is made once."""
    theme = "clean"
    return json.dumps(engine.start(theme, engine.presets(theme)[0]["key"], name, primary))


def member(site: Tenant, contact: str = "kim@example.com", balance: str = "0") -> MemberFacts:
    """A member of a site, with money in the wallet; committed."""
    now = clock.now()
    with use(site):
        made = members.sign_up(
            site,
            contact=contact,
            password=MEMBER_PASSWORD,
            consent=Consent(terms_version="test", of_age=True),
            now=now,
        )
        if Money.of(balance):
            credit(site, made, balance)
        session.commit()
    return made


def credit(site: Tenant, made: MemberFacts, amount: str) -> None:
    """Put money into a member's wallet, a sub-site's deposit first; inside use(site)."""
    money = {"key": str(ids.uuid7()), "actor": SYSTEM, "note": "test", "now": clock.now()}
    if not site.is_root:
        wallet.deposit(site, Money.of(amount), **money)
    wallet.credit_member(site, made.id, Money.of(amount), **{**money, "key": str(ids.uuid7())})
