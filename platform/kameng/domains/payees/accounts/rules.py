"""What each way of being paid needs to know, and how much of it is shown. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kameng.domains.payees.accounts.errors import BadPayoutAccount
from kameng.domains.payees.rules import masked

MOST = 5
LONGEST = 60
_CARD = re.compile(r"^\d{8,32}$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_EMAIL = re.compile(r"^[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}$")
_WECHAT = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{5,19}$")


class Method(StrEnum):
    """A way to be paid."""

    BANK = "bank"
    ALIPAY = "alipay"
    WECHAT = "wechat"
    QR = "qr"
    STRIPE = "stripe"


BY_HAND = tuple(one for one in Method if one is not Method.STRIPE)
"""What somebody types and the master compares; an account at a provider is opened there."""


@dataclass(frozen=True, slots=True)
class Details:
    """Where the money goes: account number, and for a bank its name and branch; `has_picture`
    when a payment code picture comes with it."""

    method: Method
    number: str = ""
    bank: str = ""
    branch: str = ""
    has_picture: bool = False


def check(details: Details) -> Details:
    """The account as it is stored. Refuses BadPayoutAccount with the field that is wrong."""
    _refuse_unless(details.method in BY_HAND, "method")
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", details.number))
    bank, branch = _line(details.bank), _line(details.branch)
    if details.method is Method.BANK:
        number = number.replace("-", "")
        _refuse_unless(bool(_CARD.match(number)) and number.isascii(), "number")
        _refuse_unless(2 <= len(bank) <= LONGEST, "bank")
        _refuse_unless(2 <= len(branch) <= LONGEST, "branch")
        return Details(Method.BANK, number, bank, branch)
    if details.method is Method.QR:
        _refuse_unless(details.has_picture, "picture")
        _refuse_unless(len(number) <= LONGEST and number.isprintable(), "number")
        return Details(Method.QR, number, has_picture=True)
    number = number.lower() if "@" in number else number
    _refuse_unless(_fits(details.method, number), "number")
    return Details(details.method, number, has_picture=details.has_picture)


def hint(details: Details) -> str:
    """What anybody may see of it: a bank's name and the ends of the number; of an account at a
    provider its country and its end."""
    if details.method not in BY_HAND:
        return f"{details.bank} …{details.number[-4:]}"
    shown = _shown(details.number) or "QR"
    return f"{details.bank} {shown}".strip()


def _shown(number: str) -> str:
    if "@" in number:
        name, _, domain = number.partition("@")
        return f"{name[:2]}***@{domain}"
    return masked(number)


def _fits(method: Method, number: str) -> bool:
    if _MOBILE.match(number) and number.isascii():
        return True
    return bool(_EMAIL.match(number) if method is Method.ALIPAY else _WECHAT.match(number))


def _line(text: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain if plain.isprintable() else ""


def _refuse_unless(holds: bool, field: str) -> None:
    if not holds:
        raise BadPayoutAccount(field=field)
