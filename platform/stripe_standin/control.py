"""The control panel: what a test turns to make the stand-in late, repetitive or broken."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from . import connected, disputes, transfers
from .api import accounts, bank

control = Blueprint("control", __name__, url_prefix="/_control")

KNOBS = {
    "duplicate": "extra copies of every notification",
    "delay_ms": "how late notifications leave",
    "reorder_ms": "notifications leave at a random time within this span",
    "drop": "how many of the next notifications are never sent",
    "refunds": "succeeded, pending or failed",
    "async_methods": "alipay and wechat_pay are only processing at first",
    "broken": "how many of the next POSTs fail before anything is done",
    "lost": "how many of the next POSTs are done but answered with 500",
    "slow_ms": "how long a POST takes to answer",
    "onboarding": "what an account becomes when it was filled in: active, pending or inactive",
    "fee_percent": "what is kept of a payment, told with its charge; null: not told yet",
    "fee_flat": "minor units kept of every payment besides",
    "exchange_rate": "minor units of the balance's money for one of the payment's",
    "country": "where the shop's own account is",
    "currency": "in which money the shop's balance is kept",
    "balance": "minor units the shop has besides what was paid in",
    "clock_offset": "seconds the stand-in's clock is ahead",
}


@control.before_request
def _only_from_here() -> None:
    if request.remote_addr not in ("127.0.0.1", "::1", None):
        abort(403)


@control.get("")
def read() -> Response:
    """All knobs and the state of the notifications."""
    store = bank().store
    with store.lock:
        rows = store.connection.execute("SELECT state, count(*) FROM delivery GROUP BY state")
        deliveries = dict(rows.fetchall())
    return jsonify(
        knobs={name: store.knob(name) for name in KNOBS}, explained=KNOBS, deliveries=deliveries
    )


@control.post("")
def turn() -> Response:
    """Turn knobs: a JSON object of names and values."""
    asked: dict[str, Any] = request.get_json()
    unknown = sorted(set(asked) - set(KNOBS))
    if unknown:
        abort(400, f"no such knob: {', '.join(unknown)}")
    for name, value in asked.items():
        bank().store.turn(name, value)
    return read()


@control.post("/accounts")
def account() -> Response:
    """Open a further account: a JSON object of key, webhook_secret and hook_url."""
    asked: dict[str, str] = request.get_json()
    made = accounts().open(asked["key"], asked["webhook_secret"], asked.get("hook_url", ""))
    return jsonify(key=made.settings.secret_key)


@control.post("/pay/<key>")
def pay(key: str) -> Response:
    """Pay a session as if a shopper had pressed the button."""
    method = request.args.get("method", "card")
    return jsonify(bank().pay(key, method))


@control.post("/settle/<key>")
def settle(key: str) -> Response:
    """End a payment that was only processing."""
    return jsonify(bank().settle_later(key, succeed=request.args.get("fail") is None))


@control.post("/refund/<key>")
def refund(key: str) -> Response:
    """End a refund that was pending."""
    return jsonify(bank().finish_refund(key, request.args.get("status", "succeeded")))


@control.post("/give-back/<page>")
def give_back(page: str) -> Response:
    """Refund what was paid on a page, as somebody does on the real dashboard: ?amount=."""
    intent = bank().intent(bank().session(page)["payment_intent"])
    asked = {"payment_intent": intent["id"], **request.args.to_dict()}
    made = bank().refund(asked)
    told = {"id": intent["latest_charge"], "object": "charge", "payment_intent": intent["id"]}
    bank().tell("charge.refunded", told)
    return jsonify(made)


@control.post("/dispute/<page>")
def dispute(page: str) -> Response:
    """Dispute what was paid on a page: ?amount=, ?reason=, and ?inquiry for one that only asks."""
    reason, asks = request.args.get("reason", "fraudulent"), "inquiry" in request.args
    amount = request.args.get("amount", type=int)
    return jsonify(disputes.begin(bank(), page, amount, reason, asks_first=asks))


@control.post("/dispute/<key>/<any(escalate, answer, win, lose):step>")
def dispute_step(key: str, step: str) -> Response:
    """Let a dispute take its next step."""
    steps = {
        "escalate": disputes.escalate,
        "answer": disputes.answer,
        "win": disputes.win,
        "lose": disputes.lose,
    }
    return jsonify(steps[step](bank(), key))


@control.post("/connected/<key>")
def fill_in(key: str) -> Response:
    """Fill an account in as its owner would: ?last= and ?first= are the name."""
    name = {part: request.args.get(part, "") for part in ("last", "first")}
    return jsonify(connected.fill_in(bank(), key, **name))


@control.post("/connected/<key>/<any(active, pending, inactive):status>")
def judge(key: str, status: str) -> Response:
    """Let the provider change its mind about an account."""
    return jsonify(connected.judge(bank(), key, status))


@control.post("/reverse/<key>")
def reverse(key: str) -> Response:
    """Take a transfer back: ?amount= for part of it."""
    return jsonify(transfers.reverse(bank(), key, request.args.to_dict()))


@control.post("/tamper/<key>")
def tamper(key: str) -> Response:
    """Change fields of a session behind everybody's back, to see who notices."""
    store = bank().store
    with store.change():
        session = bank().session(key)
        session |= request.get_json()
        store.put(session)
    return jsonify(session)


@control.post("/resend/<event>")
def resend(event: str) -> Response:
    """Send one event again, as the real dashboard can."""
    from .sender import enqueue

    found = bank().store.get("event", event)
    if found is None:
        abort(404)
    enqueue(bank().store, found)
    return jsonify(found)


@control.post("/reset")
def reset() -> Response:
    """Forget everything."""
    accounts().forget()
    return jsonify(ok=True)
