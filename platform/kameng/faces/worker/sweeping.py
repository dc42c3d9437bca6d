"""What the clock does to what was forgotten: payments nobody reported on, fees nobody told yet,
refunds under way, paid orders nobody delivered, notifications that never came."""

from __future__ import annotations

from datetime import datetime, timedelta

from kameng.domains.orders import service as orders
from kameng.domains.payments import gateways, queries
from kameng.domains.payments import service as payments
from kameng.domains.payments.disputes import queries as dispute_queries
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.errors import ChannelOff
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.kept import queries as kept
from kameng.domains.payments.outside import queries as outside
from kameng.domains.payments.own import queries as own
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import AttemptFacts, Notice, RefundFacts, RefundState
from kameng.faces.worker import accounts, noticing, sites
from kameng.faces.worker.accounts import Account
from kameng.faces.worker.rounds import each
from kameng.kit import calls, clock
from kameng.kit.calls import CallRefused, CallUnknown
from kameng.reactions import payment_received
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven

LOOK_BACK = timedelta(hours=72)


def check_payments(now: datetime) -> int:
    """Ask the provider about attempts that have been silent for too long."""
    with shared():
        silent = queries.to_check(now)
    return each(silent, _check_payment)


def check_fees(now: datetime) -> int:
    """Ask the provider what it kept of payments where it did not say as they arrived."""
    with shared():
        untold = kept.to_ask(now)
    return each(untold, _check_fee)


def check_refunds(now: datetime) -> int:
    """Ask the provider about refunds under way; send those that never left."""
    with shared():
        under_way = queries.refunds_to_check(now)
    return each(under_way, _check_refund)


def deliver_stuck(now: datetime) -> int:
    """Deliver paid orders whose reaction was lost."""
    with shared():
        stuck = orders.stuck(now)
    return each(stuck, lambda one: _deliver(one[0], one[1]))


def recover_lost(now: datetime) -> int:
    """List what was paid at the provider of late, and apply what we never heard of."""
    found: list[int] = []
    for channel in gateways.GATEWAYS:
        each(_accounts(channel, now), lambda one: found.append(_recover(one, now)))
    return sum(found)


def _accounts(channel: str, now: datetime) -> list[Account]:
    """The master's account first, then those of sites, by turns another one first: an account that
    does not answer keeps nobody's else from being asked."""
    with shared():
        mine = own.sites(channel)
    turn = int(now.timestamp()) // 60 % len(mine) if mine else 0
    return [Account(channel), *(Account(channel, one) for one in mine[turn:] + mine[:turn])]


def _recover(account: Account, now: datetime) -> int:
    gateway, found = account.gateway(), 0
    for reported in gateway.paid_since(now - LOOK_BACK):
        attempt = _not_booked(account, reported)
        if attempt is not None:
            found += each([(attempt, reported)], lambda one: noticing.apply(*one))
    gone_back = _gone_back(account, gateway, now)
    found += each(gone_back, lambda one: noticing.outside(account, one))
    unheard = _unheard(account, gateway, now)
    return found + each(unheard, lambda one: noticing.dispute(account, one))


def _not_booked(account: Account, reported: payments.Session) -> AttemptFacts | None:
    """The payment of ours a paid page belongs to, if nobody has heard of it yet."""
    asked = Notice("", "", session=reported.id, ours=reported.attempt_id)
    with shared():
        attempt = queries.about(account.channel, asked)
    if attempt is None or attempt.succeeded_at is not None:
        return None
    tenant = sites.by_id(attempt.tenant_id)
    there = tenant is None or account.is_of(tenant, attempt.payee_tenant_id)
    return attempt if there else None


def _unheard(account: Account, gateway: Gateway, now: datetime) -> list[disputes.ProviderDispute]:
    """Disputes of late that nobody told us of."""
    late = list(disputes.opened_since(gateway, now - LOOK_BACK))
    with shared():
        return [one for one in late if not dispute_queries.is_known(account.channel, one)]


def _gone_back(account: Account, gateway: Gateway, now: datetime) -> list[refunds.ProviderRefund]:
    """Refunds of late of payments of ours that nobody here asked for, and nobody told us of."""
    late = list(outside.made_since(gateway, now - LOOK_BACK))
    with shared():
        return [
            one
            for one in late
            if not outside.is_known(account.channel, one) and outside.about(account.channel, one)
        ]


def check_disputes(now: datetime) -> int:
    """Ask the provider about disputes under way, and those whose order has not followed yet."""
    with shared():
        turn = dispute_queries.to_check(now)
    return each(turn, _check_dispute)


def _check_dispute(known: disputes.DisputeFacts) -> None:
    tenant = sites.served(known.tenant_id)
    if tenant is None:
        return
    with use_proven(tenant):
        payee_id = queries.attempt(tenant, known.attempt_id).payee_tenant_id
    account = Account(known.channel, None if payee_id == tenant.root_id else payee_id)
    try:
        said = disputes.reported(account.gateway(), known.provider_dispute)
        noticing.dispute(account, said)
    except (CallRefused, CallUnknown):
        with use_proven(tenant):
            disputes.postpone(tenant, known.id, now=clock.now())
            session.commit()


def _check_payment(attempt: AttemptFacts) -> None:
    tenant = sites.served(attempt.tenant_id)
    if tenant is None:
        return
    gateway = accounts.gateway(tenant, attempt.channel, attempt.payee_tenant_id)
    try:
        reported = payments.looked_up(attempt, gateway)
    except (CallRefused, CallUnknown):
        reported = None
        unknown = True
    else:
        unknown = False
    if reported is not None:
        noticing.apply(attempt, reported)
        return
    with use_proven(tenant):
        if unknown:
            payments.postpone(tenant, attempt.id, now=clock.now())
        else:
            payments.not_found(tenant, attempt.id, now=clock.now())
        session.commit()


def _check_fee(attempt: AttemptFacts) -> None:
    tenant = sites.served(attempt.tenant_id)
    if tenant is None:
        return
    try:
        gateway = accounts.gateway(tenant, attempt.channel, attempt.payee_tenant_id)
        reported = payments.looked_up(attempt, gateway)
    except (CallRefused, CallUnknown, ChannelOff):
        reported = None
    with use_proven(tenant):
        payments.fee_told(tenant, attempt.id, reported, now=clock.now())
        session.commit()


def _check_refund(known: RefundFacts) -> None:
    tenant = sites.served(known.tenant_id)
    if tenant is None:
        return
    gateway = accounts.gateway(tenant, known.channel, known.payee_tenant_id)
    answer = _asked_about(known, gateway)
    with use_proven(tenant):
        payment_received.refund(tenant, known, answer, clock.now())
        session.commit()


def _asked_about(
    known: RefundFacts, gateway: Gateway
) -> refunds.ProviderRefund | CallRefused | CallUnknown:
    """What the provider says of a refund, sent once more if it never arrived. Only a refusal to
    make it is a no; a refused question leaves the refund as unknown as it was."""
    try:
        found = refunds.looked_up(known, gateway)
    except (CallRefused, CallUnknown) as silence:
        return CallUnknown(str(silence))
    if found is not None:
        return found
    if known.state is RefundState.PENDING:
        return CallUnknown("the provider does not know of it")
    try:
        return refunds.send(known, gateway)
    except (CallRefused, CallUnknown) as failure:
        return failure


def _deliver(tenant_id: int, order_id: object) -> None:
    tenant = sites.served(tenant_id)
    if tenant is None:
        return
    with use_proven(tenant):
        call = orders.fulfil(tenant, order_id, now=clock.now())  # type: ignore[arg-type]
        if call is not None:
            calls.run(call)
        session.commit()
