"""A site that owes something does not collect by itself meanwhile: its people are told when that
begins and when it ends, once each. Inside `use(site)`."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices import queries as notices
from kameng.domains.payments.own import queries
from tenants.tree import Tenant

BEGUN, ENDED = Kind.COLLECTING_OWES, Kind.COLLECTING_AGAIN
PAGE = "/collecting"


def follow(tenant: Tenant, *, now: datetime) -> Kind | None:
    """Tell what has changed since the site was told last; what was told now. What was told last is
    part of the key, so that two who see the same change tell it once."""
    if not queries.is_ready(tenant):
        return None
    debt, last = queries.debt(tenant), notices.last_of(tenant, (BEGUN, ENDED))
    was_told = last is not None and last[0] is BEGUN
    if bool(debt) is was_told:
        return None
    kind = BEGUN if debt else ENDED
    facts = {"debt": debt} if debt else {}
    key = f"after:{last[1]}" if last else "first"
    told = notifications.notify(tenant, kind, facts, key=key, now=now, page=PAGE)
    return kind if told else None
