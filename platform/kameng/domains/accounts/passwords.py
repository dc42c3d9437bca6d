"""Password hashing: argon2id, 19 MiB, two passes, one lane (29 ms on the reference machine)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kameng.domains.accounts import rules

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$m7z8eugUfUnrxqWDWboQPA"
    "$nXdTc95TfYKelpMucmWbnXxpIxFG0t85V2q6qxREM8o"
)

UNSET = "!"
"""Stands where an invited owner has no password yet; nothing matches it."""


def hash_password(text: str, *, not_like: tuple[str, ...] = ()) -> str:
    """Check and hash a new password. Refuses WeakPassword."""
    rules.check_password(text, not_like=not_like)
    return _HASHER.hash(text)


def matches(stored: str | None, text: str) -> bool:
    """Whether `text` is the password. An unknown account (None) and one that has no password yet
    cost the same time."""
    known = stored if stored and stored != UNSET else None
    try:
        right = _HASHER.verify(known or _NOBODYS, text[: rules.LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return right and known is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
