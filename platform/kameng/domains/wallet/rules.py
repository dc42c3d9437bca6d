"""Which accounts a wallet and a deposit are, and which lines put money into them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, credit, debit, house
from kameng.domains.wallet.errors import BadCredit
from kameng.kit.money import FEN, MICRO, Money

LARGEST = Money(1_000_000 * MICRO)
"""The most one credit may be; a slip of the hand is likelier than more."""


def wallet_of(tenant_id: int, member_id: UUID, currency: str = "CNY") -> AccountKey:
    """A member's account at a site."""
    return AccountKey(tenant_id, "member", str(member_id), AccountKind.WALLET.value, currency)


def deposit_account(tenant_id: int, currency: str = "CNY") -> AccountKey:
    """What a sub-site has left with the master."""
    return house(tenant_id, AccountKind.PREPAID, currency)


def member_lines(chain: Sequence[int], member_id: UUID, money: Money) -> list[Line]:
    """The master takes cash for it; a sub-site pays with its deposit. Nobody makes money."""
    root_id, tenant_id = chain[0], chain[-1]
    _refuse_odd(money)
    source = (
        house(root_id, AccountKind.CASH_BY_HAND, money.currency)
        if tenant_id == root_id
        else deposit_account(tenant_id, money.currency)
    )
    return [debit(source, money), credit(wallet_of(tenant_id, member_id, money.currency), money)]


def deposit_lines(chain: Sequence[int], money: Money) -> list[Line]:
    """Cash that the master took from the agent, owed to the sub-site."""
    _refuse_odd(money)
    cash = house(chain[0], AccountKind.CASH_BY_HAND, money.currency)
    return [debit(cash, money), credit(deposit_account(chain[-1], money.currency), money)]


def _refuse_odd(money: Money) -> None:
    if money.micro <= 0 or money.micro % FEN or money > Money(LARGEST.micro, money.currency):
        raise BadCredit(amount=money, largest=Money(LARGEST.micro, money.currency))
