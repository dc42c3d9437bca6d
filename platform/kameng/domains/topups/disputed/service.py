"""The verb for a disputed top-up: as soon as the bank has taken the money, what is unspent of it is
off the balance too, and on it again if the dispute is won. What is spent a site owes once it is
lost: its balance pays for goods and packages. What a member has spent is the master's loss."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.journal.queries import JournalFilter, TxnFacts
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.disputes.rules import DisputeFacts, DisputeState
from kameng.domains.payments.rules import AttemptFacts, ProviderDispute
from kameng.domains.topups import money, queries, record, rules
from kameng.domains.topups.models import TopUp
from kameng.domains.topups.rules import TopUpState
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


def disputed(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderDispute, *, now: datetime
) -> DisputeFacts:
    """Take in what the provider says of a dispute, and let its top-up follow. Reports may repeat
    and come in any order; the end is the same."""
    row = record.locked(tenant, UUID(attempt.reference))
    dispute = disputes.take_in(tenant, attempt, said, now=now)
    if dispute.followed or row.state != TopUpState.PAID:
        return disputes.followed(tenant, dispute.id, now=now) if dispute.is_over else dispute
    if dispute.state is DisputeState.WON:
        _give_again(tenant, row, dispute, now)
    elif dispute.state is not DisputeState.INQUIRY:
        _take(tenant, row, dispute, now)
        _owe(tenant, row, dispute, now)
    return disputes.followed(tenant, dispute.id, now=now) if dispute.is_over else dispute


def _take(tenant: Tenant, row: TopUp, dispute: DisputeFacts, now: datetime) -> None:
    """Once when the bank takes the money, and once more what has come back by the end."""
    topup = queries.facts(row)
    taken = list(_taken(tenant, dispute, row))
    if len(taken) > dispute.is_over:
        return
    gone = sum((_amount(txn, tenant) for txn in taken), Money.zero(tenant.currency))
    left = rules.returnable(topup, money.on_balance(tenant, topup))
    amount = min(left, max(dispute.amount - gone, Money.zero(tenant.currency)))
    if amount.micro <= 0:
        return
    step = f"{dispute.id}:{len(taken)}"
    money.dispute_took(tenant, topup, step, amount, _who(dispute), now=now)
    row.refunded = topup.refunded + amount
    session.flush()


def _owe(tenant: Tenant, row: TopUp, dispute: DisputeFacts, now: datetime) -> None:
    """Decided for good: what the bank keeps beyond what came off the balance, once."""
    topup = queries.facts(row)
    if topup.member_id is not None or not dispute.is_over:
        return
    taken = (_amount(txn, tenant) for txn in _taken(tenant, dispute, row))
    rest = dispute.taken - sum(taken, Money.zero(tenant.currency))
    if rest.micro > 0:
        money.dispute_owed(tenant, topup, dispute.id, rest, _who(dispute), now=now)


def _give_again(tenant: Tenant, row: TopUp, dispute: DisputeFacts, now: datetime) -> None:
    for txn in list(_taken(tenant, dispute, row)):
        money.dispute_won(tenant, txn.id, _who(dispute), now=now)
        row.refunded = queries.facts(row).refunded - _amount(txn, tenant)
    session.flush()


def _taken(tenant: Tenant, dispute: DisputeFacts, row: TopUp) -> Iterator[TxnFacts]:
    """What this dispute has taken off the balance: the books know, if anything was taken at all."""
    if not row.refunded:
        return iter(())
    asked = JournalFilter(kind=money.DISPUTED, ref_id=str(row.id))
    by = f"{_who(dispute).kind}:{_who(dispute).id}"
    return (txn for txn in journal.journal(tenant, asked).txns if txn.created_by == by)


def _amount(txn: TxnFacts, tenant: Tenant) -> Money:
    """What it took off a balance of the site."""
    return sum(
        (line.debit for line in txn.entries if line.account.kind in money.BALANCES),
        Money.zero(tenant.currency),
    )


def _who(dispute: DisputeFacts) -> Actor:
    return Actor("provider", str(dispute.id), "")
