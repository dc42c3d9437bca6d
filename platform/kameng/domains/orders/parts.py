"""Whose the money of a line is, account by account, and what each gives back of it: the one place
that deliveries, refunds and lost disputes are booked from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, credit, debit, house
from kameng.domains.orders.rules import Back, Extra, LineFacts, split
from kameng.kit.money import FEN, Money

Parts = dict[AccountKey, Money]
"""Account -> what of a line's total belongs to it."""
WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Reversal:
    """One step of giving a line back: what the shopper gets, and what each account gives up for
    it; the two are the same sum."""

    amount: Money
    parts: Parts


def parts(line: LineFacts, root_id: int) -> Parts:
    """Every account's part of a line as it was sold; they sum to its total.

    Read only from what the line kept when it was placed: cost of the goods' owner, margin of each
    site of the chain, what stands in `extras` (taken out of the selling site's margin), rounding.
    """
    whole, currency = split(line), line.total.currency
    found = [(house(line.owner_tenant_id, AccountKind.SUPPLIER_COST, currency), whole.cost)]
    found += [
        (house(share.tenant_id, AccountKind.MARGIN, currency), share.margin)
        for share in whole.shares
    ]
    found += [(account_of(extra), extra.amount) for extra in whole.extras]
    return _summed([*found, (rounding(root_id, currency), whole.rounding)])


def account_of(extra: Extra) -> AccountKey:
    """Whose an extra is."""
    currency = extra.amount.currency
    return AccountKey(extra.tenant_id, extra.owner_type, extra.owner_id, extra.kind, currency)


def rounding(root_id: int, currency: str) -> AccountKey:
    """Where what is finer than a fen ends up."""
    return house(root_id, AccountKind.ROUNDING, currency)


def delivered_lines(root_id: int, lines: Iterable[LineFacts]) -> list[Line]:
    """The posting of a delivery: out of what is owed to the shopper, to whom it belongs; less what
    of it went back before."""
    posted: list[Line] = []
    for line in lines:
        owed = house(root_id, AccountKind.ORDER_LIABILITY, line.total.currency)
        posted.append(debit(owed, line.total - paid_back(line, line.back)))
        posted += [credit(account, part) for account, part in parts(line, root_id).items()]
        gone = given_up(line, root_id, line.back)
        posted += [debit(account, part) for account, part in gone.items()]
    return merged(posted)


def share_back(line: LineFacts, back: Back) -> Fraction:
    """How much of a line is given back, from 0 to 1: its pieces, each at its full price, and the
    money given besides, until everything is back."""
    besides = Fraction(back.money.micro, line.total.micro) if line.total else Fraction(0)
    return min(WHOLE, Fraction(back.pieces, line.quantity) + besides)


def paid_back(line: LineFacts, back: Back) -> Money:
    """What the shopper has had back of a line by then, in whole fen; everything in the end."""
    return _floor(line.total, share_back(line, back), FEN)


def given_up(line: LineFacts, root_id: int, back: Back) -> Parts:
    """What every account has given up of its part by then: proportional, floored to the micro-unit;
    rounding bears the difference to what was paid back. In the end exactly its part."""
    share, last = share_back(line, back), rounding(root_id, line.total.currency)
    found = {
        account: _floor(part, share)
        for account, part in parts(line, root_id).items()
        if account != last
    }
    rest = sum((part.micro for part in found.values()), 0)
    found[last] = Money(paid_back(line, back).micro - rest, line.total.currency)
    return found


def reversal(line: LineFacts, root_id: int, after: Back, *, before: Back | None = None) -> Reversal:
    """The step from what is back already (the line's own account of it unless told) to `after`."""
    was = line.back if before is None else before
    old, new = given_up(line, root_id, was), given_up(line, root_id, after)
    moved = {account: new[account] - old[account] for account in new}
    amount = paid_back(line, after) - paid_back(line, was)
    return Reversal(amount, {account: part for account, part in moved.items() if part})


def reversed_lines(reversals: Iterable[Reversal]) -> list[Line]:
    """The debit side of a refund: what each account gives up. The other side, the sum of the
    amounts, is the credit of whoever gets it."""
    return merged(debit(account, part) for one in reversals for account, part in one.parts.items())


def shared_out(lines: Sequence[LineFacts], taken: Money) -> list[tuple[LineFacts, Back]]:
    """What of each line is back after so much of the order is gone that nobody planned, by a bank
    or at the provider: all of it, or each line its share of what is left, in whole fen. What is
    taken beyond what is left nobody can be asked for."""
    left = {line.id: line.total - paid_back(line, line.back) for line in lines}
    rest = sum(left.values(), Money.zero(taken.currency))
    if taken >= rest:
        return [(line, _whole(line)) for line in lines if not _is_whole(line)]
    weights = [left[line.id].micro // FEN for line in lines]
    shares = Money(taken.micro // FEN, taken.currency).split(weights)
    return [
        (line, Back(line.back.pieces, line.back.money + share * FEN))
        for line, share in zip(lines, shares, strict=True)
        if share
    ]


def merged(lines: Iterable[Line]) -> list[Line]:
    """One line per account; what cancels out is gone."""
    sums: dict[Any, Money] = {}
    for line in lines:
        known = sums.get(line.account, Money.zero(line.amount.currency))
        sums[line.account] = known + line.amount
    return [Line(account, amount) for account, amount in sums.items() if amount]


def _summed(found: Iterable[tuple[AccountKey, Money]]) -> Parts:
    sums: Parts = {}
    for account, part in found:
        sums[account] = sums.get(account, Money.zero(part.currency)) + part
    return sums


def _whole(line: LineFacts) -> Back:
    return Back(line.quantity, line.back.money)


def _is_whole(line: LineFacts) -> bool:
    return share_back(line, line.back) == WHOLE


def _floor(money: Money, share: Fraction, unit: int = 1) -> Money:
    micro = money.micro * share.numerator // share.denominator
    return Money(micro // unit * unit, money.currency)
