"""Who is told of a withdrawal's steps: the master's reviewers, and the people of the site or the
member whose money it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.payees.rules import HOUSE, MEMBER
from kameng.domains.withdrawals.events import MemberWithdrawalMoved
from kameng.domains.withdrawals.models import Withdrawal
from kameng.kit import outbox
from kameng.kit.money import Money
from tenants.tree import Tenant

CANCELLED = "withdrawal_cancelled"


def asked(tenant: Tenant, row: Withdrawal, *, now: datetime) -> None:
    """The master's reviewers have one more to look at."""
    notifications.notify(
        tenant,
        Kind.WITHDRAWAL_ASKED,
        {"site": tenant.name, "amount": row.amount},
        key=f"{row.id}:asked",
        now=now,
        page=f"/payouts/{row.id}",
        site=tenant.root_id,
    )
    _tell_member(tenant, row, Kind.WITHDRAWAL_ASKED.value)


def cancelled(tenant: Tenant, row: Withdrawal) -> None:
    """Whoever takes his own money back is told as well: it may have been somebody else."""
    _tell_member(tenant, row, CANCELLED)


def moved(tenant: Tenant, row: Withdrawal, kind: Kind, *, now: datetime) -> None:
    """The people of the site, or the member, learn what became of it."""
    _tell_member(tenant, row, kind.value)
    if row.owner_type != HOUSE.kind:
        return
    paid = row.amount - row.fee
    facts: dict[str, Money | str] = {
        "amount": row.amount,
        "paid": paid,
        "fee": row.fee,
        "reason": row.reason,
    }
    notifications.notify(
        tenant,
        kind,
        facts,
        key=f"{row.id}:{kind.value}",
        now=now,
        page=f"/withdrawals/{row.id}",
    )


def transfer_strange(
    tenant: Tenant, withdrawal_id: UUID, amount: Money, reason: str, *, key: str, now: datetime
) -> None:
    """Those who pay at the master learn that a provider did not do as asked."""
    notifications.notify(
        tenant,
        Kind.TRANSFER_STRANGE,
        {"site": tenant.name, "amount": amount, "reason": reason},
        key=key,
        now=now,
        page=f"/payouts/{withdrawal_id}",
        site=tenant.root_id,
    )


def _tell_member(tenant: Tenant, row: Withdrawal, step: str) -> None:
    if row.owner_type == MEMBER:
        outbox.announce(tenant, MemberWithdrawalMoved(row.id, UUID(row.owner_id), step))
