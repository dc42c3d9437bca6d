"""Ids in addresses and forms: strangers type anything there."""

from uuid import UUID


def uuid_of(text: str | None) -> UUID | None:
    """The id `text` spells, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
