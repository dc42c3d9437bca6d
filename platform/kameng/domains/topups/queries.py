"""Reads of top-ups and of what they may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, select, type_coerce

from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import Module
from kameng.domains.topups import rules
from kameng.domains.topups.errors import NoSuchTopUp
from kameng.domains.topups.models import TopUp, TopUpPolicy
from kameng.domains.topups.rules import Payer, Policy, TopUpFacts, TopUpState
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows a list; nothing: every top-up the site may see."""

    payer: Payer | None = None
    state: TopUpState | None = None
    site_id: int | None = None
    member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some top-ups, newest first; how many there are, and what of them arrived and was kept."""

    rows: tuple[TopUpFacts, ...]
    total: int
    kept: Money


def page(tenant: Tenant, asked: Asked | None = None, *, page: int = 1, size: int = 50) -> Page:
    """The site's own top-ups; the master's page has those of all its sites."""
    narrowed = [*_of(tenant), *_conditions(asked or Asked())]
    paid = TopUp.state == TopUpState.PAID.value
    left = type_coerce(TopUp.amount, BigInteger) - type_coerce(TopUp.refunded, BigInteger)
    kept = func.coalesce(func.sum(left).filter(paid), 0)
    count, sum_ = session.execute(
        select(func.count(), kept).select_from(TopUp).where(*narrowed)
    ).one()
    rows = session.scalars(
        select(TopUp)
        .where(*narrowed)
        .order_by(TopUp.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return Page(tuple(facts(row) for row in rows), count, Money(int(sum_), tenant.currency))


def of_member(tenant: Tenant, member_id: UUID, *, size: int = 10) -> list[TopUpFacts]:
    """A member's latest top-ups at this site."""
    asked = Asked(payer=Payer.MEMBER, member_id=member_id)
    return list(page(tenant, asked, size=size).rows)


def one(tenant: Tenant, topup_id: UUID) -> TopUpFacts:
    """One top-up the site may see: its own, or at the master any of its alliance."""
    row = session.scalar(
        select(TopUp)
        .where(TopUp.id == topup_id, *_of(tenant))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NoSuchTopUp()
    return facts(row)


def of_members_own(tenant: Tenant, topup_id: UUID, member_id: UUID) -> TopUpFacts:
    """A member's own top-up; anybody else's is as if it did not exist."""
    found = one(tenant, topup_id)
    if found.tenant_id != tenant.id or found.member_id != member_id:
        raise NoSuchTopUp()
    return found


def kept_since(tenant: Tenant, topup: TopUpFacts) -> Money:
    """What has been paid onto the same balance after this one, and was not given back."""
    left = type_coerce(TopUp.amount, BigInteger) - type_coerce(TopUp.refunded, BigInteger)
    later = select(func.coalesce(func.sum(left), 0)).where(
        TopUp.tenant_id == topup.tenant_id,
        TopUp.payer == topup.payer.value,
        TopUp.member_id == topup.member_id if topup.member_id else TopUp.member_id.is_(None),
        TopUp.state == TopUpState.PAID.value,
        TopUp.paid_at > (topup.paid_at or topup.created_at),
    )
    return Money(int(session.execute(later).scalar_one()), tenant.currency)


def strange(tenant: Tenant) -> int:
    """How many payments did not fit what was asked for, and wait for a human."""
    found = select(func.count()).select_from(TopUp)
    return session.execute(
        found.where(*_of(tenant), TopUp.state == TopUpState.MISMATCH.value)
    ).scalar_one()


def waiting(
    tenant: Tenant, payer: Payer, member_id: UUID | None, amount: Money, *, since: datetime
) -> TopUpFacts | None:
    """The newest top-up of the same balance and amount whose page was opened since then."""
    row = session.scalar(
        select(TopUp)
        .where(
            TopUp.tenant_id == tenant.id,
            TopUp.payer == payer.value,
            TopUp.member_id == member_id if member_id else TopUp.member_id.is_(None),
            TopUp.amount == amount,
            TopUp.state == TopUpState.WAITING.value,
            TopUp.created_at >= since,
        )
        .order_by(TopUp.id.desc())
        .limit(1)
    )
    return facts(row) if row else None


def policy(tenant: Tenant, payer: Payer) -> Policy:
    """What holds for payments onto this kind of balance at this site; members' are closed while its
    package leaves them out."""
    rows = session.scalars(
        select(TopUpPolicy).where(
            TopUpPolicy.tenant_id.in_([tenant.id, tenant.root_id]), TopUpPolicy.payer == payer.value
        )
    )
    found = [(row.tenant_id, _policy(row)) for row in rows]
    held = rules.nearest(found, tenant.id, payer)
    is_in = payer is Payer.SITE or terms.may_use(tenant, Module.TOPUPS)
    return held if is_in else replace(held, is_open=False)


def has_own_policy(tenant: Tenant, payer: Payer) -> bool:
    """Whether something was set for this very site."""
    return session.get(TopUpPolicy, (tenant.id, payer.value)) is not None


def facts(row: TopUp) -> TopUpFacts:
    """The row as a value."""
    return TopUpFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        root_id=row.root_id,
        payer=Payer(row.payer),
        member_id=row.member_id,
        attempt_id=row.attempt_id,
        amount=row.amount,
        refunded=row.refunded,
        state=TopUpState(row.state),
        problem=row.problem,
        created_at=row.created_at,
        paid_at=row.paid_at,
    )


def _of(tenant: Tenant) -> list[Any]:
    column = TopUp.root_id if tenant.is_root else TopUp.tenant_id
    return [column == tenant.id]


def _conditions(asked: Asked) -> list[Any]:
    wanted = (
        (asked.payer, TopUp.payer == str(asked.payer)),
        (asked.state, TopUp.state == str(asked.state)),
        (asked.site_id, TopUp.tenant_id == asked.site_id),
        (asked.member_id, TopUp.member_id == asked.member_id),
    )
    return [condition for value, condition in wanted if value is not None]


def _policy(row: TopUpPolicy) -> Policy:
    choices = tuple(Money(micro) for micro in row.choices)
    return Policy(row.is_open, row.minimum, row.maximum, choices)
