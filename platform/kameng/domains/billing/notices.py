"""What a site is told of its package: the end comes, it was paid, could not be, was changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.billing import rules
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.rules import Kind, Offer, Wanted
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind as Notice
from kameng.domains.notifications.notices.rules import Fact
from kameng.kit.money import Money
from tenants.tree import Tenant

PAGE = "/package"
Facts = dict[str, Fact]


def remind(tenant: Tenant, plan: Plan, *, now: datetime) -> None:
    """Seven, three and one day before the end; once each."""
    until = plan.held.until
    due = rules.reminder(until, now=now) if until else None
    if until is None or due is None:
        return
    day, left = until.astimezone(rules.SHOP_TIME).date(), rules.days_left(until, now=now)
    fee = plan.wanted.fee(plan.period) or plan.wanted.month or plan.wanted.year
    key = f"{until.isoformat()}:{due}"
    if fee is None:
        facts: Facts = {"days": left, "until": day}
        notifications.notify(tenant, Notice.TRIAL_ENDS, facts, key=key, page=PAGE, now=now)
        return
    grace = plan.terms.grace_days
    told: Facts = {
        "package": plan.package.name,
        "days": left,
        "until": day,
        "fee": fee,
        "grace": grace,
    }
    notifications.notify(tenant, Notice.PACKAGE_ENDS, told, key=key, page=PAGE, now=now)


def paid(tenant: Tenant, wanted: Wanted, offer: Offer, *, now: datetime) -> None:
    """A period was paid for, or another package holds."""
    until = _day(offer.until)
    key = f"{wanted.id}:{offer.begins.isoformat()}:{offer.kind.value}"
    if offer.kind is Kind.RENEW:
        facts: Facts = {"package": wanted.name, "fee": offer.amount, "until": until}
        notifications.notify(tenant, Notice.PACKAGE_RENEWED, facts, key=key, page=PAGE, now=now)
        return
    told: Facts = {"package": wanted.name, "from_day": _day(offer.begins), "until": until}
    notifications.notify(tenant, Notice.PACKAGE_CHANGED, told, key=key, page=PAGE, now=now)


def unpaid(tenant: Tenant, plan: Plan, offer: Offer, left: Money, *, now: datetime) -> None:
    """The balance does not hold the fee; told once a day."""
    facts: Facts = {
        "package": plan.package.name,
        "fee": offer.amount,
        "balance": left,
        "until": _day(plan.held.ends),
    }
    key = f"{plan.held.until}:{_day(now)}"
    notifications.notify(tenant, Notice.PACKAGE_UNPAID, facts, key=key, page=PAGE, now=now)


def stuck(tenant: Tenant, plan: Plan, wanted: Wanted, *, now: datetime) -> None:
    """The cheaper package that was to come does not allow what the site uses by now."""
    facts: Facts = {"package": wanted.name, "until": _day(plan.held.ends)}
    key = f"{plan.held.until}:{_day(now)}"
    notifications.notify(tenant, Notice.PACKAGE_STUCK, facts, key=key, page=PAGE, now=now)


def shut(tenant: Tenant, plan: Plan, *, now: datetime) -> None:
    """The clock has shut the shop."""
    fee = plan.wanted.fee(plan.period) or plan.wanted.month or plan.wanted.year
    if fee is not None:
        facts: Facts = {"package": plan.package.name, "fee": fee}
        key = f"{plan.held.until}"
        notifications.notify(tenant, Notice.PACKAGE_SUSPENDED, facts, key=key, page=PAGE, now=now)


def kept(tenant: Tenant, topup_id: UUID, package: str, amount: Money, *, now: datetime) -> None:
    """What was paid at the provider for a package came too late or twice: it is on the balance."""
    facts: Facts = {"package": package, "amount": amount}
    notifications.notify(
        tenant, Notice.PACKAGE_MONEY_KEPT, facts, key=str(topup_id), page=PAGE, now=now
    )


def taken_back(
    tenant: Tenant,
    receipt: UUID,
    package: str,
    fee: Money,
    until: datetime | None,
    *,
    parent: int,
    now: datetime,
) -> None:
    """A fee went back: the site has less time, its seller less money."""
    facts: Facts = {
        "site": tenant.name,
        "package": package,
        "fee": fee,
        "until": _day(until),
    }
    for site in (tenant.id, parent):
        notifications.notify(
            tenant, Notice.PACKAGE_FEE_BACK, facts, key=f"{receipt}:{site}",
            page=PAGE if site == tenant.id else "", site=site, now=now,
        )  # fmt: skip


def _day(moment: datetime | None) -> str:
    return moment.astimezone(rules.SHOP_TIME).date().isoformat() if moment else "—"
