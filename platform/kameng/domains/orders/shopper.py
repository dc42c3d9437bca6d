"""Who buys: kept apart from the rules, because an actor is the audit's word and not a price's."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kameng.domains.orders.rules import OrderFacts
from kameng.domains.promotion.rules import Buyer, Referral
from kameng.kit.audit import Actor


@dataclass(frozen=True, slots=True)
class Shopper:
    """A member or a guest, and how to reach them. A guest needs a query password. `referral`: by
    whose link the browser came."""

    actor: Actor
    contact: str
    member_id: UUID | None = None
    query_password: str | None = field(default=None, repr=False)
    locale: str = "zh_CN"
    referral: Referral | None = None

    @property
    def buyer(self) -> Buyer:
        """Who buys, as far as promoters are concerned."""
        own = self.referral.own if self.referral else ()
        return Buyer(self.member_id, self.contact, own)


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """Where the shopper pays. `url` is None when the provider did not open a page: nothing was
    charged, and asking again is safe."""

    order: OrderFacts
    url: str | None
    problem: str | None = None
