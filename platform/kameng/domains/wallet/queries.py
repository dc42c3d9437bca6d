"""What a member holds and how it came about, and what a sub-site's deposit holds."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.journal.queries import Movement
from kameng.domains.wallet import rules
from kameng.kit.money import Money
from tenants.tree import Tenant


def balance(tenant: Tenant, member_id: UUID) -> Money:
    """What a member may spend now; money set aside does not count."""
    return ledger.balance(rules.wallet_of(tenant.id, member_id, tenant.currency)).available


def movements(tenant: Tenant, member_id: UUID, *, size: int = 20) -> list[Movement]:
    """The latest changes of a member's balance, newest first."""
    return journal.movements(rules.wallet_of(tenant.id, member_id, tenant.currency), size=size)


def deposit_of(tenant: Tenant) -> Money:
    """What a sub-site still has with the master."""
    return ledger.balance(rules.deposit_account(tenant.id, tenant.currency)).available
