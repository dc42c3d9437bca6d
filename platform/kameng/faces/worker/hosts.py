"""What the clock does for own domains: it asks for the looks whose time has come, and has those
told whose domain lost its proof or leads elsewhere. The looks themselves are a worker's."""

from __future__ import annotations

import logging
from datetime import datetime

from kameng.domains.agents.hostnames import looking, queries, service
from kameng.domains.agents.hostnames.rules import Claim, Tell
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.kit import clock
from tenants import registry
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven

KINDS = {
    Tell.FAILING: Kind.DOMAIN_FAILING,
    Tell.LOST: Kind.DOMAIN_LOST,
    Tell.ELSEWHERE: Kind.DOMAIN_ELSEWHERE,
}
_log = logging.getLogger(__name__)


def look_after(now: datetime) -> None:
    """Both; they have nothing to do with each other but the hosts."""
    ask(now)
    tell()


def ask(now: datetime) -> int:
    """Queue the looks that are due; returns how many."""
    with shared():
        due = service.take_due(now)
        sites = registry.by_ids([tenant_id for tenant_id, _ in due])
        for tenant_id, host in due:
            if tenant_id in sites:
                looking.soon(sites[tenant_id], host)
        session.commit()
    return len(due)


def tell() -> int:
    """Have the owners told what became of their domains; returns how many domains."""
    with shared():
        waiting = queries.to_tell()
    for claim in waiting:
        _tell(claim)
    return len(waiting)


def _tell(claim: Claim) -> None:
    """Told in the site, then struck off; the same claim told again is told once."""
    with shared():
        tenant = registry.by_id(claim.tenant_id)
    if tenant is not None and claim.notice is not None:
        with use_proven(tenant):
            notifications.notify(
                tenant,
                KINDS[claim.notice],
                {"host": claim.shown},
                key=f"{claim.host}:{claim.checked_at}",
                page=f"/domains/{claim.host}",
                now=clock.now(),
            )
            session.commit()
    with shared():
        service.told(claim)
        session.commit()
    _log.warning("domain %s of site %s: %s", claim.host, claim.tenant_id, claim.notice)
