"""Top-ups for tests: begun, paid at the stand-in and told to us, all committed."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.payments import queries as payments
from kameng.domains.payments.gateways import stripe
from kameng.domains.payments.rules import AttemptFacts, Notice
from kameng.domains.topups import queries, service
from kameng.domains.topups.rules import TopUpFacts
from kameng.domains.topups.service import Wish
from kameng.faces.worker import noticing
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.payments import Standin

BACK = "https://shop.example/me/top-up"


def begun(site: Tenant, amount: str, member_id: UUID | None = None) -> AttemptFacts:
    """A top-up with its page open; of the site's own balance unless a member is named."""
    wish = Wish(member_id, Money.of(amount), "Top-up", f"{BACK}/{{topup}}", BACK)
    with use(site):
        opened = calls.run(service.start(site, wish, actor=SYSTEM, now=clock.now()))
        session.commit()
    return opened


def told(page: str) -> tuple[str, str | None]:
    """Apply what the provider says of a page, as the relay does; says how the notice ended."""
    reported = stripe.gateway().read(page.rpartition("/")[2])
    assert reported
    with shared():
        attempt = payments.about("stripe", Notice("", "", session=reported.id))
    assert attempt
    return noticing.apply(attempt, reported)


def paid(site: Tenant, amount: str, standin: Standin, member_id: UUID | None = None) -> TopUpFacts:
    """A top-up that has arrived."""
    opened = begun(site, amount, member_id)
    assert opened.url
    standin.pay(opened.url)
    told(opened.url)
    return seen(site, opened)


def seen(site: Tenant, opened: AttemptFacts) -> TopUpFacts:
    """Where a top-up stands now."""
    with use(site):
        return queries.one(site, UUID(opened.reference))
