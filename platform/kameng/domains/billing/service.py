"""The verbs of package fees: pay and choose, turn renewal on, and what the clock does at the end.

Inside `use(site)`. Every verb takes the site's plan first, so that two never pay for one period.
The site's balance pays; the fee goes to the parent only, and nobody has commission on it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from kameng.domains.billing import notices, paying, queries, rules
from kameng.domains.billing.errors import PlanMoved
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.receipts.rules import Receipt
from kameng.domains.billing.rules import Kind, Offer, Period, Uses, Wanted
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NoSuchPackage, PackageNotOnSale
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.tree import Tenant


def choose(
    tenant: Tenant,
    package_id: UUID,
    period: Period,
    *,
    uses: Uses,
    seen: datetime | None,
    most: Money,
    actor: Actor,
    now: datetime,
) -> tuple[Offer, Receipt | None]:
    """Renew the package held, or take another: at once for its fee or the difference, a cheaper one
    at the end of what is paid for (no receipt yet).

    `seen` is the end that was shown: when it has moved since, nothing is paid (PlanMoved), so that
    a button pressed twice pays once. `most` is the amount that was shown: where the seller asks
    more meanwhile, nothing is paid either. Refuses also NoSuchPackage, PackageNotOnSale,
    BalanceTooLow, OverPackageLimits and what rules.offer refuses.
    """
    plan, wanted, offer = agreed(
        tenant, package_id, period, uses=uses, seen=seen, most=most, now=now
    )
    if offer.kind is Kind.LATER:
        paying.note(
            tenant, now, next_id=wanted.id, next_period=period.value, next_most=offer.amount
        )
        told = {"package": wanted.name, "at": offer.begins.isoformat()}
        audit.record(tenant, actor, "package.later", str(wanted.id), after=told)
        return offer, None
    receipt = paying.pay(tenant, plan, wanted, offer, period, actor, now)
    return offer, receipt


def agreed(
    tenant: Tenant,
    package_id: UUID,
    period: Period,
    *,
    uses: Uses,
    seen: datetime | None,
    most: Money,
    now: datetime,
) -> tuple[Plan, Wanted, Offer]:
    """What was shown, if it still holds; the plan is locked. Refuses as `choose`, but for the
    balance."""
    plan = paying.locked(tenant, now)
    if plan.held.until != seen:
        raise PlanMoved()
    wanted = _wanted(plan, package_id)
    offer = rules.offer(plan.held, wanted, period, now=now)
    if offer.amount > most:
        raise PlanMoved()
    if offer.kind is not Kind.RENEW:
        rules.check_limits(wanted, uses)
    return plan, wanted, offer


def stay(tenant: Tenant, *, actor: Actor, now: datetime) -> None:
    """Keep the package held after all: a cheaper one that was to come does not."""
    if paying.locked(tenant, now).next_id is not None:
        paying.note(tenant, now, next_id=None, next_period=None)
        audit.record(tenant, actor, "package.stay", tenant.slug)


def set_auto_renew(
    tenant: Tenant, on: bool, period: Period, *, actor: Actor, now: datetime
) -> None:
    """Renew from the balance a day before the end, or leave it to a human; for no more than the
    period costs today, should the seller ask more by then."""
    before = paying.locked(tenant, now)
    most = before.wanted.fee(period) if on else None
    paying.note(tenant, now, auto_renew=on, period=period.value, most=most)
    audit.record(
        tenant,
        actor,
        "package.auto",
        tenant.slug,
        before={"auto_renew": before.auto_renew, "period": before.period.value},
        after={"auto_renew": on, "period": period.value},
    )


def look(tenant: Tenant, *, uses: Uses, now: datetime) -> Receipt | None:
    """What the clock does for a site near its end: change over to what was chosen, renew from the
    balance, else remind. Looked at twice, each is done once."""
    plan = paying.locked(tenant, now)
    if plan.held.until is None or plan.is_over(now):
        return None
    following = _following(plan, now)
    if following is not None:
        return _go_on(tenant, plan, *following, uses, now)
    notices.remind(tenant, plan, now=now)
    return None


def _following(plan: Plan, now: datetime) -> tuple[UUID, Period] | None:
    """What is to be taken without anybody pressing a button, if it is time."""
    until = plan.held.until
    assert until is not None
    if plan.next_id and plan.next_period:
        early = rules.NO_GRACE_BEFORE if plan.held.ends == until else timedelta(0)
        return (plan.next_id, plan.next_period) if until <= now + early else None
    due = plan.auto_renew and until <= now + rules.RENEW_BEFORE and not plan.wanted.is_free
    return (plan.package.id, plan.period) if due else None


def _go_on(
    tenant: Tenant, plan: Plan, package_id: UUID, period: Period, uses: Uses, now: datetime
) -> Receipt | None:
    """Pay for what follows; what stands against it is told, and what was to come is not tried
    against a limit again."""
    package = terms.package_by_id(package_id)
    if package is None or package.tenant_id != plan.terms.parent_id:
        notices.remind(tenant, plan, now=now)
        return None
    wanted = queries.wanted(package)
    if package.id != plan.package.id and rules.over_limits(wanted, uses):
        notices.stuck(tenant, plan, wanted, now=now)
        return None
    offer = rules.offer(plan.held, wanted, period, now=now)
    if offer.kind is Kind.LATER:
        offer = replace(offer, kind=Kind.START)
    agreed = plan.next_most if plan.next_id else plan.most
    if offer.amount > paying.left(tenant) or offer.amount > (agreed or Money.zero(tenant.currency)):
        notices.unpaid(tenant, plan, offer, paying.left(tenant), now=now)
        return None
    return paying.pay(tenant, plan, wanted, offer, period, audit.SYSTEM, now)


def _wanted(plan: Plan, package_id: UUID) -> Wanted:
    package = terms.package_by_id(package_id)
    if package is None or package.tenant_id != plan.terms.parent_id:
        raise NoSuchPackage()
    if not package.on_sale and package.id != plan.package.id:
        raise PackageNotOnSale()
    return queries.wanted(package)
