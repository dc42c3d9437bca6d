"""What a legal name and a number of its papers look like, and how much of it is shown. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kameng.domains.accounts.rules import LEAST_AGE
from kameng.domains.payees.errors import (
    BadIdNumber,
    BadLegalName,
    BadPayeeReason,
    PayeeTooYoung,
)

LONGEST_NAME = 60
LEAST_REASON, LONGEST_REASON = 2, 200
CONSENT, CONSENT_VERSION = "payout", "2026-11"
"""What a member agrees to before the master sees his papers; the version is that of the text on
his page (payee.agree in the themes' locales): another text is another version."""

_RESIDENT = re.compile(r"^[1-9]\d{16}[\dX]$")
_PASSPORT = re.compile(r"^[A-Z]{1,2}\d{6,10}$")
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_SIGNS = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class Kind(StrEnum):
    """Whether a person or a company is paid."""

    PERSON = "person"
    COMPANY = "company"


class State(StrEnum):
    """Where the check of a payee or of a payout account stands."""

    SENT = "sent"
    VERIFIED = "verified"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose money it is at a site: the house itself, or one of its members."""

    kind: str
    id: str = ""


HOUSE = Owner("house")
MEMBER = "member"
"""The kind of an owner that is a member."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A payee as somebody sends it."""

    kind: Kind
    legal_name: str
    id_number: str


def check(draft: Draft) -> Draft:
    """The payee as it is stored. Refuses BadLegalName, BadIdNumber."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", draft.id_number)).upper()
    fits = _is_papers if draft.kind is Kind.PERSON else _is_credit_code
    if not fits(number):
        raise BadIdNumber(kind=draft.kind.value)
    return Draft(draft.kind, check_name(draft.legal_name), number)


def check_age(draft: Draft, today: date) -> None:
    """Nobody is paid who, by his papers, is too young for an account. Refuses PayeeTooYoung."""
    born = born_on(draft.id_number) if draft.kind is Kind.PERSON else None
    if born is None:
        return
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < LEAST_AGE:
        raise PayeeTooYoung(least_age=LEAST_AGE)


def born_on(number: str) -> date | None:
    """The day of birth in a mainland identity number; None for other papers."""
    if not _RESIDENT.match(number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadIdNumber(kind=Kind.PERSON.value) from None


def check_name(text: str) -> str:
    """A name on one line, with letters and without signs no register has. Refuses BadLegalName."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    letters = sum(sign.isalpha() for sign in plain)
    odd = set(plain) & set('<>{}[]|\\^`"=;%$#@!?*')
    if not 2 <= len(plain) <= LONGEST_NAME or letters < 2 or odd or not plain.isprintable():
        raise BadLegalName(most=LONGEST_NAME)
    return plain


def check_reason(text: str) -> str:
    """Why something was refused, on one line. Refuses BadPayeeReason."""
    plain = " ".join(text.split())
    if not LEAST_REASON <= len(plain) <= LONGEST_REASON:
        raise BadPayeeReason(least=LEAST_REASON, most=LONGEST_REASON)
    return plain


def masked(text: str) -> str:
    """A number with its middle hidden: three signs before, four behind; of short ones less."""
    head, tail = (3, 4) if len(text) >= 11 else (1, 2) if len(text) >= 6 else (1, 0)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[len(text) - tail :]}"


def _is_papers(number: str) -> bool:
    """A mainland identity number with its check digit (GB 11643), or that of a passport."""
    if not _RESIDENT.match(number):
        return number.isascii() and bool(_PASSPORT.match(number))
    total = sum(int(sign) * weight for sign, weight in zip(number, _RESIDENT_WEIGHTS, strict=False))
    return number[-1] == _RESIDENT_SIGNS[total % 11]


def _is_credit_code(number: str) -> bool:
    """A unified social credit code with its check sign (GB 32100)."""
    if len(number) != 18 or any(sign not in _CREDIT for sign in number):
        return False
    total = sum(
        _CREDIT.index(sign) * weight for sign, weight in zip(number, _CREDIT_WEIGHTS, strict=False)
    )
    return _CREDIT.index(number[-1]) == (31 - total % 31) % 31
