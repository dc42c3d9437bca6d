"""Connected accounts: opened by the shop, filled in by their owner on the provider's own pages,
and given the right to receive money when the provider is content with what it was told."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from .bank import Bank
from .errors import ApiError, invalid, missing
from .store import Body

COUNTRIES = {"HK", "SG", "JP", "US", "GB", "DE", "FR", "AU", "CA", "CH", "NZ", "MY"}
LINK_LIVES = 300


def open_account(bank: Bank, form: dict[str, Any]) -> Body:
    """A new connected account, with nothing known of its owner but what the shop told."""
    country = str(form.get("country") or home(bank))
    if country not in COUNTRIES:
        raise ApiError(
            f"{country} is not currently supported by Stripe.", code="country_unsupported"
        )
    wanted = (form.get("capabilities") or {}).get("transfers") or {}
    controller = form.get("controller") or {}
    made: Body = {
        "id": f"acct_{secrets.token_hex(8)}",
        "object": "account",
        "business_type": form.get("business_type"),
        "capabilities": {"transfers": "inactive"} if wanted.get("requested") == "true" else {},
        "charges_enabled": False,
        "company": _company(form.get("company")),
        "controller": controller | {"type": "application", "is_controller": True},
        "country": country,
        "created": bank.now(),
        "default_currency": "cny",
        "details_submitted": False,
        "individual": _person(form.get("individual")),
        "livemode": False,
        "metadata": dict(form.get("metadata") or {}),
        "payouts_enabled": False,
        "requirements": {
            "currently_due": ["external_account"],
            "disabled_reason": "requirements.past_due",
        },
        "type": "none",
    }
    return bank.store.put(made)


def account(bank: Bank, key: str) -> Body:
    """Read a connected account."""
    found = bank.store.get("account", key)
    if found is None:
        raise missing("account", key)
    return found


def link(bank: Bank, form: dict[str, Any]) -> Body:
    """A page on which the owner goes on; it opens once, and not for long."""
    owner = account(bank, str(form.get("account") or ""))
    if form.get("type") != "account_onboarding":
        raise invalid("type", "This stand-in takes type=account_onboarding only.")
    for name in ("return_url", "refresh_url"):
        if urlsplit(str(form.get(name) or "")).scheme not in ("http", "https"):
            raise invalid(name, "Not a valid URL.")
    made: Body = {
        "id": secrets.token_urlsafe(24),
        "object": "account_link",
        "account": owner["id"],
        "created": bank.now(),
        "expires_at": bank.now() + LINK_LIVES,
        "return_url": form["return_url"],
        "refresh_url": form["refresh_url"],
        "used": False,
    }
    bank.store.put(made, owner["id"])
    url = f"{bank.settings.public}/connect/{made['id']}"
    return {"object": "account_link", "url": url, **{k: made[k] for k in ("created", "expires_at")}}


def opened(bank: Bank, token: str) -> tuple[Body, bool]:
    """The link behind a page, and whether it still leads in; it does so once."""
    with bank.store.change():
        found = bank.store.get("account_link", token)
        if found is None:
            raise missing("account_link", token)
        good = not found["used"] and bank.now() < found["expires_at"]
        bank.store.put(found | {"used": True})
        return found, good


def fill_in(bank: Bank, key: str, *, last: str, first: str) -> Body:
    """The owner has told everything. The knob `onboarding`: how content the provider is."""
    with bank.store.change():
        found = account(bank, key)
        if found["business_type"] == "company":
            found["company"] = {"name": last or first}
        else:
            found["individual"] = {"last_name": last, "first_name": first}
        found["details_submitted"] = True
        return _judged(bank, found, str(bank.store.knob("onboarding", "active")))


def judge(bank: Bank, key: str, status: str) -> Body:
    """The provider changes its mind about an account: active, pending or inactive."""
    with bank.store.change():
        return _judged(bank, account(bank, key), status)


def balance(bank: Bank) -> Body:
    """What is left of what came in, in the one currency the stand-in keeps."""
    amount = int(bank.store.knob("balance", 0)) + _moved(bank)
    return {
        "object": "balance",
        "available": [{"amount": amount, "currency": currency(bank)}],
        "livemode": False,
        "pending": [],
    }


def currency(bank: Bank) -> str:
    """In which money the shop's balance is kept."""
    return str(bank.store.knob("currency", "cny"))


def home(bank: Bank) -> str:
    """Where the shop's own account is."""
    return str(bank.store.knob("country", "HK"))


def _judged(bank: Bank, found: Body, status: str) -> Body:
    good = status == "active"
    found["capabilities"] = {"transfers": status}
    found["payouts_enabled"] = good
    due = [] if status != "inactive" else ["individual.verification.document"]
    why = {"active": None, "pending": "requirements.pending_verification"}
    found["requirements"] = {
        "currently_due": due,
        "disabled_reason": why.get(status, "requirements.past_due"),
    }
    bank.store.put(found)
    bank.tell("account.updated", found, account=found["id"])
    return found


def _moved(bank: Bank) -> int:
    rows = bank.store.all
    came = sum(one["amount_received"] for one in rows("payment_intent"))
    back = sum(one["amount"] for one in rows("refund") if one["status"] != "failed")
    sent = sum(one["amount"] - one["amount_reversed"] for one in rows("transfer"))
    kept = sum(one["fee"] for one in rows("balance_transaction"))
    return came - kept - back - sent


def _company(given: Any) -> dict[str, str] | None:
    return {"name": str(given.get("name") or "")} if isinstance(given, dict) else None


def _person(given: Any) -> dict[str, str] | None:
    if not isinstance(given, dict):
        return None
    return {name: str(given.get(name) or "") for name in ("first_name", "last_name")}
