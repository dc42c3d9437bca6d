"""Payees and payout accounts that are ready to be paid to, for tests."""

from __future__ import annotations

import io
from uuid import UUID

from PIL import Image

from kameng.domains.accounts.members import service as members
from kameng.domains.payees import rules, service
from kameng.domains.payees.accounts import service as accounts
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.accounts.rules import Details, Method
from kameng.domains.payees.rules import HOUSE, Draft, Kind, Owner
from kameng.kit import clock
from tenants.tree import Tenant
from tests.support.ledger import TESTER

PAPERS = Draft(Kind.PERSON, "张三丰", "11010519491231002X")
OTHER_PAPERS = Draft(Kind.COMPANY, "甲科技有限公司", "91350100M000100Y43")
CARD = Details(Method.BANK, "6222021234567890123", "工商银行", "杭州西湖支行")
ALIPAY = Details(Method.ALIPAY, "kim@example.com")


def _drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(out, "PNG")
    return out.getvalue()


PICTURE = _drawn()


def agreed(tenant: Tenant, owner: Owner) -> None:
    """The member agreed that the papers are shown; the house need not."""
    if owner.kind == rules.MEMBER:
        about = (rules.CONSENT, rules.CONSENT_VERSION)
        members.agree(tenant, UUID(owner.id), *about, now=clock.now())


def ready(
    tenant: Tenant, *, owner: Owner = HOUSE, details: Details = CARD, papers: Draft = PAPERS
) -> AccountFacts:
    """A verified payee with a verified account; the caller commits."""
    agreed(tenant, owner)
    verified(tenant, papers, owner)
    return bound(tenant, details, owner)


def verified(tenant: Tenant, papers: Draft = PAPERS, owner: Owner = HOUSE) -> None:
    """Papers that were sent and found right; the caller commits."""
    now = clock.now()
    sent = service.send(tenant, papers, owner=owner, actor=TESTER, now=now)
    service.verify(tenant, sent.version, owner=owner, actor=TESTER, now=now)


def bound(tenant: Tenant, details: Details = CARD, owner: Owner = HOUSE) -> AccountFacts:
    """A verified account of a payee who is; the caller commits."""
    now = clock.now()
    made = accounts.bind(tenant, details, owner=owner, actor=TESTER, now=now)
    return accounts.verify(tenant, made.id, actor=TESTER, now=now)
