"""Whom a top-up is told to: the site whose own balance grew, and the master what does not fit."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices.rules import Fact
from kameng.domains.topups import money
from kameng.domains.topups.rules import Payer, TopUpFacts
from kameng.kit.money import Money
from tenants.tree import Tenant


def done(tenant: Tenant, topup: TopUpFacts, *, now: datetime) -> None:
    """A site paid onto its own balance; members see theirs, and nobody is told of each."""
    if topup.payer is Payer.MEMBER:
        return
    facts = {"amount": topup.amount, "balance": money.on_balance(tenant, topup)}
    notifications.notify(
        tenant, Kind.TOPUP_DONE, facts, key=str(topup.id), now=now, page="/balance"
    )


def strange(tenant: Tenant, topup: TopUpFacts, *, now: datetime) -> None:
    """A payment did not fit what was asked for: it is booked nowhere until a human has looked."""
    notifications.notify(
        tenant,
        Kind.TOPUP_STRANGE,
        {"site": tenant.name, "amount": topup.amount},
        key=str(topup.id),
        now=now,
        page=f"/top-ups/{topup.id}",
        site=tenant.root_id,
    )


def gone_back(tenant: Tenant, topup: TopUpFacts, key: str, amount: Money, *, now: datetime) -> None:
    """Money of it went back at the provider itself, without asking us."""
    facts: dict[str, Fact] = {"number": tenant.name, "amount": amount}
    notifications.notify(
        tenant,
        Kind.OUTSIDE_REFUND,
        facts,
        key=key,
        now=now,
        page=f"/top-ups/{topup.id}",
        site=tenant.root_id,
    )
