"""Which hosts can be one's own, and how they are written: as typed, as sent, as read. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

import idna

from kameng.domains.agents.hostnames.errors import BadDomain

LONGEST = 245
"""What leaves room for `_kameng.` in front of it (a whole name has at most 253 signs)."""

_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_NOT_OF_THIS_WORLD = frozenset(
    {
        *("alt", "arpa", "corp", "example", "home", "internal", "invalid", "lan", "local"),
        *("localdomain", "localhost", "mail", "onion", "test"),
    }
)
_SUFFIXES = frozenset(
    f"{kind}.{land}"
    for land, kinds in {
        "cn": "com net org gov edu ac mil bj sh tj cq gd zj js hk tw",
        "hk": "com net org gov edu idv",
        "tw": "com net org gov edu idv",
        "uk": "co org me ltd plc net ac gov",
        "jp": "co ne or ac go gr ed lg",
        "au": "com net org edu gov id",
        "kr": "co ne or re pe go ac",
        "my": "com net org gov edu",
        "sg": "com net org gov edu",
        "br": "com net org gov",
        "in": "co net org gov ac",
        "nz": "co net org govt ac",
        "za": "co net org gov ac",
    }.items()
    for kind in kinds.split()
)
"""Where everybody registers below: nobody's own. A sanity check; the proof is what decides."""


class Why(StrEnum):
    """Why a host cannot be one's own."""

    EMPTY = "empty"
    FORM = "form"
    LONG = "long"
    ADDRESS = "address"
    SUFFIX = "suffix"
    OURS = "ours"
    RESERVED = "reserved"


def check_host(text: str, *, base: str) -> str:
    """A typed or pasted host in its written form. Refuses BadDomain(reason)."""
    plain = _SCHEME.sub("", text.strip()).rstrip("/").rstrip(".").rstrip("。")
    if not plain:
        raise BadDomain(reason=Why.EMPTY.value)
    if len(plain) > LONGEST:
        raise BadDomain(reason=Why.LONG.value)
    host = _encoded(plain)
    if host == base or host.endswith(f".{base}") or base.endswith(f".{host}"):
        raise BadDomain(reason=Why.OURS.value)
    _check_kind(host)
    return host


def _encoded(plain: str) -> str:
    try:
        host = idna.encode(plain, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        reason = Why.ADDRESS if re.fullmatch(r"\[?[0-9a-fA-F:.]+]?", plain) else Why.FORM
        raise BadDomain(reason=reason.value) from None
    if len(host) > LONGEST:
        raise BadDomain(reason=Why.LONG.value)
    return host


def _check_kind(host: str) -> None:
    labels = host.split(".")
    last = labels[-1]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        raise BadDomain(reason=Why.ADDRESS.value)
    if len(labels) < 2 or host in _SUFFIXES or len(last) < 2:
        raise BadDomain(reason=Why.SUFFIX.value)
    if last in _NOT_OF_THIS_WORLD:
        raise BadDomain(reason=Why.RESERVED.value)


def spelt(host: str) -> str:
    """A host in the letters of its language; as it is where they do not read back the same."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host
