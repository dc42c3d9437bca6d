"""Stripe Checkout through its own SDK; or the stand-in, which is reached the same way."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import stripe

from kameng.config import settings
from kameng.domains.payments.errors import ChannelOff, NoticeForged
from kameng.domains.payments.rules import (
    AttemptFacts,
    Kept,
    Movement,
    Notice,
    ProviderDispute,
    ProviderRefund,
    Purchase,
    Session,
    methods_from,
)
from kameng.kit.calls import CallRefused, CallUnknown
from kameng.kit.money import Money

TIMEOUT = 12
SURELY_NOTHING_DONE = (
    stripe.CardError,
    stripe.InvalidRequestError,
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.IdempotencyError,
)
Answer = TypeVar("Answer")


def gateway() -> StripeGateway:
    """The gateway of this process; refuses when no key is configured."""
    chosen = settings()
    if not chosen.stripe_secret_key:
        raise ChannelOff(channel="stripe")
    return with_keys(
        chosen.stripe_secret_key, chosen.stripe_webhook_secret, chosen.stripe_api_base or ""
    )


@functools.lru_cache(maxsize=256)
def with_keys(
    key: str, webhook_secret: str, base: str, *, most: int | None = None
) -> StripeGateway:
    """The gateway to the account of these keys; `most`: how much of a list is read, the newest."""
    client = stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )
    live = key.startswith(("sk_live_", "rk_live_"))
    return StripeGateway(client, webhook_secret, live=live, most=most)


class StripeGateway:
    """See gateways.Gateway."""

    def __init__(
        self,
        client: stripe.StripeClient,
        webhook_secret: str,
        *,
        live: bool,
        most: int | None = None,
    ) -> None:
        self.client = client
        self.webhook_secret = webhook_secret
        self.live = live
        self.most = most

    def account(self) -> str:
        """Retrieve the account the key belongs to."""
        return str(_asked(lambda: self.client.v1.accounts.retrieve_current()).id)

    def request(self, attempt: AttemptFacts, purchase: Purchase) -> dict[str, Any]:
        """The parameters of a Checkout Session in payment mode."""
        told = {
            "tenant": str(attempt.tenant_id),
            "purpose": purchase.purpose,
            "reference": purchase.reference,
            "attempt": str(attempt.id),
        }
        price = {
            "currency": purchase.amount.currency.lower(),
            "unit_amount": purchase.amount.fen,
            "product_data": {"name": purchase.title[:250]},
        }
        return {
            "mode": "payment",
            "client_reference_id": purchase.reference,
            "success_url": purchase.success_url,
            "cancel_url": purchase.cancel_url,
            "expires_at": int(purchase.expires_at.timestamp()),
            "locale": "zh" if purchase.locale.startswith("zh") else "en",
            "payment_method_types": list(methods_from(purchase.method)),
            "payment_method_options": {"wechat_pay": {"client": "web"}},
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": told,
            "payment_intent_data": {"metadata": told},
        }

    def open(self, request: dict[str, Any], key: str) -> Session:
        """Create the Checkout Session."""
        sessions = self.client.v1.checkout.sessions
        params: Any = request
        return _session(_asked(lambda: sessions.create(params, {"idempotency_key": key})))

    def read(self, session: str) -> Session | None:
        """Retrieve the Checkout Session together with what Stripe kept of its payment."""
        params: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        sessions = self.client.v1.checkout.sessions
        try:
            return _session(_asked(lambda: sessions.retrieve(session, params)))
        except CallRefused as no:
            if _is_missing(no):
                return None
            raise

    def close(self, session: str) -> Session | None:
        """Expire the session; if it is no longer open, say what it is."""
        try:
            return _session(_asked(lambda: self.client.v1.checkout.sessions.expire(session)))
        except CallRefused:
            return self.read(session)

    def find(self, attempt_id: str, since: datetime) -> Session | None:
        """Search the sessions opened since then."""
        for found in self._sessions(since):
            if found.attempt_id == attempt_id:
                return found
        return None

    def paid_since(self, since: datetime) -> Iterator[Session]:
        """List the sessions opened since then and keep the paid ones."""
        return (found for found in self._sessions(since) if found.paid)

    def refund(self, payment: str, amount: Money, refund_id: str, key: str) -> ProviderRefund:
        """Refund a payment intent."""
        params: Any = {
            "payment_intent": payment,
            "amount": amount.fen,
            "metadata": {"refund": refund_id},
        }
        made = _asked(lambda: self.client.v1.refunds.create(params, {"idempotency_key": key}))
        return _refund(made)

    def read_refund(self, refund: str) -> ProviderRefund:
        """Retrieve a refund."""
        return _refund(_asked(lambda: self.client.v1.refunds.retrieve(refund)))

    def find_refund(self, refund_id: str, since: datetime) -> ProviderRefund | None:
        """Search the refunds made since then."""
        made = self.refunds_since(since)
        return next((one for one in made if one.refund_id == refund_id), None)

    def refunds_since(self, since: datetime) -> Iterator[ProviderRefund]:
        """List the refunds made since then."""
        return self._refunds({"created": {"gte": int(since.timestamp())}})

    def refunds_of(self, payment: str) -> Iterator[ProviderRefund]:
        """List the refunds of a payment intent."""
        return self._refunds({"payment_intent": payment})

    def read_dispute(self, dispute: str) -> ProviderDispute | None:
        """Retrieve a dispute together with its payment intent."""
        params: Any = {"expand": ["payment_intent"]}
        try:
            return _dispute(_asked(lambda: self.client.v1.disputes.retrieve(dispute, params)))
        except CallRefused as no:
            if _is_missing(no):
                return None
            raise

    def disputes_since(self, since: datetime) -> Iterator[ProviderDispute]:
        """List the disputes made since then."""
        params: Any = {"limit": 100, "created": {"gte": int(since.timestamp())}}
        page = _asked(lambda: self.client.v1.disputes.list(params))
        for found in self._listed(page):
            yield _dispute(found)

    def verify(self, raw: bytes, signature: str) -> Notice:
        """Check signature and age with the SDK, and read what the event is about. Stripe tells of
        payees' accounts with a secret of their own: one of several is enough."""
        wrong: Exception = ValueError("no secret")
        for secret in self.webhook_secret.split():
            try:
                self.client.construct_event(raw, signature, secret)
                return reread(raw)
            except (ValueError, AttributeError, stripe.SignatureVerificationError) as no:
                wrong = no
        raise NoticeForged(why=type(wrong).__name__) from wrong

    def _refunds(self, wanted: dict[str, Any]) -> Iterator[ProviderRefund]:
        params: Any = {"limit": 100, **wanted}
        page = _asked(lambda: self.client.v1.refunds.list(params))
        for found in self._listed(page):
            yield _refund(found)

    def _sessions(self, since: datetime) -> Iterator[Session]:
        params: Any = {"limit": 100, "created": {"gte": int(since.timestamp())}}
        page = _asked(lambda: self.client.v1.checkout.sessions.list(params))
        for found in self._listed(page):
            yield _session(found)

    def _listed(self, page: Any) -> list[Any]:
        """A list from its first page on, newest first, as far as this account is read."""
        return _asked(lambda: list(itertools.islice(page.auto_paging_iter(), self.most)))


def reread(raw: bytes) -> Notice:
    """Read a notification that was verified when it came in."""
    try:
        return _notice(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NoticeForged(why=type(wrong).__name__) from wrong


def _asked(ask: Callable[[], Answer]) -> Answer:
    """Ask, and say of every failure whether something may have been done over there."""
    try:
        return ask()
    except SURELY_NOTHING_DONE as no:
        raise CallRefused(f"{type(no).__name__}: {no}") from no
    except (stripe.StripeError, ValueError) as silence:
        raise CallUnknown(f"{type(silence).__name__}: {silence}") from silence


def _is_missing(no: CallRefused) -> bool:
    """Whether Stripe has nothing of that id: another account's key, or a stand-in made anew."""
    cause = no.__cause__
    return isinstance(cause, stripe.InvalidRequestError) and cause.code == "resource_missing"


def _session(found: Any) -> Session:
    told = found.metadata.to_dict() if found.metadata else {}
    return Session(
        id=found.id,
        status=str(found.status),
        paid=found.payment_status == "paid",
        amount_fen=int(found.amount_total or 0),
        currency=str(found.currency),
        live=bool(found.livemode),
        payment=_id_of(found.payment_intent),
        tenant_id=str(told.get("tenant", "")),
        reference=str(told.get("reference", "")),
        attempt_id=str(told.get("attempt", "")),
        url=found.url,
        kept=_kept(found),
    )


def _kept(found: Any) -> Kept | None:
    """The fee of the charge's balance transaction, where that was asked for and is there already;
    an account kept in another currency had its share of what the payment came to there."""
    charge = getattr(found.payment_intent, "latest_charge", None)
    moved = getattr(charge, "balance_transaction", None)
    if moved is None or isinstance(moved, str) or int(moved.amount) <= 0:
        return None
    fee, paid = int(moved.fee), int(found.amount_total or 0)
    ours = (Decimal(fee) * paid / int(moved.amount)).to_integral_value()
    return Kept(int(ours), fee, str(moved.currency).upper())


def _refund(made: Any) -> ProviderRefund:
    told = made.metadata.to_dict() if made.metadata else {}
    return ProviderRefund(
        id=made.id,
        status=str(made.status),
        refund_id=str(told.get("refund", "")),
        problem=getattr(made, "failure_reason", None),
        amount_fen=int(made.amount),
        currency=str(made.currency),
        payment=_id_of(made.payment_intent) or "",
    )


def _dispute(found: Any) -> ProviderDispute:
    intent, due = found.payment_intent, getattr(found.evidence_details, "due_by", None)
    metadata = getattr(intent, "metadata", None)
    told = metadata.to_dict() if metadata else {}
    return ProviderDispute(
        id=found.id,
        status=str(found.status),
        reason=str(found.reason or ""),
        amount_fen=int(found.amount),
        currency=str(found.currency),
        live=bool(found.livemode),
        payment=_id_of(intent) or "",
        attempt_id=str(told.get("attempt", "")),
        opened_at=datetime.fromtimestamp(found.created, UTC),
        due_at=datetime.fromtimestamp(due, UTC) if due else None,
        movements=tuple(_movement(found, one) for one in found.balance_transactions or ()),
    )


def _movement(found: Any, moved: Any) -> Movement:
    """An account kept in another currency moves the whole of the dispute there; its fee comes back
    by the rate the provider used."""
    if moved.currency == found.currency:
        return Movement(moved.id, int(moved.amount), int(moved.fee))
    whole = int(found.amount) if moved.amount > 0 else -int(found.amount)
    rate = Decimal(str(moved.exchange_rate or 1))
    return Movement(moved.id, whole, int((Decimal(moved.fee) / rate).to_integral_value()))


def _id_of(reference: Any) -> str | None:
    """An expandable field: an id, or the object itself."""
    if reference is None or isinstance(reference, str):
        return reference
    return str(reference.id)


def _notice(event: dict[str, Any]) -> Notice:
    subject: dict[str, Any] = event["data"]["object"]
    told = subject.get("metadata") or {}
    kind = str(event["type"])
    is_session = kind.startswith("checkout.session.")
    is_refund = kind.startswith("refund.") or kind == "charge.refund.updated"
    is_dispute = kind.startswith("charge.dispute.")
    is_transfer = kind.startswith("transfer.")
    return Notice(
        event_id=str(event["id"]),
        kind=kind,
        session=str(subject["id"]) if is_session else None,
        refund=str(subject["id"]) if is_refund else None,
        ours=told.get("refund" if is_refund else "attempt"),
        dispute=str(subject["id"]) if is_dispute else None,
        transfer=str(subject["id"]) if is_transfer else None,
        payee=str(subject["id"]) if kind == "account.updated" else None,
        refunded=subject.get("payment_intent") if kind == "charge.refunded" else None,
    )
