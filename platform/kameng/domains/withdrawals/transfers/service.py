"""The verbs of transfers: begin one, take in what became of it, and what came back.

Inside `use(site)`, like review. The attempt is committed with its key before anything is asked; an
answer nobody heard is looked for at the provider, and the same request repeated under the same key.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.withdrawals import notices, review
from kameng.domains.withdrawals import queries as withdrawals
from kameng.domains.withdrawals.connected import queries as connected
from kameng.domains.withdrawals.connected import service as connections
from kameng.domains.withdrawals.connected.errors import NotReadyThere, ProviderOff
from kameng.domains.withdrawals.payouts import Payout, Proof, Provider
from kameng.domains.withdrawals.payouts.base import Sent
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.domains.withdrawals.rules import by_provider
from kameng.domains.withdrawals.transfers import queries, rules
from kameng.domains.withdrawals.transfers.errors import NoSuchTransfer, PaidByHand
from kameng.domains.withdrawals.transfers.models import PayoutTransfer
from kameng.domains.withdrawals.transfers.rules import OPEN, TransferFacts, TransferState
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Outcome = Proof | CallRefused | CallUnknown


def begin(
    tenant: Tenant, withdrawal_id: UUID, *, actor: Actor, now: datetime
) -> Call[Proof, TransferFacts]:
    """The call that sends an approved withdrawal. Two who press at once: one of them sends.

    Refuses PaidByHand, ProviderOff, NotReadyThere and what review.take_up does.
    """
    row = review.locked(tenant, withdrawal_id)
    if not by_provider(row.method):
        raise PaidByHand()
    if not connected.is_on(tenant):
        raise ProviderOff()
    there = connected.of_account(tenant, row.account_id)
    if there is None or there.provider_account is None or not there.is_ready:
        raise NotReadyThere()
    taken_up = review.take_up(tenant, withdrawal_id, actor=actor, now=now)
    made = _stored(tenant, taken_up, there.provider_account, actor, now)
    way, payout = connections.way(), _payout(made, taken_up.holder)

    def settle(answer: Outcome) -> TransferFacts:
        return settled(tenant, made.id, answer, actor=actor, now=clock.now())

    return Call(lambda: way.paid(payout, Proof()), settle)


def settled(
    tenant: Tenant, transfer_id: UUID, answer: Outcome, *, actor: Actor, now: datetime
) -> TransferFacts:
    """Take in what became of it, once: the withdrawal is paid with the provider's id as proof, or
    waits to be paid again with the reason, or goes on being asked about."""
    row = _locked(tenant, transfer_id)
    if TransferState(row.state) not in OPEN:
        return queries.facts(row)
    row.updated_at = now
    if isinstance(answer, Proof):
        row.state, row.provider_transfer = TransferState.SENT.value, answer.text
        row.problem, row.settled_at, row.check_at = None, now, None
        session.flush()
        review.paid_by(tenant, row.withdrawal_id, answer, actor=actor, now=now)
    elif isinstance(answer, CallRefused):
        row.state, row.problem = TransferState.FAILED.value, str(answer)[:500]
        row.settled_at, row.check_at = now, None
        session.flush()
        review.let_go(tenant, row.withdrawal_id, actor=actor)
        _tell(tenant, row, str(answer), now)
    else:
        _unknown(row, str(answer), now)
        session.flush()
    return queries.facts(row)


def asked(transfer: TransferFacts, holder: str, way: Provider, *, now: datetime) -> Outcome:
    """What the provider says of a transfer whose answer nobody heard; sent once more, under its
    key, if it never arrived. Only a refusal to make it is a no. Call it with nothing open."""
    payout = _payout(transfer, holder)
    try:
        found = way.find(payout)
    except (CallRefused, CallUnknown) as silence:
        return CallUnknown(str(silence))
    if found is not None:
        return _proof(transfer, found)
    if not rules.may_repeat(transfer, now):
        return CallRefused("not_found: the provider has no such transfer")
    try:
        return way.paid(payout, Proof())
    except (CallRefused, CallUnknown) as failure:
        return failure


def came_back(tenant: Tenant, transfer_id: UUID, sent: Sent, *, now: datetime) -> TransferFacts:
    """The provider has sent money back. All of it: the withdrawal came back, with its fee, once. A
    part of it is for a human: it is written down and the master is told."""
    row = _locked(tenant, transfer_id)
    if sent.id != row.provider_transfer or row.state != TransferState.SENT:
        return queries.facts(row)
    back = Money.of_fen(sent.back_fen, row.currency)
    if back <= row.back:
        return queries.facts(row)
    row.back, row.updated_at = min(back, row.amount), now
    if row.back == row.amount:
        row.state = TransferState.REVERSED.value
        session.flush()
        said = f"Stripe 撤回了转账 / transfer reversed ({sent.id})"
        review.send_back(tenant, row.withdrawal_id, said, actor=SYSTEM, now=now)
    else:
        _tell(tenant, row, f"transfer.reversed {row.back} / {row.amount}", now)
    session.flush()
    return queries.facts(row)


def holder_of(tenant: Tenant, transfer: TransferFacts) -> str:
    """Whose money it is."""
    found = withdrawals.one(tenant, transfer.withdrawal_id)
    return found.holder if found else ""


def _stored(
    tenant: Tenant, paying: WithdrawalFacts, to: str, actor: Actor, now: datetime
) -> TransferFacts:
    mine = PayoutTransfer.withdrawal_id == paying.id
    before = session.scalar(select(func.count()).select_from(PayoutTransfer).where(mine)) or 0
    row = PayoutTransfer(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        root_id=tenant.root_id,
        withdrawal_id=paying.id,
        number=before + 1,
        provider_account=to,
        amount=paying.paid,
        currency=paying.paid.currency,
        state=TransferState.SUBMITTING.value,
        back=Money.zero(paying.paid.currency),
        created_at=now,
        created_by=actor.name[:80],
        updated_at=now,
        check_at=rules.next_check(0, now),
        checks=0,
    )
    session.add(row)
    session.flush()
    return queries.facts(row)


def _unknown(row: PayoutTransfer, problem: str, now: datetime) -> None:
    row.state, row.problem = TransferState.UNKNOWN.value, problem[:500]
    row.checks += 1
    row.check_at = rules.next_check(row.checks, now)


def _proof(transfer: TransferFacts, found: Sent) -> Outcome:
    wrong = rules.difference(
        transfer,
        amount_fen=found.amount_fen,
        currency=found.currency,
        to=found.to,
        attempt_id=found.attempt_id,
    )
    return CallUnknown(f"transfer {found.id}: {wrong}") if wrong else Proof(found.id)


def _payout(transfer: TransferFacts, holder: str) -> Payout:
    return Payout(
        transfer.withdrawal_id,
        transfer.amount,
        holder,
        to=transfer.to,
        attempt_id=str(transfer.id),
        key=transfer.key,
    )


def _tell(tenant: Tenant, row: PayoutTransfer, reason: str, now: datetime) -> None:
    """Those who pay at the master have something to look at."""
    key = f"{row.id}:{row.state}:{row.back.micro}"
    notices.transfer_strange(tenant, row.withdrawal_id, row.amount, reason[:200], key=key, now=now)


def _locked(tenant: Tenant, transfer_id: UUID) -> PayoutTransfer:
    """The withdrawal first, then its transfer: everybody locks in this order."""
    mine = (PayoutTransfer.tenant_id == tenant.id, PayoutTransfer.id == transfer_id)
    withdrawal_id = session.scalar(select(PayoutTransfer.withdrawal_id).where(*mine))
    if withdrawal_id is None:
        raise NoSuchTransfer()
    review.locked(tenant, withdrawal_id)
    query = select(PayoutTransfer).where(*mine).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    assert row
    return row
