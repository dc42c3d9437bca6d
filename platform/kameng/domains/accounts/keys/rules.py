"""What a key looks like, what it may do, from where and how long. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from kameng.domains.accounts.keys.errors import (
    BadDuration,
    BadKeyName,
    BadNetwork,
    KeyEmpty,
    NotForKeys,
    TooManyNetworks,
)
from kameng.domains.accounts.roles import rules as roles

OFFERED = frozenset({"prices.view"})
"""What a key may hold at all: what a resource of the API names, and nothing else. A person's other
permissions stay with the person, so a key that is lost is never worth his whole account."""

PREFIX, SECRET, SHOWN = "kmk_", 64, 6
"""A key is `kmk_` and 256 random bits in hexadecimal: one double click takes all of it, and a
scanner of repositories knows it. Of the secret only the first signs are ever shown again."""
DAYS = (30, 90, 365)
"""How long a key may last, besides until it is revoked."""
LONGEST_NAME, MOST_NETWORKS, MOST_KEYS = 40, 20, 30
A_MINUTE = timedelta(minutes=1)
"""How often the use of a key is written down at most."""
AN_HOUR = timedelta(hours=1)
"""How often a use from a foreign address is put into the log at most."""

_KEY = re.compile(rf"{PREFIX}[0-9a-f]{{{SECRET}}}")


def draw() -> str:
    """A new key."""
    return f"{PREFIX}{secrets.token_hex(SECRET // 2)}"


def hint(key: str) -> str:
    """How a key begins."""
    return key[: len(PREFIX) + SHOWN]


def is_key(text: str) -> bool:
    """Whether a text looks like a key of ours; others are not even looked up."""
    return _KEY.fullmatch(text) is not None


def digest(key: str) -> bytes:
    """What is stored of a key. It is 256 random bits, so one quick hash cannot be guessed back, and
    whoever tries keys learns nothing from the index that finds it."""
    return hashlib.sha256(key.encode()).digest()


def held(given: Iterable[str], maker: Iterable[str], *, root: bool) -> frozenset[str]:
    """What a key may do at this moment: what it was given, as far as keys may hold it, as far as
    its maker holds it now, and as far as the site may. A row written by hand gives no more."""
    return frozenset(given) & OFFERED & frozenset(maker) & roles.limit(root=root)


def check_name(text: str) -> str:
    """The name of a key on one line. Refuses BadKeyName."""
    plain = " ".join(text.split())
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise BadKeyName(most=LONGEST_NAME)
    return plain


def check_permissions(wanted: Iterable[str], mine: Iterable[str], *, root: bool) -> frozenset[str]:
    """What a key is given. Refuses KeyEmpty, NotForKeys, and as roles.check_gift."""
    given = frozenset(wanted)
    if not given:
        raise KeyEmpty()
    if beyond := given - OFFERED:
        raise NotForKeys(permissions=sorted(beyond)[:5])
    roles.check_gift(given, mine, root=root)
    return given


def check_networks(text: str) -> list[str]:
    """Addresses and networks as typed, one a line or with commas between. Refuses BadNetwork (also
    for one that covers everything: then leave it empty) and TooManyNetworks."""
    words = re.split(r"[\s,;、，；]+", unicodedata.normalize("NFKC", text).strip())
    found = list(dict.fromkeys(_network(word) for word in words if word))
    if len(found) > MOST_NETWORKS:
        raise TooManyNetworks(most=MOST_NETWORKS)
    return found


def _network(word: str) -> str:
    try:
        read = ipaddress.ip_network(word, strict=False)
    except ValueError:
        raise BadNetwork(text=word[:60]) from None
    if read.prefixlen == 0 or "%" in word:
        raise BadNetwork(text=word[:60])
    return str(read.network_address) if read.num_addresses == 1 else str(read)


def is_from(networks: Iterable[str], address: str) -> bool:
    """Whether an address may use a key of these networks; none named: from anywhere."""
    wanted = [ipaddress.ip_network(one) for one in networks]
    if not wanted:
        return True
    try:
        asker = ipaddress.ip_address(address)
    except ValueError:
        return False
    asker = getattr(asker, "ipv4_mapped", None) or asker
    return any(asker in one for one in wanted)


def ends(days: int | None, *, now: datetime) -> datetime | None:
    """When a key of so many days ends. Refuses BadDuration."""
    if days is None:
        return None
    if days not in DAYS:
        raise BadDuration()
    return now + timedelta(days=days)


def is_due(last: datetime | None, every: timedelta, *, now: datetime) -> bool:
    """Whether something that happens at most once in a while is to happen again."""
    return last is None or now - last >= every
