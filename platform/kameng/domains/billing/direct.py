"""A package paid for at a provider: the money comes onto the site's balance as a top-up and pays
the package in the same breath. What came too late, twice or for another price stays on the balance.

Locks are taken in one order: the plan, its top-up, the books.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.billing import allowances, notices, paying, queries, returns, service
from kameng.domains.billing.errors import (
    FeeOfAnotherParent,
    NoPackageHere,
    NothingToRenew,
    PlanMoved,
)
from kameng.domains.billing.models import PackagePayment
from kameng.domains.billing.rules import Kind, Period
from kameng.domains.payments import queries as attempts
from kameng.domains.payments.disputes import queries as disputes
from kameng.domains.payments.disputes.rules import DisputeFacts, DisputeState, later
from kameng.domains.payments.rules import AttemptFacts, ProviderDispute, Session
from kameng.domains.topups import queries as topup_queries
from kameng.domains.topups import service as topups
from kameng.domains.topups.disputed import service as disputed_topups
from kameng.domains.topups.rules import TopUpState
from kameng.domains.topups.service import SAME_PAGE, Wish
from kameng.kit.audit import Actor
from kameng.kit.calls import Call
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Choice:
    """A package and a period, as the page showed them: until when was paid, and the amount."""

    package_id: UUID
    period: Period
    seen: datetime | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Way:
    """How the payment reads at the provider, and where it leads; `{topup}` in the addresses becomes
    the number of the payment."""

    title: str
    done: str
    back: str
    locale: str = "zh_CN"


def start(
    tenant: Tenant, choice: Choice, way: Way, *, actor: Actor, now: datetime
) -> Call[Any, AttemptFacts]:
    """Open a payment page for what was shown, or lead back to the one that is open.

    Refuses as service.choose does, but for the balance; NothingToRenew where nothing is to be paid
    now.
    """
    _, wanted, offer = service.agreed(
        tenant,
        choice.package_id,
        choice.period,
        uses=allowances.uses_of(tenant),
        seen=choice.seen,
        most=choice.amount,
        now=now,
    )
    if offer.kind is Kind.LATER or not offer.amount.micro:
        raise NothingToRenew()
    known = queries.opened(
        tenant, choice.package_id, choice.period, offer.amount, since=now - SAME_PAGE
    )
    if known and (attempt := _attempt(tenant, known)).url:
        return topups.page_of(tenant, attempt, now=now)
    wish = Wish(None, offer.amount, way.title, way.done, way.back, locale=way.locale)
    attempt = topups.prepare(tenant, wish, actor=actor, now=now)
    session.add(
        PackagePayment(
            topup_id=UUID(attempt.reference),
            tenant_id=tenant.id,
            package_id=wanted.id,
            package_name=wanted.name,
            period=choice.period.value,
            seen=choice.seen,
            amount=offer.amount,
            actor_id=actor.id[:60],
            actor_name=actor.name[:80],
            made_at=now,
        )
    )
    session.flush()
    return topups.page_of(tenant, attempt, now=now)


def arrived(tenant: Tenant, attempt: AttemptFacts, reported: Session, *, now: datetime) -> None:
    """A report about a top-up: its money comes onto the balance, and pays the package it is for,
    once. Reports may repeat, come late and in any order."""
    row = _open(tenant, attempt, now)
    topups.arrived(tenant, attempt, reported, now=now)
    if row is None:
        return
    topup = topup_queries.one(tenant, row.topup_id)
    if topup.state is not TopUpState.PAID:
        return
    try:
        with session.begin_nested():
            row.receipt_id = _pay(tenant, row, now)
    except Refusal as refusal:
        row.problem = refusal.code
        notices.kept(tenant, row.topup_id, row.package_name, row.amount, now=now)
    row.ended_at = now
    session.flush()


def disputed(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderDispute, *, now: datetime
) -> DisputeFacts:
    """Once a bank has decided to keep the payment of a package, its seller gives up the fee and the
    site the time; the top-up follows as any other. Where the site stands below another seller by
    now it keeps the time, and owes what it cost."""
    paid = queries.payment(tenant, UUID(attempt.reference))
    if paid and paid.receipt_id and _is_lost(tenant, attempt, said):
        with suppress(FeeOfAnotherParent, NoPackageHere):
            returns.take_back(
                tenant, paid.receipt_id, reason=said.reason, actor=returns.BANK, now=now
            )
    return disputed_topups.disputed(tenant, attempt, said, now=now)


def _open(tenant: Tenant, attempt: AttemptFacts, now: datetime) -> PackagePayment | None:
    """What the top-up is for, with the plan locked; None: for the balance, or it has ended."""
    if queries.payment(tenant, UUID(attempt.reference)) is None:
        return None
    with suppress(NoPackageHere):
        paying.locked(tenant, now)
    row = session.get_one(PackagePayment, UUID(attempt.reference), populate_existing=True)
    return row if row.ended_at is None else None


def _pay(tenant: Tenant, row: PackagePayment, now: datetime) -> UUID:
    _, receipt = service.choose(
        tenant,
        row.package_id,
        Period(row.period),
        uses=allowances.uses_of(tenant),
        seen=row.seen,
        most=row.amount,
        actor=Actor("staff", row.actor_id, row.actor_name),
        now=now,
    )
    if receipt is None:
        raise PlanMoved()
    return receipt.id


def _is_lost(tenant: Tenant, attempt: AttemptFacts, said: ProviderDispute) -> bool:
    """Whether this report decides it so; the first decision is the one that holds."""
    known = disputes.of(tenant, attempt.purpose, attempt.reference)
    before = next((one.state for one in known if one.provider_dispute == said.id), None)
    return later(before, said.status) is DisputeState.LOST


def _attempt(tenant: Tenant, topup_id: UUID) -> AttemptFacts:
    return attempts.attempt(tenant, topup_queries.one(tenant, topup_id).attempt_id)
