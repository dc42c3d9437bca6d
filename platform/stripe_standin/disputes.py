"""What a card holder's bank may do after a payment: dispute it, take the money, give it back."""

import secrets
from typing import Any

from .bank import Bank
from .errors import ApiError, missing
from .store import Body

FEE = 1500
"""What a dispute costs in minor units, won or lost."""
TO_ANSWER = 7 * 24 * 3600
UNDER_WAY = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")


def read(bank: Bank, key: str, *, expand: bool = False) -> Body:
    """Read a dispute; `expand` puts the payment intent itself in its place."""
    found = bank.store.get("dispute", key)
    if found is None:
        raise missing("dispute", key)
    return found | {"payment_intent": bank.intent(found["payment_intent"])} if expand else found


def begin(bank: Bank, page: str, amount: int | None, reason: str, *, asks_first: bool) -> Body:
    """A card holder disputes what he paid on a page. `asks_first`: only an inquiry, no money is
    taken yet."""
    with bank.store.change():
        intent = bank.intent(bank.session(page)["payment_intent"])
        made: Body = {
            "id": f"du_{secrets.token_hex(12)}",
            "object": "dispute",
            "amount": amount or intent["amount_received"],
            "balance_transactions": [],
            "charge": intent["latest_charge"],
            "created": bank.now(),
            "currency": intent["currency"],
            "evidence_details": {"due_by": bank.now() + TO_ANSWER, "has_evidence": False},
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": intent["id"],
            "reason": reason,
            "status": "warning_needs_response" if asks_first else "needs_response",
        }
        bank.store.put(made, intent["id"])
        bank.tell("charge.dispute.created", made)
        return made if asks_first else _withdrawn(bank, made)


def escalate(bank: Bank, key: str) -> Body:
    """An inquiry becomes a dispute: the money is taken."""
    with bank.store.change():
        found = _under_way(bank, key) | {"status": "needs_response"}
        bank.tell("charge.dispute.updated", found)
        return _withdrawn(bank, found)


def answer(bank: Bank, key: str) -> Body:
    """The shop has sent its evidence; the bank looks at it."""
    with bank.store.change():
        found = _under_way(bank, key)
        found["status"] = found["status"].replace("needs_response", "under_review")
        found["evidence_details"] = {"due_by": None, "has_evidence": True}
        bank.store.put(found)
        bank.tell("charge.dispute.updated", found)
        return found


def win(bank: Bank, key: str) -> Body:
    """The bank decides for the shop: the money comes back, the fee does not."""
    with bank.store.change():
        found = _under_way(bank, key)
        if found["status"].startswith("warning"):
            return _closed(bank, found, "warning_closed")
        found["balance_transactions"].append(_movement(found, found["amount"], 0))
        found = _closed(bank, found, "won")
        bank.tell("charge.dispute.funds_reinstated", found)
        return found


def lose(bank: Bank, key: str) -> Body:
    """The bank decides for the card holder: the money stays taken."""
    with bank.store.change():
        return _closed(bank, _under_way(bank, key), "lost")


def _withdrawn(bank: Bank, found: Body) -> Body:
    found["balance_transactions"].append(_movement(found, -found["amount"], FEE))
    bank.store.put(found)
    bank.tell("charge.dispute.funds_withdrawn", found)
    return found


def _closed(bank: Bank, found: Body, status: str) -> Body:
    found["status"] = status
    bank.store.put(found)
    bank.tell("charge.dispute.closed", found)
    return found


def _movement(found: Body, amount: int, fee: int) -> dict[str, Any]:
    return {
        "id": f"txn_{secrets.token_hex(12)}",
        "object": "balance_transaction",
        "amount": amount,
        "currency": found["currency"],
        "exchange_rate": None,
        "fee": fee,
        "net": amount - fee,
        "source": found["id"],
        "type": "adjustment",
    }


def _under_way(bank: Bank, key: str) -> Body:
    found = read(bank, key)
    if found["status"] not in UNDER_WAY:
        raise ApiError(f"This dispute is over: {found['status']}.")
    return found
