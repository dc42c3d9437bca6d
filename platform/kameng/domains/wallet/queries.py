"""What a member holds and how it came about, and what a sub-site's deposit holds."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.journal.queries import Movement
from kameng.domains.ledger.rules import AccountKind
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


def deposits_of(site_ids: Iterable[int]) -> dict[int, Money]:
    """What each of these sites below still has with the master; those that never had are absent."""
    return ledger.available_by_site(AccountKind.PREPAID, site_ids)


def sites_with_less_than(amount: Money) -> list[int]:
    """Sites below that keep a deposit with the master and have less than this left of it."""
    held = ledger.available_by_site(AccountKind.PREPAID)
    return [site_id for site_id, left in held.items() if left < amount]
