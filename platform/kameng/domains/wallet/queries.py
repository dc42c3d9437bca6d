"""Reads of balances, for the member centre and the console."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.ledger import queries as books
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.journal.queries import Movement
from kameng.domains.wallet import rules
from kameng.kit.money import Money
from tenants.tree import Tenant


def balance(tenant: Tenant, member_id: UUID) -> Money:
    """What the member can spend at this site now."""
    return books.balance(rules.wallet_of(tenant.id, member_id)).available


def deposit_of(tenant: Tenant) -> Money:
    """What is left of the sub-site's deposit."""
    return books.balance(rules.deposit_of(tenant.id)).available


def movements(tenant: Tenant, member_id: UUID, *, size: int = 20) -> list[Movement]:
    """The latest changes of the member's balance, newest first."""
    return journal.movements(rules.wallet_of(tenant.id, member_id), size=size)
