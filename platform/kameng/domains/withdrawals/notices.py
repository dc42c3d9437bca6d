"""Who is told of a withdrawal's steps: the master's reviewers, and the people of the site."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.payees.rules import HOUSE
from kameng.domains.withdrawals.models import Withdrawal
from kameng.kit.money import Money
from tenants.tree import Tenant


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


def moved(tenant: Tenant, row: Withdrawal, kind: Kind, *, now: datetime) -> None:
    """The people of the site learn what became of it; a member's own pages tell the member."""
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
