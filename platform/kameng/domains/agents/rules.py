"""Which subdomains may be had, what an application must hold, and how it moves on. Pure.

Look-alikes are the oldest trick of fraud between shops: `hub` and `hu8`, `rnall` and `mall`.
Two names that look alike fold to one `look`, and one look is given out once, for ever. Only signs
that pass for each other at a glance fold; 6 and b, m and nn, u and v stay apart, or half of the
lucky numbers people want would be taken by one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kameng.domains.agents.errors import BadColor, BadSiteName, NameRefused
from kameng.domains.agents.words import BRANDS, RESERVED

SHORTEST, LONGEST = 3, 30
LONGEST_SITE_NAME = 20

_ALPHABET = re.compile(r"^[a-z0-9-]+$")
_COLOR = re.compile(r"^#[0-9a-f]{6}$")
_TWINS = str.maketrans(dict(zip("01i2589q", "ollzsbgg", strict=True)) | {"-": None})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_LEET = str.maketrans({"3": "e", "4": "a", "6": "b", "7": "t"})
"""Digits that are read as letters: too far for two shops, near enough to pass for a brand."""
_PUNYCODE = "xn--"
DIGITS = "0123456789"


class Why(StrEnum):
    """Why a name is refused."""

    LENGTH = "length"
    LETTERS = "letters"
    WIDE = "wide"
    PUNYCODE = "punycode"
    HYPHENS = "hyphens"
    RESERVED = "reserved"
    BRAND = "brand"
    TAKEN = "taken"
    LOOKS_LIKE = "looks_like"


class State(StrEnum):
    """The life of an application."""

    APPLIED = "applied"
    CLAIMED = "claimed"
    OPEN = "open"
    REFUSED = "refused"


MOVES = {
    State.APPLIED: {State.CLAIMED, State.REFUSED},
    State.CLAIMED: {State.OPEN},
    State.OPEN: set[State](),
    State.REFUSED: set[State](),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, and by whom: a newcomer, or one of the staff (`staff_id`).

    A newcomer's `password_hash` was made before any transaction began; staff bring none. Without
    `primary` the theme's own colours hold, without `preset` its usual one; the site's first words
    are in the language `locale`.
    """

    slug: str
    site_name: str
    package_id: UUID
    theme: str
    primary: str
    login: str
    owner_name: str
    email: str
    password_hash: str | None
    terms_version: str
    staff_id: UUID | None = None
    preset: str = ""
    locale: str = ""


def plain_name(text: str) -> str:
    """A typed name in its written form: NFKC, lower case, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def look_of(name: str) -> str:
    """What a name looks like at a glance: equal for names people mix up.

    >>> look_of("rn-a11"), look_of("mail")
    ('mall', 'mall')
    """
    plain = plain_name(name).translate(_TWINS)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain


_RESERVED_LOOKS = {look_of(word): word for word in sorted(RESERVED)}
_BRAND_LOOKS = {look_of(word): word for word in sorted(BRANDS)}


def check_name(text: str) -> str:
    """The name in its written form. Refuses NameRefused(reason, like)."""
    name = plain_name(text)
    _check_form(text.strip(), name)
    _check_words(name)
    return name


def _check_form(typed: str, name: str) -> None:
    """What was typed must be the name itself but for capitals: nothing is read into it."""
    fits = _ALPHABET.match(name)
    faults = (
        (Why.LENGTH, len(name) < SHORTEST or max(len(name), len(typed)) > LONGEST),
        (Why.LETTERS, not fits),
        (Why.WIDE, not typed.isascii()),
        (Why.PUNYCODE, name.startswith(_PUNYCODE)),
        (Why.HYPHENS, name.startswith("-") or name.endswith("-") or "--" in name),
    )
    for reason, wrong in faults:
        if wrong:
            raise NameRefused(reason=reason.value, like="")


def _check_words(name: str) -> None:
    """Reserved words as a whole; brands also as one of several words, and with digits around.

    alipay-shop and taobao88 pass for the brand's own; a brand within a longer word does not.
    """
    for look in _readings(name):
        if look in _RESERVED_LOOKS:
            raise NameRefused(reason=Why.RESERVED.value, like=_RESERVED_LOOKS[look])
    for word in (name, *name.split("-")):
        for look in (look for core in _cores(word) for look in _readings(core)):
            if look in _BRAND_LOOKS:
                raise NameRefused(reason=Why.BRAND.value, like=_BRAND_LOOKS[look])


def _cores(word: str) -> Iterator[str]:
    """The word without any of the digits before and behind it; 1 may be a letter, or a number."""
    first = len(word) - len(word.lstrip(DIGITS))
    last = len(word.rstrip(DIGITS))
    for start in range(first + 1):
        for end in range(max(last, start + 1), len(word) + 1):
            yield word[start:end]


def _readings(word: str) -> tuple[str, str]:
    """How a word looks, and how it is read when digits stand for letters."""
    return look_of(word), look_of(word.translate(_LEET))


def suggestions(name: str) -> list[str]:
    """Names near a refused one that pass the rules; whether they are free is asked elsewhere."""
    base = re.sub(r"[^a-z0-9]+", "-", plain_name(name)).strip("-")[: LONGEST - 5].strip("-")
    wishes = [f"{base}-shop", f"{base}88", f"my-{base}", f"{base}-go"] if base else []
    if not name.isascii():
        wishes.insert(0, base)
    return [wish for wish in wishes if _passes(wish)]


def _passes(name: str) -> bool:
    try:
        check_name(name)
    except NameRefused:
        return False
    return True


def check_site_name(text: str) -> str:
    """The name people see: one line of 2 to 20 printable signs. Refuses BadSiteName."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not 2 <= len(plain) <= LONGEST_SITE_NAME or not plain.isprintable():
        raise BadSiteName(longest=LONGEST_SITE_NAME)
    return plain


def check_color(text: str) -> str:
    """A colour as #rrggbb in lower case. Refuses BadColor."""
    plain = text.strip().lower()
    if not _COLOR.match(plain):
        raise BadColor()
    return plain


def may_move(state: State, to: State) -> bool:
    """Whether an application in `state` may go on to `to`."""
    return to in MOVES[state]
