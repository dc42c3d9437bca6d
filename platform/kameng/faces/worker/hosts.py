"""What the clock does for own domains: it asks for the looks whose time has come, and has those
told whose domain lost its proof or leads elsewhere. The looks themselves are a worker's."""

from __future__ import annotations

import logging
from datetime import datetime

from kameng.config import settings
from kameng.domains.accounts.staff import queries as staff
from kameng.domains.agents.hostnames import looking, queries, service
from kameng.domains.agents.hostnames.rules import Claim
from kameng.domains.notifications import service as notifications
from tenants import registry
from tenants.context import shared
from tenants.database import session

OWNERS = ("operator", "agent")
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
    """Once per notice: queued and struck off in one transaction."""
    with shared():
        tenant = registry.by_id(claim.tenant_id)
        if tenant is not None and claim.notice is not None:
            page = settings().address(
                settings().host("console"), f"/s/{tenant.slug}/domains/{claim.host}"
            )
            for address in _owners(claim.tenant_id):
                notifications.domain_notice(
                    tenant, address, host=claim.shown, what=claim.notice.value, page=page
                )
        service.told(claim)
        session.commit()
    _log.warning("domain %s of site %s: %s", claim.host, claim.tenant_id, claim.notice)


def _owners(tenant_id: int) -> list[str]:
    people = [person for person, role in staff.staff_of(tenant_id) if role in OWNERS]
    return sorted({person.email for person in people if person.email})
