"""Stripe Connect: a transfer out of the master's balance into the payee's own account there.

Only the platform asks for what Stripe must know (`requirement_collection`): so it is told the name
Stripe has checked, and can hold it against the payee's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import stripe

from kameng.domains.payments.gateways.stripe import SURELY_NOTHING_DONE
from kameng.domains.payments.gateways.stripe import gateway as channel
from kameng.domains.withdrawals.payouts.base import Home, Payout, Proof, Sent, Standing
from kameng.kit.calls import CallRefused, CallUnknown

CODE = "stripe"
CONTROLLED = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "application",
    "stripe_dashboard": {"type": "none"},
}
Answer = TypeVar("Answer")


class StripePayouts:
    """See base.Provider."""

    code = CODE

    def __init__(self, client: stripe.StripeClient, *, live: bool) -> None:
        self.client = client
        self.live = live

    def home(self) -> Home:
        """Retrieve the platform's account and the currencies of its balance."""
        account = _asked(lambda: self.client.v1.accounts.retrieve_current())
        balance = _asked(lambda: self.client.v1.balance.retrieve())
        held = tuple(sorted({str(one.currency).upper() for one in balance.available}))
        return Home(str(account.id), str(account.country or ""), held)

    def open_account(self, request: dict[str, Any], key: str) -> Standing:
        """Create a connected account that only receives."""
        params: Any = request
        options: Any = {"idempotency_key": key}
        return _standing(_asked(lambda: self.client.v1.accounts.create(params, options)))

    def standing(self, account: str) -> Standing:
        """Retrieve a connected account."""
        return _standing(_asked(lambda: self.client.v1.accounts.retrieve(account)))

    def lead(self, account: str, back: str, again: str) -> str:
        """Create an account link."""
        params: Any = {
            "account": account,
            "type": "account_onboarding",
            "return_url": back,
            "refresh_url": again,
        }
        return str(_asked(lambda: self.client.v1.account_links.create(params)).url)

    def paid(self, payout: Payout, told: Proof) -> Proof:
        """Create the transfer; its id is the proof, whatever a person says."""
        params: Any = {
            "amount": payout.amount.fen,
            "currency": payout.amount.currency.lower(),
            "destination": payout.to,
            "transfer_group": f"withdrawal:{payout.withdrawal_id}",
            "metadata": {"withdrawal": str(payout.withdrawal_id), "attempt": payout.attempt_id},
        }
        options: Any = {"idempotency_key": payout.key}
        made = _asked(lambda: self.client.v1.transfers.create(params, options))
        return Proof(str(made.id))

    def read(self, transfer: str) -> Sent:
        """Retrieve a transfer."""
        return _sent(_asked(lambda: self.client.v1.transfers.retrieve(transfer)))

    def find(self, payout: Payout) -> Sent | None:
        """Search the transfers of the withdrawal."""
        params: Any = {"transfer_group": f"withdrawal:{payout.withdrawal_id}", "limit": 100}
        page = _asked(lambda: self.client.v1.transfers.list(params))
        for found in map(_sent, _asked(lambda: list(page.auto_paging_iter()))):
            if found.attempt_id == payout.attempt_id:
                return found
        return None

    def reversed_since(self, since: datetime) -> Iterator[Sent]:
        """List the events that told of one, also those nobody received."""
        params: Any = {
            "type": "transfer.reversed",
            "created": {"gte": int(since.timestamp())},
            "limit": 100,
        }
        page = _asked(lambda: self.client.v1.events.list(params))
        told = {one.data.object["id"] for one in _asked(lambda: list(page.auto_paging_iter()))}
        return (self.read(str(transfer)) for transfer in sorted(told))


def provider() -> StripePayouts:
    """The way out of this process; refuses ChannelOff when no key is configured."""
    found = channel()
    return StripePayouts(found.client, live=found.live)


def request(name: str, *, is_company: bool, country: str, home: str, about: str) -> dict[str, Any]:
    """The parameters of a payee's account. Who is elsewhere than the platform is a mere recipient:
    Stripe asks for less, and the money is a day longer on its way."""
    told: dict[str, Any] = {
        "country": country,
        "controller": CONTROLLED,
        "capabilities": {"transfers": {"requested": True}},
        "business_type": "company" if is_company else "individual",
        "metadata": {"connection": about},
    }
    told |= {"company": {"name": name}} if is_company else {"individual": _parts(name)}
    if country != home:
        told["tos_acceptance"] = {"service_agreement": "recipient"}
    return told


def _parts(name: str) -> dict[str, str]:
    """A start for whoever fills it in: he can correct it, and the name is compared as a whole."""
    if " " in name:
        first, _, last = name.rpartition(" ")
        return {"first_name": first, "last_name": last}
    return {"first_name": name[1:], "last_name": name[:1]}


def _asked(ask: Callable[[], Answer]) -> Answer:
    """Ask, and say of every failure whether something may have been done over there. A refusal
    begins with the provider's own word for it."""
    try:
        return ask()
    except SURELY_NOTHING_DONE as no:
        raise CallRefused(f"{no.code or type(no).__name__}: {no.user_message or no}") from no
    except (stripe.StripeError, ValueError) as silence:
        raise CallUnknown(f"{type(silence).__name__}: {silence}") from silence


def _standing(found: Any) -> Standing:
    told = found.to_dict()
    requirements = told.get("requirements") or {}
    due = {*(requirements.get("currently_due") or ()), *(requirements.get("past_due") or ())}
    return Standing(
        account=str(found.id),
        live=bool(told.get("livemode", True)),
        names=_names(told),
        transfers=str((told.get("capabilities") or {}).get("transfers") or "inactive"),
        payouts=bool(told.get("payouts_enabled")),
        submitted=bool(told.get("details_submitted")),
        due=len(due),
        why=str(requirements.get("disabled_reason") or ""),
    )


def _names(told: dict[str, Any]) -> tuple[str, ...]:
    company = str((told.get("company") or {}).get("name") or "").strip()
    if told.get("business_type") == "company":
        return (company,) if company else ()
    person = told.get("individual") or {}
    last, first = (str(person.get(one) or "").strip() for one in ("last_name", "first_name"))
    if not (last or first):
        return ()
    western = f"{first} {last}".strip()
    return (western, f"{last} {first}".strip()) if western.isascii() else (last + first, western)


def _sent(found: Any) -> Sent:
    told = found.metadata.to_dict() if found.metadata else {}
    to = found.destination
    return Sent(
        id=str(found.id),
        amount_fen=int(found.amount),
        back_fen=int(found.amount_reversed),
        currency=str(found.currency),
        live=bool(found.livemode),
        to=to if isinstance(to, str) else str(getattr(to, "id", "")),
        attempt_id=str(told.get("attempt", "")),
    )
