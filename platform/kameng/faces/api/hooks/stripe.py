"""POST /stripe: check the signature, keep the notification, say 200. Nothing else happens here,
so it takes milliseconds and can be repeated as often as the sender likes."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.payments import gateways
from kameng.domains.payments.errors import ChannelOff, NoticeForged
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.own import queries as own
from kameng.faces.api.hooks.blueprint import hooks
from kameng.faces.frame import guards
from kameng.kit import inbox
from tenants import registry
from tenants.context import at, shared, use
from tenants.database import engines, session
from tenants.tree import MAIN

LARGEST = 512 * 1024
KEPT_HEADERS = ("User-Agent", "Stripe-Signature")


def loaded() -> None:
    """Importing this file has registered its address."""


@hooks.post("/stripe")
@hooks.post("/stripe/<cell>")
@guards.signature
def stripe(cell: str = MAIN) -> ResponseReturnValue:
    """Take in one notification, in the inbox of main or of the cell that is named; the same one
    twice is once. Whose it is is found out later, whichever inbox it lies in."""
    return _taken_in("stripe", cell, lambda: gateways.of("stripe"))


@hooks.post("/stripe/site/<slug>")
@guards.signature
def own_stripe(slug: str) -> ResponseReturnValue:
    """Take in one notification of a site's own account, checked with that site's own secret.
    Where there is no site or no key nothing can have signed it: nobody learns which."""
    with shared():
        site = registry.by_slug(slug)
    if site is None:
        return {"error": "signature"}, 400

    def gateway() -> Gateway:
        try:
            with use(site):
                return own.gateway(site, "stripe", site.id)
        except ChannelOff as none:
            raise NoticeForged(why="no keys") from none

    return _taken_in(f"stripe:{site.id}", site.cell, gateway)


def _taken_in(provider: str, cell: str, gateway: Callable[[], Gateway]) -> ResponseReturnValue:
    if (request.content_length or 0) > LARGEST:
        return {"error": "too_large"}, 413
    raw = request.get_data(cache=False)
    try:
        notice = gateway().verify(raw, request.headers.get("Stripe-Signature", ""))
    except NoticeForged:
        return {"error": "signature"}, 400
    if cell not in engines.cells():
        raise NoSuchPage
    headers = {name: request.headers.get(name, "")[:500] for name in KEPT_HEADERS}
    with at(cell), shared():
        inbox.receive(provider, notice.event_id, headers, raw)
        session.commit()
    return {"received": True}, 200
