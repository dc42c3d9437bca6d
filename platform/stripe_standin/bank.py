"""The rules of the stand-in: what a session, a payment and a refund may become, and who is told."""

import secrets
import time
from typing import Any

from .errors import ApiError, invalid, missing
from .settings import Settings
from .store import Body, Store

METHODS = ("card", "alipay", "wechat_pay")
SHORTEST, LONGEST, SLACK = 30 * 60, 24 * 3600, 30
API_VERSION = "2026-10-28.endive"


class Bank:
    """Holds the store and the settings; every change of state goes through one of its verbs."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings

    def now(self) -> int:
        """Seconds since 1970, moved by the test clock."""
        return int(time.time() + float(self.store.knob("clock_offset", 0)))

    def open_session(self, form: dict[str, Any]) -> Body:
        """Create a Checkout Session in payment mode."""
        created = self.now()
        amount, currency = _priced(form)
        session: Body = {
            "id": _name("cs_test_"),
            "object": "checkout.session",
            "amount_subtotal": amount,
            "amount_total": amount,
            "cancel_url": form.get("cancel_url"),
            "client_reference_id": form.get("client_reference_id"),
            "created": created,
            "currency": currency,
            "customer_email": form.get("customer_email"),
            "expires_at": _expiry(form, created),
            "livemode": False,
            "locale": form.get("locale"),
            "metadata": _metadata(form.get("metadata")),
            "mode": "payment",
            "payment_intent": None,
            "payment_method_types": _methods(form),
            "payment_status": "unpaid",
            "status": "open",
            "success_url": form.get("success_url"),
            "intent_metadata": _metadata((form.get("payment_intent_data") or {}).get("metadata")),
            "title": _title(form),
        }
        session["url"] = f"{self.settings.public}/pay/{session['id']}"
        return self.store.put(session)

    def session(self, key: str) -> Body:
        """Read a session; one whose time has passed expires here."""
        with self.store.change():
            found = self.store.get("checkout.session", key)
            if found is None:
                raise missing("checkout.session", key)
            if found["status"] == "open" and self.now() >= found["expires_at"]:
                return self._expired(found)
            return found

    def expire_session(self, key: str) -> Body:
        """Close an open session; anything else is refused as Stripe refuses it."""
        with self.store.change():
            found = self.session(key)
            if found["status"] != "open":
                raise ApiError(
                    'Only Checkout Sessions with a status in ["open"] can be expired. '
                    f'This Checkout Session has a status of "{found["status"]}".'
                )
            return self._expired(found)

    def pay(self, key: str, method: str, *, fail: bool = False) -> Body:
        """The shopper acts on the hosted page."""
        with self.store.change():
            session = self.session(key)
            if session["status"] != "open":
                return session
            if method not in session["payment_method_types"]:
                raise invalid("payment_method", "This session does not take that method.")
            if fail:
                return session
            later = method != "card" and bool(self.store.knob("async_methods", False))
            return self._completed(session, method, later=later)

    def settle_later(self, key: str, *, succeed: bool) -> Body:
        """A slow method (some wallets, bank debits) reports its end."""
        with self.store.change():
            session = self.session(key)
            intent = self.intent(session["payment_intent"])
            if succeed:
                self._paid(session, intent)
            else:
                intent |= {"status": "requires_payment_method"}
                self.store.put(intent)
            word = "succeeded" if succeed else "failed"
            self.tell(f"checkout.session.async_payment_{word}", session)
            return session

    def intent(self, key: str) -> Body:
        """Read a payment intent."""
        found = self.store.get("payment_intent", key)
        if found is None:
            raise missing("payment_intent", key)
        return found

    def refund(self, form: dict[str, Any]) -> Body:
        """Give money back; never more than was received."""
        with self.store.change():
            intent = self.intent(str(form.get("payment_intent") or ""))
            left = intent["amount_received"] - self._given_back(intent["id"])
            amount = _whole(form.get("amount", left), "amount")
            if intent["status"] != "succeeded":
                raise ApiError("This PaymentIntent has no successful charge to refund.")
            if left <= 0:
                raise ApiError("Charge has already been refunded.", code="charge_already_refunded")
            if amount > left or amount <= 0:
                raise invalid("amount", f"Refund amount ({amount}) is greater than {left} left.")
            return self._refunded(intent, amount, form)

    def read_refund(self, key: str) -> Body:
        """Read a refund."""
        found = self.store.get("refund", key)
        if found is None:
            raise missing("refund", key)
        return found

    def finish_refund(self, key: str, status: str) -> Body:
        """A pending refund reports its end: succeeded or failed."""
        with self.store.change():
            refund = self.read_refund(key)
            refund["status"] = status
            if status == "failed":
                refund["failure_reason"] = "expired_or_canceled_card"
            self.store.put(refund)
            self.tell("refund.failed" if status == "failed" else "refund.updated", refund)
            return refund

    def tell(self, kind: str, subject: Body, *, account: str | None = None) -> None:
        """Queue a notification, bent by the knobs: duplicate, delay, reorder, drop. `account`: the
        connected account in which it happened."""
        event = {
            "id": _name("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": public(subject)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        if account:
            event["account"] = account
        self.store.put(event)
        self._queue(event)

    def _queue(self, event: Body) -> None:
        from .sender import enqueue

        enqueue(self.store, event)

    def _completed(self, session: Body, method: str, *, later: bool) -> Body:
        intent: Body = {
            "id": _name("pi_"),
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_received": 0,
            "created": self.now(),
            "currency": session["currency"],
            "latest_charge": _name("ch_"),
            "livemode": False,
            "metadata": session["intent_metadata"],
            "payment_method_types": [method],
            "status": "processing",
        }
        session |= {"status": "complete", "url": None, "payment_intent": intent["id"]}
        if later:
            self.store.put(intent, session["id"])
            self.store.put(session)
        else:
            self._paid(session, intent)
        self.tell("checkout.session.completed", session)
        return session

    def _paid(self, session: Body, intent: Body) -> None:
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        session["payment_status"] = "paid"
        self.store.put(intent, session["id"])
        self.store.put(session)

    def _expired(self, session: Body) -> Body:
        session |= {"status": "expired", "url": None}
        self.store.put(session)
        self.tell("checkout.session.expired", session)
        return session

    def _refunded(self, intent: Body, amount: int, form: dict[str, Any]) -> Body:
        status = str(self.store.knob("refunds", "succeeded"))
        refund: Body = {
            "id": _name("re_"),
            "object": "refund",
            "amount": amount,
            "charge": intent["latest_charge"],
            "created": self.now(),
            "currency": intent["currency"],
            "metadata": _metadata(form.get("metadata")),
            "payment_intent": intent["id"],
            "reason": form.get("reason"),
            "status": status if status in ("succeeded", "pending", "failed") else "pending",
        }
        if refund["status"] == "failed":
            refund["failure_reason"] = "unknown"
        self.store.put(refund, intent["id"])
        self.tell("refund.created", refund)
        if refund["status"] == "succeeded":
            self.tell("refund.updated", refund)
        return refund

    def _given_back(self, intent: str) -> int:
        past = self.store.children("refund", intent)
        return sum(one["amount"] for one in past if one["status"] != "failed")


def public(body: Body) -> Body:
    """What leaves the house: our own notes stay behind."""
    return {key: value for key, value in body.items() if key not in ("intent_metadata", "title")}


def _name(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def _whole(value: Any, param: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise invalid(param, f"Invalid integer: {value}") from None


def _priced(form: dict[str, Any]) -> tuple[int, str]:
    if form.get("mode") != "payment":
        raise invalid("mode", "This stand-in takes mode=payment only.")
    items = form.get("line_items") or []
    if not isinstance(items, list) or not items:
        raise invalid("line_items", "Missing required param: line_items.")
    total, currency = 0, ""
    for item in items:
        price = item.get("price_data") or {}
        currency = str(price.get("currency") or "")
        amount = _whole(price.get("unit_amount"), "line_items[price_data][unit_amount]")
        total += amount * _whole(item.get("quantity", 1), "line_items[quantity]")
    if total <= 0 or total > 99_999_999 or len(currency) != 3:
        raise invalid("line_items", "The amount must be between 1 and 99999999.")
    return total, currency


def _expiry(form: dict[str, Any], created: int) -> int:
    asked = _whole(form.get("expires_at", created + LONGEST), "expires_at")
    if not created + SHORTEST - SLACK <= asked <= created + LONGEST + SLACK:
        raise invalid("expires_at", "expires_at must be 30 minutes to 24 hours from now.")
    if not str(form.get("success_url") or "").startswith("http"):
        raise invalid("success_url", "Not a valid URL.")
    return asked


def _methods(form: dict[str, Any]) -> list[str]:
    asked = form.get("payment_method_types") or ["card"]
    unknown = [one for one in asked if one not in METHODS]
    if unknown:
        raise invalid("payment_method_types", f"Unknown payment method: {unknown[0]}")
    client = ((form.get("payment_method_options") or {}).get("wechat_pay") or {}).get("client")
    if "wechat_pay" in asked and client != "web":
        raise invalid("payment_method_options[wechat_pay][client]", "wechat_pay needs client=web.")
    return list(asked)


def _metadata(given: Any) -> dict[str, str]:
    given = given if isinstance(given, dict) else {}
    if len(given) > 50 or any(len(k) > 40 or len(str(v)) > 500 for k, v in given.items()):
        raise invalid("metadata", "Metadata takes 50 keys of 40 and values of 500 characters.")
    return {str(key): str(value) for key, value in given.items()}


def _title(form: dict[str, Any]) -> str:
    first = (form.get("line_items") or [{}])[0]
    return str(((first.get("price_data") or {}).get("product_data") or {}).get("name") or "")
