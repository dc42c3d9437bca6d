"""The verbs of giving a top-up back: off the balance first, then through the provider, and onto the
balance again if the provider would not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.payments import queries as payment_queries
from kameng.domains.payments.outside import rules as outside
from kameng.domains.payments.outside import service as outsides
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import (
    OUTSIDE,
    AttemptFacts,
    ProviderRefund,
    RefundFacts,
    RefundState,
)
from kameng.domains.topups import money, notices, queries, record, rules
from kameng.domains.topups.errors import MasterGivesBack
from kameng.domains.topups.models import TopUp
from kameng.domains.topups.rules import Payer, TopUpFacts
from kameng.kit import audit, clock
from kameng.kit.audit import Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Answer = ProviderRefund | CallRefused | CallUnknown


def refund(
    tenant: Tenant,
    topup_id: UUID,
    amount: Money,
    *,
    by: Tenant,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Call[ProviderRefund, RefundFacts]:
    """Give back part or all of a top-up of the bound site; `by` is the site whose staff decides.

    Refuses MasterGivesBack, TopUpNotPaid, TopUpSpent.
    """
    row = record.locked(tenant, topup_id)
    topup = queries.facts(row)
    if topup.payer is Payer.SITE and not by.is_root:
        raise MasterGivesBack()
    asked = rules.check_refund(topup, amount, money.unspent(tenant, topup))
    paid = payment_queries.attempt(tenant, topup.attempt_id)
    begun = refunds.prepare(tenant, paid, asked, reason=reason, now=now)
    money.refund_begun(tenant, topup, begun.id, asked, actor, now=now)
    row.refunded = topup.refunded + asked
    session.flush()
    _keep(tenant, topup, asked, reason, actor)
    return call_for(tenant, begun)


def call_for(tenant: Tenant, begun: RefundFacts) -> Call[ProviderRefund, RefundFacts]:
    """The call that sends a refund. Its own key makes sending it again harmless."""

    def settle(answer: Answer) -> RefundFacts:
        return settled(tenant, begun.reference, begun.id, answer, now=clock.now())

    gateway = refunds.gateway_of(tenant, begun)
    return Call(lambda: refunds.send(begun, gateway), settle)


def settled(
    tenant: Tenant, reference: str, refund_id: UUID, answer: Answer, *, now: datetime
) -> RefundFacts:
    """Apply what is known of a refund to the books, once."""
    row = record.locked(tenant, UUID(reference))
    topup = queries.facts(row)
    known = payment_queries.refund(tenant, refund_id)
    if known.reason == OUTSIDE:
        return _go_on(tenant, row, known, answer, now)
    known, ended = refunds.settled(tenant, refund_id, answer, now=now)
    if not ended:
        return known
    if known.state is RefundState.SUCCEEDED:
        money.refund_left(tenant, topup, known, now=now)
    else:
        money.refund_kept(tenant, topup, known.id, known.amount, now=now)
        row.refunded = topup.refunded - known.amount
        session.flush()
    return known


def refunded_outside(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderRefund, *, now: datetime
) -> str:
    """Take in what the provider says of a refund nobody here asked for; twice is once. Says what
    is wrong with one that cannot be: that one is kept nowhere, and the master is told."""
    row = record.locked(tenant, UUID(attempt.reference))
    known, wrong = outsides.taken_in(tenant, attempt, said, now=now)
    if known is None:
        amount = outside.amount_of(said, attempt)
        notices.gone_back(tenant, queries.facts(row), said.id, amount, now=now)
        return wrong
    if known.reason == OUTSIDE:
        _go_on(tenant, row, known, said, now)
    return ""


def _go_on(
    tenant: Tenant, row: TopUp, known: RefundFacts, answer: Answer, now: datetime
) -> RefundFacts:
    """Once the money has left; until then it is looked at again."""
    if not isinstance(answer, ProviderRefund) or not outside.has_ended(answer):
        refunds.postpone(tenant, known.id, now=now)
        return known
    known, ended = refunds.settled(tenant, known.id, answer, now=now)
    if ended and known.state is RefundState.SUCCEEDED:
        _gone_back(tenant, row, known, now)
        notices.gone_back(tenant, queries.facts(row), str(known.id), known.amount, now=now)
    return known


def _gone_back(tenant: Tenant, row: TopUp, known: RefundFacts, now: datetime) -> None:
    """What is unspent of it is off the balance too; what is spent is the master's loss."""
    topup = queries.facts(row)
    taken = min(known.amount, rules.returnable(topup, money.on_balance(tenant, topup)))
    if taken:
        money.refund_begun(tenant, topup, known.id, taken, audit.SYSTEM, now=now)
    if known.amount > taken:
        money.refund_beyond(tenant, topup, known.id, known.amount - taken, now=now)
    money.refund_left(tenant, topup, known, now=now)
    row.refunded = topup.refunded + taken
    session.flush()


def _keep(tenant: Tenant, topup: TopUpFacts, amount: Money, reason: str, actor: Actor) -> None:
    told = {"amount": str(amount), "reason": reason[:200]}
    audit.record(tenant, actor, "topup.refund", str(topup.id), after=told)
