"""What a posting is, and when it may be sent to the books: pure values, no database."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from kameng.domains.ledger.errors import NothingToPost, NoTransfers, Unbalanced
from kameng.kit.money import Money


class AccountKind(StrEnum):
    """The chart of accounts; which side is normal, hot or floored is the database's knowledge."""

    CLEARING_STRIPE = "clearing:stripe"
    CLEARING_OWN = "clearing:own"
    CASH_BY_HAND = "cash_by_hand"
    ORDER_LIABILITY = "order_liability"
    SUPPLIER_COST = "supplier_cost"
    MARGIN = "margin"
    REFUND_DUE = "refund_due"
    ROUNDING = "rounding"
    PREPAID = "prepaid"
    WALLET = "wallet"
    AVAILABLE = "available"
    COMMISSION = "commission"
    OWN_SALES = "own_sales"
    PAYOUT_FEE = "payout_fee"
    PACKAGE_FEE = "package_fee"
    PLATFORM_FEE = "platform_fee"
    CHANNEL_FEE = "channel_fee"
    DISPUTE_LOSS = "dispute_loss"


NEVER_TRANSFERRED = frozenset({AccountKind.WALLET.value, AccountKind.PREPAID.value})
"""Balances that are spent where they were issued and never move to another owner's."""


@dataclass(frozen=True, slots=True)
class AccountKey:
    """The natural key of an account; the account itself is opened by its first posting."""

    tenant_id: int
    owner_type: str
    owner_id: str
    kind: str
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a posting: a positive amount debits the account, a negative one credits it."""

    account: AccountKey
    amount: Money


class Who(Protocol):
    """Whoever acts: anything with a kind ('staff', 'member', 'system') and an id."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of money, recognised by its key, about the thing that ref names."""

    kind: str
    key: str
    ref_type: str
    ref_id: str
    lines: Sequence[Line]
    actor: Who


@dataclass(frozen=True, slots=True)
class Posted:
    """What the books answered: the transaction's id, and whether the key had been posted before."""

    txn_id: UUID
    replayed: bool


def house(tenant_id: int, kind: AccountKind, currency: str = "CNY") -> AccountKey:
    """The tenant's own account of a kind."""
    return AccountKey(tenant_id, "house", "", kind.value, currency)


def debit(account: AccountKey, money: Money) -> Line:
    """Move money into the debit side of an account."""
    return Line(account, money)


def credit(account: AccountKey, money: Money) -> Line:
    """Move money into the credit side of an account."""
    return Line(account, -money)


def checked(lines: Iterable[Line]) -> list[Line]:
    """The lines that move something, in one order for one content; refuses unless they balance,
    and whatever moves a balance to another owner's."""
    moving = [line for line in lines if line.amount.micro]
    if not moving:
        raise NothingToPost()
    _refuse_unbalanced(moving)
    _refuse_transfers(moving)
    return sorted(moving, key=_place)


def _refuse_unbalanced(lines: Iterable[Line]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.amount.currency != line.account.currency:
            raise Unbalanced(currency=line.amount.currency, by=line.amount)
        sums[line.amount.currency] += line.amount.micro
    for currency, micro in sums.items():
        if micro:
            raise Unbalanced(currency=currency, by=Money(micro, currency))


def _refuse_transfers(lines: Iterable[Line]) -> None:
    given: dict[str, set[AccountKey]] = defaultdict(set)
    taken: dict[str, set[AccountKey]] = defaultdict(set)
    for line in lines:
        if line.account.kind in NEVER_TRANSFERRED:
            side = taken if line.amount.micro > 0 else given
            side[line.account.kind].add(line.account)
    for kind, accounts in taken.items():
        if any(one != other for one in accounts for other in given[kind]):
            raise NoTransfers(kind=kind)


def _place(line: Line) -> tuple[int, str, str, str, str, int]:
    account = line.account
    return (
        account.tenant_id,
        account.kind,
        account.owner_type,
        account.owner_id,
        account.currency,
        line.amount.micro,
    )


def packed(lines: Iterable[Line]) -> list[dict[str, object]]:
    """The lines as the database functions read them."""
    return [
        {
            "t": line.account.tenant_id,
            "ot": line.account.owner_type,
            "oi": line.account.owner_id,
            "k": line.account.kind,
            "c": line.account.currency,
            "a": line.amount.micro,
        }
        for line in lines
    ]


def as_json(request: dict[str, object]) -> str:
    """A request to the database functions, compact."""
    return json.dumps(request, ensure_ascii=False, separators=(",", ":"))
