"""Making something of a notification: find whose it is, ask the provider, apply what it says."""

from __future__ import annotations

import logging

from kameng.domains.payments import gateways, queries, rules
from kameng.domains.payments import service as payments
from kameng.domains.payments.disputes import queries as dispute_queries
from kameng.domains.payments.disputes import rules as dispute_rules
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.errors import NoticeForged
from kameng.domains.payments.outside import queries as outside_queries
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import (
    REFUND_OPEN,
    AttemptFacts,
    AttemptState,
    Notice,
    RefundFacts,
    Verdict,
)
from kameng.faces.worker import accounts, connecting, queues, sites
from kameng.faces.worker.accounts import Account
from kameng.faces.worker.queues import Received
from kameng.kit import calls, clock
from kameng.kit.calls import CallRefused
from kameng.reactions import payment_received
from tenants.context import at, shared
from tenants.database import session
from tenants.proof import use_proven

_log = logging.getLogger(__name__)
Outcome = tuple[str, str | None]
DONE: Outcome = ("done", None)


def take_in(notice: Received) -> None:
    """Understand one notification, or look at it again later."""
    try:
        state, reason = _understood(notice)
    except Exception as error:  # noqa: BLE001 - one notification must not stop the others
        _log.exception("notification %s failed", notice.id)
        queues.notice_failed(notice, f"{type(error).__name__}: {error}", clock.now())
    else:
        queues.notice_done(notice, state, reason)


def _understood(received: Received) -> Outcome:
    account = Account.read(received.provider)
    try:
        notice = gateways.reread(account.channel, received.raw)
    except NoticeForged as strange:
        return "quarantined", f"unreadable: {strange.facts.get('why')}"
    try:
        found = _of_payments(account, notice) or _of_payouts(account, notice)
    except CallRefused as unknown:
        return "quarantined", f"the provider does not confirm it: {unknown}"[:500]
    return found or ("done", f"nothing follows from {notice.kind}")


def _of_payments(account: Account, notice: Notice) -> Outcome | None:
    """Money that came in, went back, or is disputed."""
    if notice.session:
        return _payment(account, notice)
    if notice.refund:
        return _refund(account, notice)
    if notice.refunded:
        return _gone_back(account, notice.refunded)
    if notice.dispute:
        return dispute(account, disputes.reported(account.gateway(), notice.dispute))
    return None


def _of_payouts(account: Account, notice: Notice) -> Outcome | None:
    """Money on its way to payees; it leaves from the master's account alone."""
    if account.site_id is not None:
        return None
    if notice.payee:
        return "done", connecting.account(notice.payee)
    if notice.transfer:
        return "done", connecting.transfer(notice.transfer)
    return None


def _payment(account: Account, notice: Notice) -> Outcome:
    cell, attempt = sites.anywhere(lambda: queries.about(account.channel, notice))
    if attempt is None or notice.session is None or not _is_there(account, cell, attempt):
        return "quarantined", "no payment of ours"
    if attempt.state is AttemptState.SUCCEEDED and attempt.provider_session == notice.session:
        return DONE
    with at(cell):
        return apply(attempt, payments.reported(account.gateway(), notice.session))


def _is_there(account: Account, cell: str, paid: AttemptFacts | RefundFacts) -> bool:
    """Whether a payment went through the very account that speaks of it."""
    with at(cell):
        tenant = sites.by_id(paid.tenant_id)
    return tenant is None or account.is_of(tenant, paid.payee_tenant_id)


def apply(attempt: AttemptFacts, reported: payments.Session) -> Outcome:
    """Bring what the provider reports of a payment into the books of its site."""
    tenant = sites.by_id(attempt.tenant_id)
    if tenant is None:
        return "quarantined", "the site is gone"
    with use_proven(tenant):
        live = payments.gateway_of(tenant, attempt).live
        fits = rules.judge(attempt, reported, live=live)[0]
        call = payment_received.payment(tenant, attempt, reported, clock.now())
        after = queries.attempt(tenant, attempt.id) if fits is Verdict.MISMATCH else attempt
        if call is not None:
            calls.run(call)
        session.commit()
    if after.state is AttemptState.QUARANTINED:
        return "quarantined", after.problem
    return DONE


def _refund(account: Account, notice: Notice) -> Outcome:
    cell, known = sites.anywhere(lambda: queries.refund_about(account.channel, notice))
    if notice.refund is None or (known and not _is_there(account, cell, known)):
        return "quarantined", "no refund of ours"
    if known is None or known.reason == rules.OUTSIDE:
        return outside(account, refunds.reported(account.gateway(), notice.refund))
    with at(cell):
        return _settle(known, account, notice.refund)


def _gone_back(account: Account, payment: str) -> Outcome:
    """Something of a payment went back: whatever of it we do not know of yet is taken in."""
    told = outside_queries.of_payment(account.gateway(), payment)
    with shared():
        unheard = [one for one in told if not outside_queries.is_known(account.channel, one)]
    ends = [outside(account, one) for one in unheard]
    return next((one for one in ends if one != DONE), DONE)


def outside(account: Account, said: refunds.ProviderRefund) -> Outcome:
    """Bring a refund made at the provider itself into the books of the site that sold."""
    cell, attempt = sites.anywhere(lambda: outside_queries.about(account.channel, said))
    if attempt is None or not _is_there(account, cell, attempt):
        return "quarantined", "no payment of ours"
    with at(cell):
        tenant = sites.by_id(attempt.tenant_id)
        if tenant is None:
            return "quarantined", "the site is gone"
        with use_proven(tenant):
            wrong = payment_received.outside(tenant, attempt, said, clock.now())
            session.commit()
    return ("quarantined", f"refund: {wrong}") if wrong else DONE


def _settle(known: RefundFacts, account: Account, refund: str) -> Outcome:
    tenant = sites.by_id(known.tenant_id)
    if tenant is None or known.state not in REFUND_OPEN:
        return DONE
    answer = refunds.reported(account.gateway(), refund)
    if answer.refund_id != str(known.id):
        return "quarantined", f"refund: ours {known.id}, theirs {answer.refund_id}"
    with use_proven(tenant):
        payment_received.refund(tenant, known, answer, clock.now())
        session.commit()
    return DONE


def dispute(account: Account, reported: disputes.ProviderDispute) -> Outcome:
    """Bring what the provider reports of a dispute into the books of the site that sold."""
    cell, attempt = sites.anywhere(lambda: dispute_queries.about(account.channel, reported))
    if attempt is None or not _is_there(account, cell, attempt):
        return "quarantined", "no payment of ours"
    with at(cell):
        if attempt.state is not AttemptState.SUCCEEDED:
            attempt = _arrived(attempt)
        return _disputed(attempt, reported)


def _arrived(attempt: AttemptFacts) -> AttemptFacts:
    """A dispute was told before its payment was: the payment first."""
    tenant = sites.by_id(attempt.tenant_id)
    if tenant is None:
        return attempt
    gateway = accounts.gateway(tenant, attempt.channel, attempt.payee_tenant_id)
    paid = payments.looked_up(attempt, gateway)
    if paid is None:
        return attempt
    apply(attempt, paid)
    with use_proven(tenant):
        return queries.attempt(tenant, attempt.id)


def _disputed(attempt: AttemptFacts, reported: disputes.ProviderDispute) -> Outcome:
    tenant = sites.by_id(attempt.tenant_id)
    if tenant is None:
        return "quarantined", "the site is gone"
    with use_proven(tenant):
        live = payments.gateway_of(tenant, attempt).live
        if wrong := dispute_rules.difference(attempt, reported, live=live):
            return "quarantined", f"dispute: {wrong}"
        payment_received.dispute(tenant, attempt, reported, clock.now())
        session.commit()
    return DONE
