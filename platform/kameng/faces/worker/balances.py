"""What the clock does for balances: a site whose own has gone below what it set is told, once."""

from __future__ import annotations

import logging
from datetime import datetime

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.wallet.alarm import queries, service
from kameng.faces.worker import sites
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant

_log = logging.getLogger(__name__)


def look_after(now: datetime) -> int:
    """Tell the sites whose balance is low; returns how many were looked at."""
    with shared():
        due = queries.due()
    for tenant in filter(None, map(sites.served, due)):
        try:
            _look(tenant, now)
        except Exception:  # noqa: BLE001 - the rest must have their turn
            _log.exception("the balance of site %s could not be looked at", tenant.id)
    return len(due)


def _look(tenant: Tenant, now: datetime) -> None:
    """Told and kept as told in one transaction."""
    with use_proven(tenant):
        if found := service.looked(tenant, now=now):
            balance, below = found
            notifications.notify(
                tenant,
                Kind.BALANCE_LOW,
                {"balance": balance, "limit": below},
                key=now.isoformat(),
                now=now,
                page="/balance",
            )
        session.commit()
