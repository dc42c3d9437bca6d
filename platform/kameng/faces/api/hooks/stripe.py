"""POST /stripe: check the signature, keep the notification, say 200. Nothing else happens here,
so it takes milliseconds and can be repeated as often as the sender likes."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from kameng.domains.payments import gateways
from kameng.domains.payments.errors import NoticeForged
from kameng.faces.api.hooks.blueprint import hooks
from kameng.faces.frame import guards
from kameng.kit import inbox
from tenants.context import shared
from tenants.database import session

LARGEST = 512 * 1024
KEPT_HEADERS = ("User-Agent", "Stripe-Signature")


def loaded() -> None:
    """Importing this file has registered its address."""


@hooks.post("/stripe")
@guards.signature
def stripe() -> ResponseReturnValue:
    """Take in one notification; the same one twice is once."""
    if (request.content_length or 0) > LARGEST:
        return {"error": "too_large"}, 413
    raw = request.get_data(cache=False)
    try:
        notice = gateways.of("stripe").verify(raw, request.headers.get("Stripe-Signature", ""))
    except NoticeForged:
        return {"error": "signature"}, 400
    headers = {name: request.headers.get(name, "")[:500] for name in KEPT_HEADERS}
    with shared():
        inbox.receive("stripe", notice.event_id, headers, raw)
        session.commit()
    return {"received": True}, 200
