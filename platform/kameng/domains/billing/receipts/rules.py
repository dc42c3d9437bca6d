"""What a receipt says: its number, the time it is for, and whether its money is still there.
Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kameng.domains.billing.rules import SHOP_TIME, Kind
from kameng.kit.money import Money

TAIL = 12
"""Hexadecimal signs of a receipt's number after its day."""


class Way(StrEnum):
    """How a fee was paid."""

    BALANCE = "balance"
    ONLINE = "online"
    BY_ITSELF = "by_itself"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A fee that was paid: by whom, to whom, for what and for how long."""

    id: UUID
    tenant_id: int
    parent_id: int
    package_id: UUID
    package_name: str
    kind: str
    period: str
    amount: Money
    began: datetime
    until: datetime | None
    actor_name: str
    at: datetime
    returned_at: datetime | None
    online: bool
    site_name: str = ""

    @property
    def number(self) -> str:
        """What people call it: the day, and the random end of its id."""
        day = self.at.astimezone(SHOP_TIME)
        return f"{day:%Y%m%d}-{self.id.hex[-TAIL:].upper()}"

    @property
    def since(self) -> datetime:
        """The first moment it pays for; a difference pays from the moment it was paid."""
        return self.at if self.kind == Kind.UPGRADE else self.began

    @property
    def way(self) -> Way:
        """How it was paid; the clock signs with no name."""
        if self.online:
            return Way.ONLINE
        return Way.BALANCE if self.actor_name else Way.BY_ITSELF


@dataclass(frozen=True, slots=True)
class Brought:
    """What one package brought in a time, and what of it went back since."""

    package_id: UUID
    package_name: str
    count: int
    paid: Money
    returned: Money

    @property
    def kept(self) -> Money:
        return self.paid - self.returned
