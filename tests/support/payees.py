"""Payees and payout accounts that are ready to be paid to, for tests."""

from __future__ import annotations

import io

from PIL import Image

from kameng.domains.payees import service
from kameng.domains.payees.accounts import service as accounts
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.accounts.rules import Details, Method
from kameng.domains.payees.rules import HOUSE, Draft, Kind, Owner
from kameng.kit import clock
from tenants.tree import Tenant
from tests.support.ledger import TESTER

PAPERS = Draft(Kind.PERSON, "张三丰", "11010519491231002X")
CARD = Details(Method.BANK, "6222021234567890123", "工商银行", "杭州西湖支行")
ALIPAY = Details(Method.ALIPAY, "kim@example.com")


def _drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(out, "PNG")
    return out.getvalue()


PICTURE = _drawn()


def ready(
    tenant: Tenant, *, owner: Owner = HOUSE, details: Details = CARD, papers: Draft = PAPERS
) -> AccountFacts:
    """A verified payee with a verified account; the caller commits."""
    now = clock.now()
    sent = service.send(tenant, papers, owner=owner, actor=TESTER, now=now)
    service.verify(tenant, sent.version, owner=owner, actor=TESTER, now=now)
    bound = accounts.bind(tenant, details, owner=owner, actor=TESTER, now=now)
    return accounts.verify(tenant, bound.id, actor=TESTER, now=now)
