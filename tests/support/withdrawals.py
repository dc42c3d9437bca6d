"""Earnings that are due, as settlement would leave them, and withdrawals of them, for tests."""

from __future__ import annotations

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKind, credit, debit, house
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.rules import HOUSE, Draft, Owner
from kameng.domains.withdrawals import rules, service
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.kit import clock, ids
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import payees
from tests.support.ledger import TESTER, posting, yuan


def earn(tenant: Tenant, amount: str, owner: Owner = HOUSE) -> None:
    """Goods sold for cash, earned and due; the caller commits."""
    cash = house(tenant.root_id, AccountKind.CASH_BY_HAND)
    due = rules.available_of(tenant.id, owner)
    lines = (debit(cash, yuan(amount)), credit(due, yuan(amount)))
    ledger.post(tenant, posting(*lines), now=clock.now())


def owe(tenant: Tenant, amount: str, owner: Owner = HOUSE) -> None:
    """A refund after settlement: earnings not yet due go below zero; the caller commits."""
    back = house(tenant.root_id, AccountKind.REFUND_DUE)
    owing = rules.owing_of(tenant.id, owner)
    lines = (debit(owing, yuan(amount)), credit(back, yuan(amount)))
    ledger.post(tenant, posting(*lines), now=clock.now())


def rich(
    tenant: Tenant, amount: str, owner: Owner = HOUSE, *, papers: Draft = payees.PAPERS
) -> AccountFacts:
    """Money that is due, and a verified account to send it to, committed."""
    with use(tenant):
        account = payees.ready(tenant, owner=owner, papers=papers)
        earn(tenant, amount, owner)
        session.commit()
    return account


def asked(
    tenant: Tenant, account: AccountFacts, amount: str, owner: Owner = HOUSE
) -> WithdrawalFacts:
    """One withdrawal that waits for review; the caller commits."""
    return service.ask(
        tenant,
        account.id,
        yuan(amount),
        owner=owner,
        once=ids.token(12),
        actor=TESTER,
        now=clock.now(),
    )
