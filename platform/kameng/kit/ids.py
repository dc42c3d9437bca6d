"""Names for things: UUIDv7 inside, order numbers nobody can guess outside."""

from __future__ import annotations

import os
import secrets
import time
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base32: no I, L, O or U, so a number survives being read out."""
NUMBER_GROUPS = 4
GROUP = 4


def uuid7() -> UUID:
    """A time-ordered id (RFC 9562, version 7): 48 bits of milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def order_number() -> str:
    """A public number of 80 random bits, e.g. '7KQ2-9M4X-TB0C-HV3D'."""
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(NUMBER_GROUPS * GROUP))
    return "-".join(drawn[i : i + GROUP] for i in range(0, len(drawn), GROUP))


def read_number(text: str) -> str:
    """A number as typed by a person, in its written form; look-alike letters are folded."""
    folded = text.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    kept = "".join(sign for sign in folded if sign in CROCKFORD)[: NUMBER_GROUPS * GROUP]
    return "-".join(kept[i : i + GROUP] for i in range(0, len(kept), GROUP))


def token(size: int = 24) -> str:
    """An unguessable, URL-safe token of `size` random bytes."""
    return secrets.token_urlsafe(size)
