"""What the provider keeps of a payment: told with the charge, at once or later."""

import secrets
from typing import Any

from .bank import Bank
from .connected import currency
from .store import Body

KEPT = "payment_intent.latest_charge.balance_transaction"
"""What a reader of a session asks for by `expand`."""


def with_fee(bank: Bank, session: Body) -> Body:
    """A session that was paid, with its intent, its charge and what was kept of it in place of
    their ids."""
    if bank.store.get("payment_intent", str(session["payment_intent"])) is None:
        return session
    intent = bank.intent(session["payment_intent"])
    charge = {
        "id": intent["latest_charge"],
        "object": "charge",
        "amount": intent["amount"],
        "balance_transaction": _movement(bank, intent),
        "currency": intent["currency"],
        "payment_intent": intent["id"],
    }
    return session | {"payment_intent": intent | {"latest_charge": charge}}


def _movement(bank: Bank, intent: Body) -> Body | None:
    """What the payment did to the shop's balance; nothing while the knob `fee_percent` is silent.
    Once it was told it stays."""
    percent = bank.store.knob("fee_percent")
    found = bank.store.children("balance_transaction", intent["id"])
    if found or percent is None or not intent["amount_received"]:
        return found[0] if found else None
    rate = float(bank.store.knob("exchange_rate", 1)) if _is_foreign(bank, intent) else 1.0
    fee = round(intent["amount"] * float(percent) / 100) + int(bank.store.knob("fee_flat", 0))
    gross, kept = round(intent["amount"] * rate), round(fee * rate)
    made: Body = {
        "id": f"txn_{secrets.token_hex(12)}",
        "object": "balance_transaction",
        "amount": gross,
        "created": bank.now(),
        "currency": currency(bank),
        "exchange_rate": rate if _is_foreign(bank, intent) else None,
        "fee": kept,
        "net": gross - kept,
        "source": intent["latest_charge"],
        "status": "pending",
        "type": "charge",
    }
    return bank.store.put(made, intent["id"])


def _is_foreign(bank: Bank, intent: dict[str, Any]) -> bool:
    return currency(bank) != intent["currency"]
