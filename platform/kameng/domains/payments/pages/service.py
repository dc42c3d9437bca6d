"""The verbs of a payment page: opened for a thing, or led back to while it can still be paid.

Whoever sells something new by a provider opens its page here under a purpose of its own, and says
in reactions/payment_received.py which verb takes what arrives.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kameng.domains.payments import queries
from kameng.domains.payments import service as payments
from kameng.domains.payments.rules import AttemptFacts, Purchase
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.tree import Tenant

OPEN_FOR = timedelta(minutes=31)
"""How long a page can be paid; the provider's shortest is 30 minutes."""
STRIPE = "stripe"


def open(
    tenant: Tenant, purchase: Purchase, *, payee_id: int, now: datetime, channel: str = STRIPE
) -> Call[Any, AttemptFacts]:
    """The call that opens a page, or the open one of the same purpose and reference.

    The attempt is stored before it is sent; run the call with kit.calls. It settles to the attempt
    with its `url`; None: the page did not open, `problem` says why, nothing was charged.
    """
    known = queries.open_attempt(tenant, purchase.purpose, purchase.reference)
    if known is None:
        known = payments.prepare(tenant, channel, purchase, payee_id=payee_id, now=now)
    return call_for(tenant, known, now=now)


def call_for(tenant: Tenant, attempt: AttemptFacts, *, now: datetime) -> Call[Any, AttemptFacts]:
    """The way to an attempt's page; one that is open already needs no question."""
    if attempt.url is None:
        return payments.opening(tenant, attempt.id, now=now)

    def settle(answer: AttemptFacts | CallRefused | CallUnknown) -> AttemptFacts:
        return attempt

    return Call(lambda: attempt, settle)
