"""A fee goes back: from its seller to the site's balance, and the time it was paid for with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update

from kameng.domains.billing import notices, paying, queries
from kameng.domains.billing.errors import FeeOfAnotherParent, FeeWentBack
from kameng.domains.billing.models import PackageFee
from kameng.domains.billing.rules import Kind
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.journal.queries import JournalFilter
from kameng.domains.topups.errors import MasterGivesBack
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

RETURNED = "package_fee_returned"
BANK = Actor("provider", "bank", "")
_TAKE_BACK = text("SELECT shared.package_take_back(:fee, :now)")


def give_back(
    tenant: Tenant, receipt_id: UUID, *, by: Tenant, reason: str, actor: Actor, now: datetime
) -> None:
    """Undo a fee by hand, so that what was paid in for it can go back to its source. `by`: the site
    whose staff decides. Refuses MasterGivesBack, FeeWentBack, FeeOfAnotherParent."""
    if not by.is_root:
        raise MasterGivesBack()
    if not take_back(tenant, receipt_id, reason=reason, actor=actor, now=now):
        raise FeeWentBack()


def take_back(
    tenant: Tenant, receipt_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> bool:
    """The fee onto the site's balance again, and its time away; once: False when it was done.

    A seller who earned it may owe it now. Refuses FeeOfAnotherParent.
    """
    plan = paying.locked(tenant, now)
    row = session.get_one(PackageFee, receipt_id, populate_existing=True)
    if row.returned_at is not None:
        return False
    if row.parent_id != plan.terms.parent_id:
        raise FeeOfAnotherParent()
    _reverse(tenant, row, actor, now)
    row.returned_at = now
    session.flush()
    if row.until is not None and row.until > now:
        _shorten(tenant, row, now)
    until = queries.plan(tenant).held.until
    told = {"package": row.package_name, "fee": str(row.amount), "reason": reason[:200]}
    audit.record(tenant, actor, "package.fee_back", str(receipt_id), after=told)
    parent = row.parent_id
    notices.taken_back(tenant, row.id, row.package_name, row.amount, until, parent=parent, now=now)
    return True


def _reverse(tenant: Tenant, row: PackageFee, actor: Actor, now: datetime) -> None:
    known = JournalFilter(kind=paying.KIND, ref_id=str(row.id))
    for txn in journal.journal(tenant, known).txns:
        key = f"{paying.key_of(row.id)}:returned"
        ledger.reverse(tenant, txn.id, key=key, kind=RETURNED, actor=actor, now=now)


def _shorten(tenant: Tenant, row: PackageFee, now: datetime) -> None:
    """Cut what is left of its time, or turn an upgrade back; a better package that was built on an
    upgrade stays, and the seller sees to it."""
    if row.kind == Kind.UPGRADE:
        if row.replaced:
            return
        _turn_back(tenant, row, now)
    else:
        _cut(tenant, row, now)
    session.flush()
    session.execute(_TAKE_BACK, {"fee": row.id, "now": now})
    session.expire_all()


def _turn_back(tenant: Tenant, row: PackageFee, now: datetime) -> None:
    """The periods of the former package hold again."""
    for one in _of(tenant, PackageFee.kind == row.kind, PackageFee.at == row.at):
        one.returned_at = now
        former = _of(
            tenant,
            PackageFee.replaced,
            PackageFee.until == one.until,
            PackageFee.at < row.at,
            PackageFee.returned_at.is_(None),
        )
        if former:
            former[-1].replaced = False


def _cut(tenant: Tenant, row: PackageFee, now: datetime) -> None:
    """Its own days are gone, also where an upgrade has them; later ones come so much sooner."""
    assert row.until is not None
    gone = row.until - max(row.began, now)
    covers = PackageFee.began == row.began, PackageFee.until == row.until
    for one in _of(tenant, *covers, PackageFee.id != row.id):
        one.replaced = True
    session.flush()
    session.execute(
        update(PackageFee)
        .where(PackageFee.tenant_id == tenant.id, PackageFee.began >= row.until)
        .values(began=PackageFee.began - gone, until=PackageFee.until - gone)
        .execution_options(synchronize_session=False)
    )


def _of(tenant: Tenant, *conditions: object) -> list[PackageFee]:
    """The site's receipts, the oldest first."""
    mine = select(PackageFee).where(PackageFee.tenant_id == tenant.id, *conditions)  # type: ignore[arg-type]
    return list(session.scalars(mine.order_by(PackageFee.at, PackageFee.id)))
