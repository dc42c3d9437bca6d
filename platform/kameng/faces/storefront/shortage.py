"""A shop that collects by itself and cannot pay for an order: the shopper is told as little as
there is to know, the site's people what is missing; at most once a day."""

from __future__ import annotations

from flask import g

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.orders.errors import ShopOutOfFunds
from kameng.kit import clock
from kameng.kit.errors import Refusal
from tenants.database import session


def told(refusal: Refusal) -> None:
    """Tell the site, in a transaction of its own: that of the refusal was undone before."""
    if not isinstance(refusal, ShopOutOfFunds):
        return
    now = clock.now()
    facts = {"needed": refusal.facts["needed"], "balance": refusal.facts["balance"]}
    key = now.date().isoformat()
    notifications.notify(g.tenant, Kind.SHOP_OUT_OF_FUNDS, facts, key=key, now=now, page="/balance")
    session.commit()
