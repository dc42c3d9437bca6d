"""What the clock does for sites that collect by themselves: whoever came to owe something, or has
paid it, is told."""

from __future__ import annotations

import logging
from datetime import datetime

from kameng.domains.payments.own import owing
from kameng.domains.payments.own import queries as own
from kameng.faces.worker import sites
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant

_log = logging.getLogger(__name__)


def look_after(now: datetime) -> int:
    """Look at every site with keys of its own; returns how many were told something."""
    with shared():
        ids = own.sites()
    return sum(_looked(tenant, now) for tenant in filter(None, map(sites.served, ids)))


def _looked(tenant: Tenant, now: datetime) -> bool:
    try:
        with use_proven(tenant):
            told = owing.follow(tenant, now=now)
            session.commit()
        return told is not None
    except Exception:  # noqa: BLE001 - the rest must have their turn
        _log.exception("what site %s owes could not be looked at", tenant.id)
        return False
