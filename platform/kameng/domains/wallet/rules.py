"""Whose account a balance is, and which amounts may be credited. Pure."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, credit, debit, house
from kameng.domains.wallet.errors import CreditRefused
from kameng.kit.money import FEN, Money

MOST = Money.of("1000000")
"""The largest amount one person may credit in one go."""


def wallet_of(tenant_id: int, member_id: UUID) -> AccountKey:
    """The account of a member's balance at one site; it spends nowhere else."""
    return AccountKey(tenant_id, "member", str(member_id), AccountKind.WALLET.value)


def deposit_of(tenant_id: int) -> AccountKey:
    """The account of what a sub-site has paid in ahead."""
    return house(tenant_id, AccountKind.PREPAID)


def creditable(money: Money) -> Money:
    """The amount itself. Refuses CreditRefused(amount, most)."""
    if not 0 < money.micro <= MOST.micro or money.micro % FEN:
        raise CreditRefused(amount=str(money), most=str(MOST))
    return money


def deposit_lines(root_id: int, tenant_id: int, money: Money) -> list[Line]:
    """Cash that reached the master site, owed to the sub-site that paid it."""
    cash = house(root_id, AccountKind.CASH_BY_HAND)
    return [debit(cash, money), credit(deposit_of(tenant_id), money)]


def credit_lines(chain: tuple[int, ...], member_id: UUID, money: Money) -> list[Line]:
    """A member's credit: out of the sub-site's deposit, or the master's cash at its own site."""
    seller, root = chain[-1], chain[0]
    source = deposit_of(seller) if seller != root else house(root, AccountKind.CASH_BY_HAND)
    return [debit(source, money), credit(wallet_of(seller, member_id), money)]
