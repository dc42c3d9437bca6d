"""What a login, a contact, a password and a one-time code must look like. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kameng.domains.accounts.errors import (
    BadContact,
    BadLogin,
    ConsentMissing,
    TooYoung,
    WeakPassword,
)

LEAST_AGE = 14
"""No account below this age (limits.md)."""
LEAST_PASSWORD = 8
LONGEST_PASSWORD = 128
RESET_MINUTES = 30
STEP_SECONDS = 30
"""Length of one step of a one-time code (RFC 6238)."""

_LOGIN = re.compile(r"^[a-z0-9](?:[a-z0-9._-]{1,30})[a-z0-9]$")
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
_EMAIL = re.compile(rf"^[^\s@\"<>(),;:\\\[\]]{{1,64}}@{_DOMAIN}$")
_PHONE = re.compile(r"^\+?[0-9]{6,15}$")
_EVERYONES = frozenset(
    {
        *("password", "passw0rd", "12345678", "123456789", "1234567890", "11111111", "00000000"),
        *("88888888", "66666666", "qwertyui", "qwerty123", "abcd1234", "abc12345", "1q2w3e4r"),
        *("iloveyou", "woaini1314", "woaini520", "a1234567", "a12345678", "aa123456"),
        *("asdfghjk", "admin123", "administrator"),
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """How a member is reached. `kind` is 'email' or 'phone', `value` is normalised."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to at sign-up: the version of the terms, and being of age."""

    terms_version: str
    of_age: bool


def login(text: str) -> str:
    """The login as it is stored: trimmed and lower case. Refuses BadLogin."""
    plain = text.strip().lower()
    if not _LOGIN.match(plain):
        raise BadLogin()
    return plain


def email(text: str) -> str:
    """An e-mail address as it is stored. Refuses BadContact."""
    plain = text.strip().lower()
    if len(plain) > 254 or not _EMAIL.match(plain):
        raise BadContact()
    return plain


def phone(text: str) -> str:
    """A phone number as it is stored: digits, with a leading plus if given. Refuses BadContact."""
    plain = re.sub(r"[\s().-]", "", text.strip())
    if not plain.isascii() or not _PHONE.match(plain):
        raise BadContact()
    return plain.removeprefix("+86") if len(plain) == 14 else plain


def contact(text: str) -> Contact:
    """Tell an e-mail address from a phone number. Refuses BadContact."""
    if "@" in text:
        return Contact("email", email(text))
    return Contact("phone", phone(text))


def check_password(text: str, *, not_like: Iterable[str] = ()) -> None:
    """Refuse WeakPassword: too short or long, everyone's, one character, or one's own name."""
    plain = text.strip().lower()
    own = {word.lower() for word in not_like if word}
    weak = (
        not LEAST_PASSWORD <= len(text) <= LONGEST_PASSWORD
        or len(set(plain)) < 3
        or plain in _EVERYONES
        or plain in own
    )
    if weak:
        raise WeakPassword(needed=LEAST_PASSWORD)


def check_consent(consent: Consent) -> None:
    """Refuse a sign-up without accepted terms (ConsentMissing) or under age (TooYoung)."""
    if not consent.terms_version:
        raise ConsentMissing()
    if not consent.of_age:
        raise TooYoung(least_age=LEAST_AGE)


def steps_accepted(unix_seconds: int, last_used: int | None) -> list[int]:
    """The time steps whose code is still good: this one, one on either side, never one used."""
    here = unix_seconds // STEP_SECONDS
    return [step for step in (here, here - 1, here + 1) if last_used is None or step > last_used]
