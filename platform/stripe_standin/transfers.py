"""Transfers to connected accounts out of the shop's balance, and their way back."""

import secrets
from typing import Any

from . import connected
from .bank import Bank
from .errors import ApiError, invalid, missing
from .store import Body


def send(bank: Bank, form: dict[str, Any]) -> Body:
    """Move money from the shop's balance into a connected account's."""
    with bank.store.change():
        amount, currency = _amount(form), str(form.get("currency") or "")
        to = connected.account(bank, str(form.get("destination") or ""))
        _refuse_unable(bank, to)
        left = connected.balance(bank)["available"][0]
        if currency != left["currency"] or amount > left["amount"]:
            raise ApiError(
                "You have insufficient available funds in your Stripe account.",
                code="balance_insufficient",
            )
        made: Body = {
            "id": f"tr_{secrets.token_hex(12)}",
            "object": "transfer",
            "amount": amount,
            "amount_reversed": 0,
            "created": bank.now(),
            "currency": currency,
            "description": form.get("description"),
            "destination": to["id"],
            "livemode": False,
            "metadata": dict(form.get("metadata") or {}),
            "reversed": False,
            "transfer_group": form.get("transfer_group"),
        }
        bank.store.put(made, to["id"])
        bank.tell("transfer.created", made)
        return made


def transfer(bank: Bank, key: str) -> Body:
    """Read a transfer."""
    found = bank.store.get("transfer", key)
    if found is None:
        raise missing("transfer", key)
    return found


def reverse(bank: Bank, key: str, form: dict[str, Any]) -> Body:
    """Take it back, or part of it."""
    with bank.store.change():
        found = transfer(bank, key)
        left = found["amount"] - found["amount_reversed"]
        amount = int(form.get("amount") or left)
        if not 0 < amount <= left:
            raise invalid("amount", f"Reversal amount ({amount}) is greater than {left} left.")
        found["amount_reversed"] += amount
        found["reversed"] = found["amount_reversed"] == found["amount"]
        bank.store.put(found)
        bank.tell("transfer.reversed", found)
        return {
            "id": f"trr_{secrets.token_hex(12)}",
            "object": "transfer_reversal",
            "amount": amount,
            "created": bank.now(),
            "currency": found["currency"],
            "transfer": found["id"],
        }


def _amount(form: dict[str, Any]) -> int:
    text = str(form.get("amount") or "")
    if not text.isdigit() or not int(text):
        raise invalid("amount", f"Invalid positive integer: {text}")
    return int(text)


def _refuse_unable(bank: Bank, to: Body) -> None:
    if to["capabilities"].get("transfers") != "active":
        raise ApiError(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
