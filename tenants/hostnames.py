"""Own domains among the names that lead to a site. Every verb runs bound to the site itself.

The name below the base domain is never touched here: it leads to the site for ever, and it is the
canonical one again whenever no own domain is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from tenants.database import session
from tenants.errors import NameTaken
from tenants.hosts import changed
from tenants.models import HostnameRow
from tenants.tree import Tenant


def lead(tenant: Tenant, host: str, *, now: datetime) -> None:
    """Let a proven host lead to the site; raises NameTaken when it leads elsewhere."""
    row = {"host": host, "tenant_id": tenant.id, "canonical": False, "verified_at": now}
    session.execute(insert(HostnameRow).values(row).on_conflict_do_nothing())
    mine = HostnameRow.host == host, HostnameRow.tenant_id == tenant.id
    done = session.scalar(select(HostnameRow.host).where(*mine))
    if done is None:
        raise NameTaken(host)
    changed(tenant.id)


def drop(tenant: Tenant, host: str, *, home: str) -> None:
    """Let a host lead nowhere; the site is known by `home` again if it was known by it."""
    if known_by(tenant) == host:
        prefer(tenant, home)
    session.execute(
        delete(HostnameRow).where(HostnameRow.host == host, HostnameRow.tenant_id == tenant.id)
    )
    changed(tenant.id)


def prefer(tenant: Tenant, host: str) -> None:
    """Make one of the site's hosts the one it is known by. Refused (NameTaken) if it is not his."""
    mine = HostnameRow.tenant_id == tenant.id
    found = select(HostnameRow.host).where(mine).with_for_update()
    if host not in set(session.scalars(found)):
        raise NameTaken(host)
    for canonical in (False, True):
        rows = HostnameRow.host == host if canonical else HostnameRow.canonical
        session.execute(update(HostnameRow).where(mine, rows).values(canonical=canonical))
    changed(tenant.id)


def known_by(tenant: Tenant) -> str | None:
    """The host the site is known by."""
    query = select(HostnameRow.host).where(
        HostnameRow.tenant_id == tenant.id, HostnameRow.canonical
    )
    return session.scalar(query)


def leading(tenant: Tenant) -> list[str]:
    """Every host that leads to the site, the one it is known by first."""
    query = (
        select(HostnameRow.host)
        .where(HostnameRow.tenant_id == tenant.id)
        .order_by(HostnameRow.canonical.desc(), HostnameRow.host)
    )
    return list(session.scalars(query))
