"""The payment of a package: its receipts, its posting, the terms that follow. The plan is locked.

From the site's balance one level up and no further. At the root it is the master's fee; a site
between earns it like a sale: it waits for the rhythm that site is settled at.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.billing import notices, queries
from kameng.domains.billing.models import PackageFee, PackagePlan
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.receipts import queries as receipts
from kameng.domains.billing.receipts.rules import Receipt
from kameng.domains.billing.rules import Kind, Offer, Period, Wanted
from kameng.domains.ledger import queries as balances
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

KIND = "package_fee"
_APPLY = text("SELECT shared.package_apply(:fee)")


def key_of(receipt: object) -> str:
    """The key a receipt is posted under."""
    return f"{KIND}:{receipt}"


def pay(
    tenant: Tenant,
    plan: Plan,
    wanted: Wanted,
    offer: Offer,
    period: Period,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Take the fee off the balance and let the package hold. Refuses BalanceTooLow."""
    if offer.amount > (has := left(tenant)):
        raise BalanceTooLow(needed=offer.amount, available=has)
    rows = _rows(tenant, plan, wanted, offer, period, actor, now)
    session.add_all(rows)
    session.flush()
    receipt = rows[-1]
    if offer.amount.micro:
        _post(tenant, plan, receipt, actor, now)
    session.execute(_APPLY, {"fee": receipt.id})
    note(tenant, now, next_id=None, next_period=None, next_most=None)
    if plan.auto_renew:
        note(tenant, now, most=wanted.fee(plan.period) if actor != audit.SYSTEM else plan.most)
    told = {
        "package": wanted.name,
        "fee": str(offer.amount),
        "until": offer.until.isoformat() if offer.until else None,
    }
    audit.record(tenant, actor, f"package.{offer.kind.value}", str(wanted.id), after=told)
    notices.paid(tenant, wanted, offer, now=now)
    return receipts.receipt(receipt)


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
    """From the site's balance to its parent: the master's fees, or what a site between earns."""
    parent = plan.terms.parent_id
    kind = AccountKind.PACKAGE_FEE if parent == tenant.root_id else AccountKind.MARGIN
    lines = [
        debit(house(tenant.id, AccountKind.PREPAID, tenant.currency), receipt.amount),
        credit(house(parent, kind, tenant.currency), receipt.amount),
    ]
    posting = Posting(KIND, key_of(receipt.id), "package", str(receipt.id), lines, actor)
    ledger.post(tenant, posting, now=now)


def left(tenant: Tenant) -> Money:
    """What is on the site's balance."""
    return balances.balance(house(tenant.id, AccountKind.PREPAID, tenant.currency)).available


def locked(tenant: Tenant, now: datetime) -> Plan:
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


def note(tenant: Tenant, now: datetime, **values: object) -> None:
    """Write down what the site wants next."""
    session.execute(
        update(PackagePlan)
        .where(PackagePlan.tenant_id == tenant.id)
        .values(at=now, **values)
        .execution_options(synchronize_session=False)
    )
