"""The verbs of giving a top-up back: off the balance first, then through the provider, and onto the
balance again if the provider would not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.payments import queries as payment_queries
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import ProviderRefund, RefundFacts, RefundState
from kameng.domains.topups import money, queries, record, rules
from kameng.domains.topups.errors import MasterGivesBack
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


def _keep(tenant: Tenant, topup: TopUpFacts, amount: Money, reason: str, actor: Actor) -> None:
    told = {"amount": str(amount), "reason": reason[:200]}
    audit.record(tenant, actor, "topup.refund", str(topup.id), after=told)
