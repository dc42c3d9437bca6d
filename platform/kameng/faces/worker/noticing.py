"""Making something of a notification: find whose it is, ask the provider, apply what it says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from kameng.domains.payments import gateways, queries, rules
from kameng.domains.payments import service as payments
from kameng.domains.payments.disputes import queries as dispute_queries
from kameng.domains.payments.disputes import rules as dispute_rules
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.errors import NoticeForged
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import (
    REFUND_OPEN,
    AttemptFacts,
    AttemptState,
    Notice,
    RefundFacts,
    Verdict,
)
from kameng.faces.worker import queues, sites
from kameng.faces.worker.queues import Received
from kameng.kit import calls, clock
from kameng.kit.calls import CallRefused
from kameng.reactions import payment_received
from tenants import context
from tenants.context import at, shared
from tenants.database import engines, session
from tenants.proof import use_proven

_log = logging.getLogger(__name__)
Outcome = tuple[str, str | None]
DONE: Outcome = ("done", None)
Facts = TypeVar("Facts")
Told = TypeVar("Told")


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
    try:
        notice = gateways.of(received.provider).reread(received.raw)
    except NoticeForged as strange:
        return "quarantined", f"unreadable: {strange.facts.get('why')}"
    try:
        if notice.session:
            return _payment(received.provider, notice)
        if notice.refund:
            return _refund(received.provider, notice)
        if notice.dispute:
            return dispute(received.provider, disputes.reported(received.provider, notice.dispute))
    except CallRefused as unknown:
        return "quarantined", f"the provider does not confirm it: {unknown}"[:500]
    return "done", f"nothing follows from {notice.kind}"


def _payment(channel: str, notice: Notice) -> Outcome:
    cell, attempt = _found(queries.about, channel, notice)
    if attempt is None or notice.session is None:
        return "quarantined", "no payment of ours"
    if attempt.state is AttemptState.SUCCEEDED and attempt.provider_session == notice.session:
        return DONE
    with at(cell):
        return apply(attempt, payments.reported(channel, notice.session))


def _found(
    look_up: Callable[[str, Told], Facts | None], channel: str, notice: Told
) -> tuple[str, Facts | None]:
    """What a notification is about, in whichever cell it is: the provider knows of one address
    for all of them. The cell in whose inbox it lies is asked first."""
    here = context.cell()
    for cell in (here, *(other for other in engines.cells() if other != here)):
        with at(cell), shared():
            found = look_up(channel, notice)
        if found is not None:
            return cell, found
    return here, None


def apply(attempt: AttemptFacts, reported: payments.Session) -> Outcome:
    """Bring what the provider reports of a payment into the books of its site."""
    tenant = sites.by_id(attempt.tenant_id)
    if tenant is None:
        return "quarantined", "the site is gone"
    fits = rules.judge(attempt, reported, live=gateways.of(attempt.channel).live)[0]
    with use_proven(tenant):
        call = payment_received.payment(tenant, attempt, reported, clock.now())
        after = queries.attempt(tenant, attempt.id) if fits is Verdict.MISMATCH else attempt
        if call is not None:
            calls.run(call)
        session.commit()
    if after.state is AttemptState.QUARANTINED:
        return "quarantined", after.problem
    return DONE


def _refund(channel: str, notice: Notice) -> Outcome:
    cell, known = _found(queries.refund_about, channel, notice)
    if known is None or notice.refund is None:
        return "quarantined", "no refund of ours"
    with at(cell):
        return _settle(known, channel, notice.refund)


def _settle(known: RefundFacts, channel: str, refund: str) -> Outcome:
    tenant = sites.by_id(known.tenant_id)
    if tenant is None or known.state not in REFUND_OPEN:
        return DONE
    answer = refunds.reported(channel, refund)
    if answer.refund_id != str(known.id):
        return "quarantined", f"refund: ours {known.id}, theirs {answer.refund_id}"
    with use_proven(tenant):
        payment_received.refund(tenant, known, answer, clock.now())
        session.commit()
    return DONE


def dispute(channel: str, reported: disputes.ProviderDispute) -> Outcome:
    """Bring what the provider reports of a dispute into the books of the site that sold."""
    cell, attempt = _found(dispute_queries.about, channel, reported)
    if attempt is None:
        return "quarantined", "no payment of ours"
    with at(cell):
        if attempt.state is not AttemptState.SUCCEEDED:
            attempt = _arrived(attempt)
        return _disputed(attempt, reported)


def _arrived(attempt: AttemptFacts) -> AttemptFacts:
    """A dispute was told before its payment was: the payment first."""
    paid = payments.looked_up(attempt)
    tenant = sites.by_id(attempt.tenant_id)
    if paid is None or tenant is None:
        return attempt
    apply(attempt, paid)
    with use_proven(tenant):
        return queries.attempt(tenant, attempt.id)


def _disputed(attempt: AttemptFacts, reported: disputes.ProviderDispute) -> Outcome:
    tenant = sites.by_id(attempt.tenant_id)
    if tenant is None:
        return "quarantined", "the site is gone"
    live = gateways.of(attempt.channel).live
    if wrong := dispute_rules.difference(attempt, reported, live=live):
        return "quarantined", f"dispute: {wrong}"
    with use_proven(tenant):
        payment_received.dispute(tenant, attempt, reported, clock.now())
        session.commit()
    return DONE
