"""What of a delivered order may be given back, and what each party gives up for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kameng.domains.orders import parts
from kameng.domains.orders.errors import (
    MoreThanBought,
    MoreThanPaid,
    NothingToRefund,
    RefundAmountOdd,
    RefundNotPossible,
)
from kameng.domains.orders.parts import Parts, Reversal
from kameng.domains.orders.rules import Back, LineFacts, OrderFacts, OrderState
from kameng.kit.money import FEN, Money

RETURNABLE = frozenset({OrderState.COMPLETED, OrderState.PARTIALLY_REFUNDED, OrderState.WON})
"""A refund under way, or one that failed, comes to its end before the next; so does a dispute."""


class Way(StrEnum):
    """Where the money goes: back the way it came, or to the member's balance."""

    BACK = "back"
    BALANCE = "balance"


class Window(StrEnum):
    """Whether the promised days bind, or somebody who may has decided otherwise."""

    KEPT = "kept"
    OVERRULED = "overruled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many pieces of a line, or so much money for it, or both."""

    line_id: UUID
    pieces: int = 0
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line of a refund: what of it is back afterwards, the step to there, until when that was
    promised (None: for ever), and how many pieces nobody has seen and nobody will."""

    line: LineFacts
    after: Back
    step: Reversal
    until: datetime | None
    unseen: int

    def kept(self) -> dict[str, object]:
        """As the refund keeps it."""
        was = self.line.back
        return {
            "line_id": str(self.line.id),
            "pieces": self.after.pieces - was.pieces,
            "money": str((self.after.money - was.money).micro),
            "amount": str(self.step.amount.micro),
            "unseen": self.unseen,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """A refund before it is made: its lines, what the shopper gets, what each account gives up;
    `mark` tells a page that was drawn before somebody else's refund from one drawn after."""

    order: OrderFacts
    lines: tuple[PlannedLine, ...]
    amount: Money
    gives: Parts
    late: bool
    mark: str

    @property
    def given(self) -> Money:
        """What the accounts give up in all."""
        return sum(self.gives.values(), Money.zero(self.order.currency))


def plan(
    order: OrderFacts,
    lines: Sequence[LineFacts],
    wanted: Sequence[Wanted],
    *,
    root_id: int,
    unseen: frozenset[UUID],
    now: datetime,
) -> Plan:
    """What it comes to; refuses what was not bought, not paid, is back already, or is nothing."""
    asked = _by_line(lines, wanted)
    made = tuple(
        _planned(order, line, asked[line.id], root_id=root_id, unseen=line.id in unseen)
        for line in lines
        if line.id in asked
    )
    amount = sum((one.step.amount for one in made), Money.zero(order.currency))
    if amount.micro <= 0:
        raise NothingToRefund()
    late = any(one.until is not None and one.until < now for one in made)
    return Plan(order, made, amount, _together(made), late, mark(lines))


def made(
    order: OrderFacts,
    lines: Sequence[LineFacts],
    after: Sequence[tuple[LineFacts, Back]],
    *,
    root_id: int,
    unseen: Set[UUID],
    now: datetime,
) -> Plan:
    """The plan of what has happened already: how far each line is back now."""
    steps = tuple(
        PlannedLine(
            line=line,
            after=back,
            step=parts.reversal(line, root_id, back),
            until=until(order, line),
            unseen=_hidden(line, back) if line.id in unseen else 0,
        )
        for line, back in after
    )
    amount = sum((one.step.amount for one in steps), Money.zero(order.currency))
    return Plan(order, steps, amount, _together(steps), False, mark(lines))


def _hidden(line: LineFacts, after: Back) -> int:
    """How many pieces nobody may look at any more: those that are back; all when everything is."""
    if parts.share_back(line, after) == parts.WHOLE:
        return line.quantity - line.returned
    return after.pieces - line.returned


def check_state(order: OrderFacts) -> None:
    """Refuse what was not delivered, and a second refund while one is under way."""
    if order.state not in RETURNABLE:
        raise RefundNotPossible(state=order.state.value)


def mark(lines: Sequence[LineFacts]) -> str:
    """What is back of an order, as a page keeps it until it is posted."""
    return ".".join(f"{line.back.pieces}-{line.back.money.micro}" for line in lines)


def back_in_all(lines: Sequence[LineFacts]) -> Money:
    """What the shopper has had back of an order."""
    zero = Money.zero(lines[0].total.currency)
    return sum((parts.paid_back(line, line.back) for line in lines), zero)


def until(order: OrderFacts, line: LineFacts) -> datetime | None:
    """When the promised days of a line end; None: never, or nothing was delivered yet."""
    if line.refund_days is None or order.completed_at is None:
        return None
    return order.completed_at + timedelta(days=line.refund_days)


def _by_line(lines: Sequence[LineFacts], wanted: Sequence[Wanted]) -> Mapping[UUID, Wanted]:
    known = {line.id for line in lines}
    asked = {one.line_id: one for one in wanted if one.pieces or one.money is not None}
    if not asked or len(asked) < sum(1 for one in wanted if one.pieces or one.money is not None):
        raise NothingToRefund()
    if not set(asked) <= known:
        raise MoreThanBought(left=0, name="")
    return asked


def _planned(
    order: OrderFacts, line: LineFacts, asked: Wanted, *, root_id: int, unseen: bool
) -> PlannedLine:
    after = _after(line, asked)
    return PlannedLine(
        line=line,
        after=after,
        step=parts.reversal(line, root_id, after),
        until=until(order, line),
        unseen=_hidden(line, after) if unseen else 0,
    )


def _after(line: LineFacts, asked: Wanted) -> Back:
    was, money = line.back, asked.money or Money.zero(line.total.currency)
    left = line.quantity - was.pieces
    if not isinstance(asked.pieces, int) or not 0 <= asked.pieces <= left:
        raise MoreThanBought(left=left, name=line.product_name)
    if asked.money is not None and (money.micro <= 0 or money.micro % FEN):
        raise RefundAmountOdd(amount=money)
    with_pieces = Back(was.pieces + asked.pieces, was.money)
    most = line.total - parts.paid_back(line, with_pieces)
    if money > most:
        raise MoreThanPaid(asked=money, left=most, name=line.product_name)
    return Back(with_pieces.pieces, was.money + money)


def _together(made: Sequence[PlannedLine]) -> Parts:
    sums: Parts = {}
    for one in made:
        for account, part in one.step.parts.items():
            sums[account] = sums.get(account, Money.zero(part.currency)) + part
    return {account: part for account, part in sums.items() if part}
