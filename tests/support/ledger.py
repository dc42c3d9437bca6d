"""Small postings, and looks behind the policies, for tests of whatever moves money."""

from __future__ import annotations

from sqlalchemy import Engine, text

from kameng.domains.ledger import service
from kameng.domains.ledger.rules import (
    AccountKey,
    AccountKind,
    Line,
    Posted,
    Posting,
    credit,
    debit,
    house,
)
from kameng.kit import clock, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.tree import Tenant

TESTER = Actor("system", "test", "Test")


def yuan(amount: str) -> Money:
    """Short for Money.of."""
    return Money.of(amount)


def purse(tenant: Tenant, owner: str = "kim") -> AccountKey:
    """A floored account of one member."""
    return AccountKey(tenant.id, "member", owner, AccountKind.WALLET.value)


def cash(tenant: Tenant) -> AccountKey:
    """The hot account that money comes from by hand."""
    return house(tenant.id, AccountKind.CASH_BY_HAND)


def posting(*lines: Line, key: str = "", kind: str = "test", ref: str = "1") -> Posting:
    """A posting about nothing in particular, with a key of its own unless one is given."""
    return Posting(kind, key or str(ids.uuid7()), "test", ref, lines, TESTER)


def move(taken: AccountKey, given: AccountKey, amount: str, key: str = "") -> Posting:
    """Debit `taken`, credit `given`."""
    return posting(debit(taken, yuan(amount)), credit(given, yuan(amount)), key=key)


def fill(tenant: Tenant, owner: str, amount: str) -> Posted:
    """Put money into a member's purse from the tenant's cash; the caller commits."""
    return service.post(tenant, move(cash(tenant), purse(tenant, owner), amount), now=clock.now())


def counts(owner: Engine, root_id: int) -> tuple[int, int, int]:
    """How many transactions and entries an alliance has, and the sum of its accounts' versions."""
    with owner.connect() as connection:
        row = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM shared.ledger_txn WHERE chain[1] = :root),"
                " (SELECT count(*) FROM shared.ledger_entry WHERE chain[1] = :root),"
                " (SELECT coalesce(sum(version), 0) FROM shared.ledger_account"
                "  WHERE chain[1] = :root)"
            ),
            {"root": root_id},
        ).one()
    return (row[0], row[1], int(row[2]))
