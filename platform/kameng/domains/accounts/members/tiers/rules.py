"""What a tier may be called, and where it may stand. Pure."""

from __future__ import annotations

from kameng.domains.accounts.errors import BadTier

LONGEST_NAME = 20
HIGHEST_RANK = 99
MOST = 20
"""Tiers of one site: each is a tab of the price page."""


def checked(name: str, rank: int) -> tuple[str, int]:
    """Name and rank as they are kept; BadTier."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise BadTier(field="name", longest=LONGEST_NAME)
    if not 1 <= rank <= HIGHEST_RANK:
        raise BadTier(field="rank", highest=HIGHEST_RANK)
    return plain, rank
