"""The verbs of package fees: pay and choose, turn renewal on, and what the clock does at the end.

Inside `use(site)`. Every verb takes the site's plan first, so that two never pay for one period.
The site's balance pays; the fee goes to the parent only, and nobody has commission on it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.billing import notices, queries, rules
from kameng.domains.billing.errors import PlanMoved
from kameng.domains.billing.models import PackageFee, PackagePlan
from kameng.domains.billing.queries import Plan, Receipt
from kameng.domains.billing.rules import Kind, Offer, Period, Uses, Wanted
from kameng.domains.ledger import queries as balances
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NoSuchPackage, PackageNotOnSale
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

_APPLY = text("SELECT shared.package_apply(:fee)")


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
    plan = _locked(tenant, now)
    if plan.held.until != seen:
        raise PlanMoved()
    wanted = _wanted(plan, package_id)
    offer = rules.offer(plan.held, wanted, period, now=now)
    if offer.amount > most:
        raise PlanMoved()
    if offer.kind is not Kind.RENEW:
        rules.check_limits(wanted, uses)
    if offer.kind is Kind.LATER:
        _set(tenant, now, next_id=wanted.id, next_period=period.value, next_most=offer.amount)
        told = {"package": wanted.name, "at": offer.begins.isoformat()}
        audit.record(tenant, actor, "package.later", str(wanted.id), after=told)
        return offer, None
    receipt = _pay(tenant, plan, wanted, offer, period, actor, now)
    return offer, receipt


def stay(tenant: Tenant, *, actor: Actor, now: datetime) -> None:
    """Keep the package held after all: a cheaper one that was to come does not."""
    if _locked(tenant, now).next_id is not None:
        _set(tenant, now, next_id=None, next_period=None)
        audit.record(tenant, actor, "package.stay", tenant.slug)


def set_auto_renew(
    tenant: Tenant, on: bool, period: Period, *, actor: Actor, now: datetime
) -> None:
    """Renew from the balance a day before the end, or leave it to a human; for no more than the
    period costs today, should the seller ask more by then."""
    before = _locked(tenant, now)
    most = before.wanted.fee(period) if on else None
    _set(tenant, now, auto_renew=on, period=period.value, most=most)
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
    plan = _locked(tenant, now)
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
    if offer.amount > _left(tenant) or offer.amount > (agreed or Money.zero(tenant.currency)):
        notices.unpaid(tenant, plan, offer, _left(tenant), now=now)
        return None
    return _pay(tenant, plan, wanted, offer, period, audit.SYSTEM, now)


def _pay(
    tenant: Tenant,
    plan: Plan,
    wanted: Wanted,
    offer: Offer,
    period: Period,
    actor: Actor,
    now: datetime,
) -> Receipt:
    if offer.amount > (left := _left(tenant)):
        raise BalanceTooLow(needed=offer.amount, available=left)
    rows = _rows(tenant, plan, wanted, offer, period, actor, now)
    session.add_all(rows)
    session.flush()
    receipt = rows[-1]
    if offer.amount.micro:
        _post(tenant, plan, receipt, actor, now)
    session.execute(_APPLY, {"fee": receipt.id})
    _set(tenant, now, next_id=None, next_period=None, next_most=None)
    if plan.auto_renew:
        _set(tenant, now, most=wanted.fee(plan.period) if actor != audit.SYSTEM else plan.most)
    told = {
        "package": wanted.name,
        "fee": str(offer.amount),
        "until": offer.until.isoformat() if offer.until else None,
    }
    audit.record(tenant, actor, f"package.{offer.kind.value}", str(wanted.id), after=told)
    notices.paid(tenant, wanted, offer, now=now)
    return queries.receipt(receipt)


def _rows(
    tenant: Tenant,
    plan: Plan,
    wanted: Wanted,
    offer: Offer,
    period: Period,
    actor: Actor,
    now: datetime,
) -> list[PackageFee]:
    """The receipts of a payment: one, or after an upgrade one for every period still open, of which
    the last names the sum."""
    same = {
        "tenant_id": tenant.id,
        "parent_id": plan.terms.parent_id,
        "package_id": wanted.id,
        "package_name": wanted.name,
        "kind": offer.kind.value,
        "currency": tenant.currency,
        "replaced": False,
        "actor_name": actor.name[:80],
        "at": now,
    }
    nothing = Money.zero(tenant.currency)
    if offer.kind is not Kind.UPGRADE:
        return [
            PackageFee(
                id=ids.uuid7(),
                period=period.value,
                amount=offer.amount,
                worth=wanted.fee(period) or nothing,
                began=offer.begins,
                until=offer.until,
                anchor=offer.anchor,
                **same,
            )
        ]
    _replace(tenant, now)
    running = plan.held.open_at(now)
    return [
        PackageFee(
            id=ids.uuid7(),
            period=one.period.value,
            amount=offer.amount if one is running[-1] else nothing,
            worth=wanted.fee(one.period) or nothing,
            began=one.began,
            until=one.until,
            anchor=one.anchor,
            **same,
        )
        for one in running
    ]


def _replace(tenant: Tenant, now: datetime) -> None:
    """The open periods of the former package are turned into the better one's."""
    session.execute(
        update(PackageFee)
        .where(PackageFee.tenant_id == tenant.id, PackageFee.until > now)
        .values(replaced=True)
        .execution_options(synchronize_session=False)
    )


def _post(tenant: Tenant, plan: Plan, receipt: PackageFee, actor: Actor, now: datetime) -> None:
    """From the site's balance one level up and no further: the master's fees, or what a site
    between earned."""
    parent = plan.terms.parent_id
    kind = AccountKind.PACKAGE_FEE if parent == tenant.root_id else AccountKind.AVAILABLE
    lines = [
        debit(house(tenant.id, AccountKind.PREPAID, tenant.currency), receipt.amount),
        credit(house(parent, kind, tenant.currency), receipt.amount),
    ]
    key = f"package_fee:{receipt.id}"
    posting = Posting("package_fee", key, "package", str(receipt.id), lines, actor)
    ledger.post(tenant, posting, now=now)


def _wanted(plan: Plan, package_id: UUID) -> Wanted:
    package = terms.package_by_id(package_id)
    if package is None or package.tenant_id != plan.terms.parent_id:
        raise NoSuchPackage()
    if not package.on_sale and package.id != plan.package.id:
        raise PackageNotOnSale()
    return queries.wanted(package)


def _left(tenant: Tenant) -> Money:
    return balances.balance(house(tenant.id, AccountKind.PREPAID, tenant.currency)).available


def _locked(tenant: Tenant, now: datetime) -> Plan:
    """The plan, held until the end of the transaction."""
    first = queries.plan(tenant)
    row = {
        "tenant_id": tenant.id,
        "auto_renew": False,
        "period": first.period.value,
        "next_id": None,
        "next_period": None,
        "at": now,
    }
    session.execute(insert(PackagePlan).values(row).on_conflict_do_nothing())
    session.execute(
        select(PackagePlan.tenant_id).where(PackagePlan.tenant_id == tenant.id).with_for_update()
    )
    session.expire_all()
    return queries.plan(tenant)


def _set(tenant: Tenant, now: datetime, **values: object) -> None:
    session.execute(
        update(PackagePlan)
        .where(PackagePlan.tenant_id == tenant.id)
        .values(at=now, **values)
        .execution_options(synchronize_session=False)
    )
