"""Earnings for tests: margin posted as a delivery posts it, on any day, about an order or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, text

from kameng.domains.ledger import queries as ledger_queries
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.settlement import service as settlement
from kameng.domains.settlement.service import Outcome
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant

_INDEX = text(
    "INSERT INTO shared.order_index (order_id, tenant_id, chain, number, state, title, quantity,"
    " total, currency, contact, pay_method, placed_at, moved_at) VALUES (:id, :tenant, :chain,"
    " :number, :state, 'test', 1, 1, 'CNY', '', 'wallet', :at, :at)"
    " ON CONFLICT (order_id) DO UPDATE SET state = excluded.state"
)


def ago(days: int) -> datetime:
    """So many days before this moment."""
    return clock.now() - timedelta(days=days)


def order(owner: Engine, site: Tenant, state: str = "completed", id_: UUID | None = None) -> UUID:
    """An order of a site in the index, in a state; the same again moves it."""
    made = id_ or ids.uuid7()
    row = {"id": made, "tenant": site.id, "chain": list(site.chain), "at": clock.now()}
    with owner.begin() as behind:
        behind.execute(_INDEX, {**row, "number": made.hex[-20:], "state": state})
    return made


def earned(
    site: Tenant,
    amount: str,
    at: datetime,
    about: UUID | None = None,
    *,
    sold_by: Tenant | None = None,
) -> None:
    """Margin of a site, committed; a negative amount is what a refund takes back."""
    seller, money = sold_by or site, Money.of(amount)
    given, root = abs(money.micro), site.root_id
    margin = house(site.id, AccountKind.MARGIN)
    owed = house(root, AccountKind.ORDER_LIABILITY)
    sides = (owed, margin) if money.micro > 0 else (margin, owed)
    lines = [debit(sides[0], Money(given)), credit(sides[1], Money(given))]
    kind = "order_delivered" if money.micro > 0 else "order_returned"
    ref = ("order", str(about)) if about else ("test", str(ids.uuid7()))
    with use(seller):
        ledger.post(seller, Posting(kind, str(ids.uuid7()), *ref, lines, SYSTEM), now=at)
        session.commit()


def holds(site: Tenant, kind: AccountKind) -> Money:
    """What the house account of a site holds."""
    with use(site):
        return ledger_queries.balance(house(site.id, kind)).posted


def settled(root: Tenant, site: Tenant, *, now: datetime | None = None) -> Outcome:
    """One site settled in a run of the master that looks at this moment; committed."""
    moment = now or clock.now()
    with use(root):
        run = settlement.begin(root, actor=SYSTEM, now=moment)
        session.commit()
    with use(site):
        made = settlement.settle(site, settlement.key_of(run), now=moment)
        session.commit()
    return made
