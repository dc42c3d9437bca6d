"""What an order may become, what a line costs, and who gets which part: pure decisions."""

import dataclasses
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from kameng.domains.orders.errors import ContactInvalid, IllegalMove, QueryPasswordNeeded
from kameng.kit.money import Money

UNPAID_FOR = timedelta(minutes=30)
"""How long a placed order waits for its shopper to start paying."""
PAYING_FOR = timedelta(minutes=31)
"""How long a payment page stays open; the provider's shortest is 30 minutes."""
HELD_FOR = timedelta(minutes=35)
"""How long scarce goods are held: longer than any page can be paid."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 6, 64
LONGEST_CONTACT = 120


class OrderState(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    PENDING_PAYMENT = "pending_payment"
    PAYING = "paying"
    PAID = "paid"
    FULFILLING = "fulfilling"
    COMPLETED = "completed"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFIL_FAILED = "fulfil_failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PAID_LATE = "paid_late"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUND_FAILED = "refund_failed"
    PAYMENT_MISMATCH = "payment_mismatch"
    RISK_HOLD = "risk_hold"
    DISPUTED = "disputed"
    WON = "won"
    LOST = "lost"


class Progress(StrEnum):
    """Where a refund of delivered goods stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    GIVEN_UP = "given_up"


S = OrderState
MOVES: dict[OrderState, frozenset[OrderState]] = {
    S.DRAFT: frozenset({S.PENDING_PAYMENT}),
    S.PENDING_PAYMENT: frozenset({S.PAYING, S.PAID, S.EXPIRED, S.CANCELLED, S.PAYMENT_MISMATCH}),
    S.PAYING: frozenset({S.PAID, S.EXPIRED, S.CANCELLED, S.PAYMENT_MISMATCH}),
    S.PAID: frozenset({S.FULFILLING, S.RISK_HOLD, S.REFUNDING}),
    S.FULFILLING: frozenset({S.COMPLETED, S.PARTIALLY_FULFILLED, S.FULFIL_FAILED}),
    S.COMPLETED: frozenset({S.DISPUTED, S.REFUNDING}),
    S.PARTIALLY_FULFILLED: frozenset({S.COMPLETED, S.REFUNDING}),
    S.FULFIL_FAILED: frozenset({S.FULFILLING, S.REFUNDING}),
    S.EXPIRED: frozenset({S.PAID_LATE, S.PAYMENT_MISMATCH}),
    S.CANCELLED: frozenset({S.PAID_LATE, S.PAYMENT_MISMATCH}),
    S.PAID_LATE: frozenset({S.FULFILLING, S.RISK_HOLD, S.REFUNDING}),
    S.REFUNDING: frozenset({S.REFUNDED, S.PARTIALLY_REFUNDED, S.REFUND_FAILED}),
    S.REFUNDED: frozenset(),
    S.PARTIALLY_REFUNDED: frozenset({S.DISPUTED, S.REFUNDING}),
    S.REFUND_FAILED: frozenset({S.REFUNDING, S.REFUNDED, S.PARTIALLY_REFUNDED, S.COMPLETED}),
    S.PAYMENT_MISMATCH: frozenset({S.CANCELLED}),
    S.RISK_HOLD: frozenset({S.PAID, S.FULFILLING, S.REFUNDING, S.LOST}),
    S.DISPUTED: frozenset({S.WON, S.LOST}),
    S.WON: frozenset({S.DISPUTED, S.REFUNDING}),
    S.LOST: frozenset(),
}
"""Every way an order may go; there is no other."""

UNPAID = frozenset({S.PENDING_PAYMENT, S.PAYING})
CLOSED_UNPAID = frozenset({S.EXPIRED, S.CANCELLED})
MUST_DELIVER = frozenset({S.PAID, S.PAID_LATE})
REFUNDABLE = frozenset({S.PAID, S.PAID_LATE, S.FULFIL_FAILED, S.RISK_HOLD})


def move(state: OrderState, to: OrderState) -> OrderState:
    """The new state; refuses a way that is not in MOVES."""
    if to not in MOVES[state]:
        raise IllegalMove(state=state.value, to=to.value)
    return to


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a SKU; `shown_price` is the unit price the shopper saw, None for none."""

    sku_id: UUID
    quantity: int
    shown_price: Money | None


@dataclass(frozen=True, slots=True)
class Basket:
    """What is to be bought at once."""

    items: tuple[Item, ...]
    adult_statement: bool = False


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order, without its secrets."""

    id: UUID
    number: str
    state: OrderState
    total: Money
    currency: str
    contact: str
    member_id: UUID | None
    pay_method: str
    locale: str
    placed_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Back:
    """What of a line has been given back: so many pieces, and so much money besides."""

    pieces: int
    money: Money


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of an order. `chain` is what each site of the chain paid and took per piece;
    its last entry keeps the `trace` of the price (pricing.traces reads it). `extras` is what others
    get out of the selling site's margin: orders.parts reads it. `refund_days` is how long it may
    be given back, None for ever; `returned` pieces and `allowed` money are back already."""

    id: UUID
    seq: int
    sku_id: UUID
    product_id: UUID
    owner_tenant_id: int
    name: str
    product_name: str
    usage_note: str
    stock_type: str
    quantity: int
    unit_price: Money
    total: Money
    chain: tuple[dict[str, Any], ...]
    extras: tuple[dict[str, Any], ...] = ()
    refund_days: int | None = None
    returned: int = 0
    allowed: Money | None = None
    delivered: bool = False

    @property
    def back(self) -> Back:
        """What of it has been given back so far."""
        return Back(self.returned, self.allowed or Money.zero(self.total.currency))


@dataclass(frozen=True, slots=True)
class Share:
    """What one site of the chain takes of a line: its margin, and between which prices."""

    tenant_id: int
    cost: Money
    price: Money
    margin: Money
    rule: str | None


@dataclass(frozen=True, slots=True)
class Extra:
    """What somebody gets out of the selling site's margin: a platform fee, a commission."""

    kind: str
    tenant_id: int
    owner_type: str
    owner_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LineSplit:
    """Where the money of a line goes. cost + margins + extras + rounding = total."""

    line_id: UUID
    owner_tenant_id: int
    name: str
    quantity: int
    total: Money
    cost: Money
    rounding: Money
    shares: tuple[Share, ...]
    extras: tuple[Extra, ...] = ()


def line_total(unit_price: Money, quantity: int) -> Money:
    """What the shopper pays for a line: rounded once, by the one rule of kit.money."""
    return (unit_price * quantity).payable()


def split(line: LineFacts) -> LineSplit:
    """Read the chain snapshot of a line as amounts for its whole quantity. What stands in extras
    is the selling site's, the last of the chain, to give."""
    *above, seller = (_share(step, line) for step in line.chain)
    extras = tuple(_extra(one, line.total.currency) for one in line.extras)
    given = sum((one.amount for one in extras), Money.zero(line.total.currency))
    shares = (*above, dataclasses.replace(seller, margin=seller.margin - given))
    exact = line.unit_price * line.quantity
    return LineSplit(
        line_id=line.id,
        owner_tenant_id=line.owner_tenant_id,
        name=line.name,
        quantity=line.quantity,
        total=line.total,
        cost=shares[0].cost,
        rounding=line.total - exact,
        shares=shares,
        extras=extras,
    )


def _extra(kept: dict[str, Any], currency: str) -> Extra:
    owner = (kept.get("owner_type") or "house", kept.get("owner_id") or "")
    return Extra(kept["kind"], int(kept["tenant_id"]), *owner, Money(int(kept["amount"]), currency))


def _share(step: dict[str, Any], line: LineFacts) -> Share:
    currency = line.total.currency
    cost = Money(int(step["cost"]), currency) * line.quantity
    price = Money(int(step["price"]), currency) * line.quantity
    return Share(int(step["tenant_id"]), cost, price, price - cost, step.get("rule_id"))


def clean_contact(text: str) -> str:
    """The contact as stored; refuses what is empty, endless or unprintable."""
    contact = unicodedata.normalize("NFKC", text).strip()
    if not 3 <= len(contact) <= LONGEST_CONTACT or not contact.isprintable():
        raise ContactInvalid()
    return contact


def masked(contact: str) -> str:
    """What a parent site may see of a contact: enough to recognise, too little to use."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    if re.fullmatch(r"\+?\d{7,}", contact):
        return f"{contact[:3]}****{contact[-4:]}" if len(contact) > 8 else f"{contact[:2]}****"
    return f"{contact[:1]}***"


def check_password(password: str | None, *, is_member: bool) -> None:
    """A guest needs a query password; a member may do without."""
    if password is None and is_member:
        return
    if password is None or not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise QueryPasswordNeeded(shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)


def title_of(lines: Sequence[LineFacts]) -> str:
    """One line of text that says what was bought."""
    first = lines[0]
    same = first.name == first.product_name or not first.name
    text = first.product_name if same else f"{first.product_name} {first.name}"
    return f"{text} ×{first.quantity}" + (f" +{len(lines) - 1}" if len(lines) > 1 else "")
