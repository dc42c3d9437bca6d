"""POST /stripe: check the signature, keep the notification, say 200. Nothing else happens here,
so it takes milliseconds and can be repeated as often as the sender likes."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.payments import gateways
from kameng.domains.payments.errors import NoticeForged
from kameng.faces.api.hooks.blueprint import hooks
from kameng.faces.frame import guards
from kameng.kit import inbox
from tenants.context import at, shared
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
    if (request.content_length or 0) > LARGEST:
        return {"error": "too_large"}, 413
    raw = request.get_data(cache=False)
    try:
        notice = gateways.of("stripe").verify(raw, request.headers.get("Stripe-Signature", ""))
    except NoticeForged:
        return {"error": "signature"}, 400
    if cell not in engines.cells():
        raise NoSuchPage
    headers = {name: request.headers.get(name, "")[:500] for name in KEPT_HEADERS}
    with at(cell), shared():
        inbox.receive("stripe", notice.event_id, headers, raw)
        session.commit()
    return {"received": True}, 200
