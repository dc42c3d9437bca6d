"""The endpoints under /v1: the part of Stripe's API that a shop calls."""

import hashlib
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from . import charges, connected, disputes, transfers
from .accounts import Accounts
from .bank import Bank, public
from .errors import ApiError
from .forms import nested
from .replay import once
from .store import Body

api = Blueprint("api", __name__, url_prefix="/v1")


def accounts() -> Accounts:
    """All accounts of this process."""
    found: Accounts = current_app.extensions["accounts"]
    return found


def bank() -> Bank:
    """The account this request is about: that of its key, or the one that has what it names."""
    if "bank" not in g:
        named = request.view_args or {}
        g.bank = accounts().holding(next(iter(named.values()), ""))
    found: Bank = g.bank
    return found


@api.before_request
def _check_key() -> None:
    given = request.authorization
    token = (given.token or given.username or "") if given else ""
    found = accounts().of_key(str(token))
    if found is None:
        raise ApiError("Invalid API Key provided.", status=401)
    g.bank = found


@api.before_request
def _misbehave() -> None:
    """The knob `broken`: how many of the next calls fail before anything is done."""
    store = bank().store
    if request.method == "POST" and int(store.knob("broken", 0)):
        store.turn("broken", int(store.knob("broken", 0)) - 1)
        raise ApiError("Something went wrong on our side.", status=500, kind="api_error")


@api.errorhandler(ApiError)
def _refused(error: ApiError) -> tuple[Response, int]:
    return jsonify(error.body), error.status


@api.get("/account")
def read_account() -> Response:
    """Whose account a key leads to."""
    key = bank().settings.secret_key
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    return jsonify(
        id=f"acct_{name}",
        object="account",
        charges_enabled=True,
        country=connected.home(bank()),
        default_currency=connected.currency(bank()),
    )


@api.get("/balance")
def read_balance() -> Response:
    """What the shop has at the provider."""
    return jsonify(connected.balance(bank()))


@api.post("/accounts")
def open_account() -> Response:
    """Open a connected account."""
    return _posted(lambda form: connected.open_account(bank(), form))


@api.get("/accounts/<key>")
def read_connected(key: str) -> Response:
    """Read a connected account."""
    return jsonify(connected.account(bank(), key))


@api.post("/account_links")
def create_link() -> Response:
    """A page on which the owner of a connected account goes on."""
    return _posted(lambda form: connected.link(bank(), form))


@api.post("/transfers")
def create_transfer() -> Response:
    """Move money to a connected account."""
    return _posted(lambda form: transfers.send(bank(), form))


@api.get("/transfers")
def list_transfers() -> Response:
    """List transfers, newest first; of one group when it is named."""
    return _listed("transfer", "/v1/transfers", field="transfer_group")


@api.get("/transfers/<key>")
def read_transfer(key: str) -> Response:
    """Read one transfer."""
    return jsonify(transfers.transfer(bank(), key))


@api.post("/transfers/<key>/reversals")
def reverse_transfer(key: str) -> Response:
    """Take a transfer back, or part of it."""
    return _posted(lambda form: transfers.reverse(bank(), key, form))


@api.post("/checkout/sessions")
def create_session() -> Response:
    """Create a Checkout Session."""
    return _posted(bank().open_session)


@api.get("/checkout/sessions")
def list_sessions() -> Response:
    """List sessions, newest first."""
    return _listed("checkout.session", "/v1/checkout/sessions")


@api.get("/checkout/sessions/<key>")
def read_session(key: str) -> Response:
    """Read one session; what was kept of its payment may be asked for with it."""
    found = public(bank().session(key))
    if charges.KEPT in _expanded():
        found = charges.with_fee(bank(), found)
    return jsonify(found)


@api.post("/checkout/sessions/<key>/expire")
def expire_session(key: str) -> Response:
    """Close an open session."""
    return _posted(lambda form: bank().expire_session(key))


@api.get("/payment_intents/<key>")
def read_intent(key: str) -> Response:
    """Read one payment intent."""
    return jsonify(public(bank().intent(key)))


@api.post("/refunds")
def create_refund() -> Response:
    """Give money back."""
    return _posted(bank().refund)


@api.get("/refunds")
def list_refunds() -> Response:
    """List refunds, newest first; of one payment where it is named."""
    if intent := request.args.get("payment_intent"):
        data = [public(one) for one in bank().store.children("refund", intent)]
        return jsonify(object="list", url="/v1/refunds", has_more=False, data=data)
    return _listed("refund", "/v1/refunds")


@api.get("/refunds/<key>")
def read_refund(key: str) -> Response:
    """Read one refund."""
    return jsonify(public(bank().read_refund(key)))


@api.get("/disputes")
def list_disputes() -> Response:
    """List disputes, newest first."""
    return _listed("dispute", "/v1/disputes")


@api.get("/disputes/<key>")
def read_dispute(key: str) -> Response:
    """Read one dispute; its payment intent may be asked for with it."""
    return jsonify(public(disputes.read(bank(), key, expand="payment_intent" in _expanded())))


@api.get("/events")
def list_events() -> Response:
    """List events, newest first; also those that were never delivered."""
    return _listed("event", "/v1/events", field="type")


def _expanded() -> list[str]:
    """What a reader wants to have in place of its id."""
    return [value for name, value in request.args.items() if name.startswith("expand")]


def _posted(act: Callable[[dict[str, Any]], Body]) -> Response:
    form = nested(request.form.items(multi=True))
    key = request.headers.get("Idempotency-Key")

    def answer() -> tuple[int, Body]:
        try:
            return 200, public(act(form))
        except ApiError as refused:
            return refused.status, refused.body

    (status, body), replayed = once(bank().store, key, request.path, form, answer)
    _lose_the_answer()
    reply = jsonify(body)
    reply.status_code = status
    if replayed:
        reply.headers["Idempotent-Replayed"] = "true"
    return reply


def _lose_the_answer() -> None:
    """The knobs `lost` and `slow_ms`: the work is done, but the caller does not learn of it."""
    store = bank().store
    time.sleep(float(store.knob("slow_ms", 0)) / 1000)
    if int(store.knob("lost", 0)):
        store.turn("lost", int(store.knob("lost", 0)) - 1)
        raise ApiError("The answer was lost on the way.", status=500, kind="api_error")


def _listed(kind: str, url: str, *, field: str = "") -> Response:
    """One page; only what has the asked value in `field`, where a value is asked for."""
    if field and (wanted := request.args.get(field)):
        since = request.args.get("created[gte]", 0, int)
        rows = [row for row in bank().store.all(kind) if row.get(field) == wanted]
        data = [public(row) for row in rows[::-1] if row["created"] >= since][:100]
        return jsonify(object="list", url=url, has_more=False, data=data)
    limit = min(max(request.args.get("limit", 10, int), 1), 100)
    before = request.args.get("starting_after")
    since = request.args.get("created[gte]", 0, int)
    rows = bank().store.newest(kind, before=before, since=since, limit=limit + 1)
    data = [public(row) for row in rows[:limit]]
    return jsonify(object="list", url=url, has_more=len(rows) > limit, data=data)
