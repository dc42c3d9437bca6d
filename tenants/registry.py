"""Opens, finds, suspends and resumes sites. Every verb runs inside `shared()`."""

from __future__ import annotations

import time
from collections.abc import Sequence as Many
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy_utils import Ltree

from tenants.context import shared
from tenants.database import session
from tenants.errors import NameTaken, NoSpare, TooDeep
from tenants.models import TENANT_IDS, HostnameRow, SchemaInfo, SpareSchema, TenantRow
from tenants.tree import Tenant, chain_of, may_open_below, path_of

LIVE = "live"
OPENING = "opening"
SUSPENDED = "suspended"
CACHE_SECONDS = 1.0
"""How long one process may go on using a host it has looked up."""

_FACTS = (
    TenantRow.id,
    TenantRow.slug,
    TenantRow.name,
    TenantRow.schema_name,
    TenantRow.path,
    TenantRow.state,
    TenantRow.currency,
)
_by_host: dict[str, tuple[float, Tenant]] = {}


def _tenant(row: Row[int, str, str, str, Any, str, str]) -> Tenant:
    return Tenant(
        id=row[0],
        slug=row[1],
        name=row[2],
        schema=row[3],
        chain=chain_of(str(row[4])),
        state=row[5],
        currency=row[6],
    )


def by_host(host: str) -> Tenant | None:
    """The live or suspended site that answers to `host` (lower case, no port), or None.

    Opens its own `shared()`; a found site is remembered for CACHE_SECONDS.
    """
    kept = _by_host.get(host)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    with shared():
        found = _find_host(host)
    if found is None:
        _by_host.pop(host, None)
        return None
    _by_host[host] = (time.monotonic() + CACHE_SECONDS, found)
    return found


def _find_host(host: str) -> Tenant | None:
    query = (
        select(*_FACTS)
        .join(HostnameRow, HostnameRow.tenant_id == TenantRow.id)
        .where(HostnameRow.host == host, HostnameRow.verified_at.is_not(None))
        .where(TenantRow.state != OPENING)
    )
    row = session.execute(query).first()
    return _tenant(row) if row else None


def forget_hosts() -> None:
    """Drop this process's remembered hosts."""
    _by_host.clear()


def by_slug(slug: str) -> Tenant | None:
    """The site with this subdomain name, whatever its state."""
    row = session.execute(select(*_FACTS).where(TenantRow.slug == slug)).first()
    return _tenant(row) if row else None


def by_id(tenant_id: int) -> Tenant | None:
    """The site with this id, whatever its state."""
    row = session.execute(select(*_FACTS).where(TenantRow.id == tenant_id)).first()
    return _tenant(row) if row else None


def by_ids(tenant_ids: Many[int]) -> dict[int, Tenant]:
    """The sites with these ids, by id."""
    rows = session.execute(select(*_FACTS).where(TenantRow.id.in_(tenant_ids)))
    return {row[0]: _tenant(row) for row in rows}


def by_application(application_id: UUID) -> Tenant | None:
    """The site that this application opened, if it has got that far."""
    query = select(*_FACTS).where(TenantRow.application_id == application_id)
    row = session.execute(query).first()
    return _tenant(row) if row else None


def children_of(tenant: Tenant) -> list[Tenant]:
    """The sites directly below `tenant`, oldest first."""
    return [found for found in below(tenant) if found.parent_id == tenant.id]


def below(tenant: Tenant) -> list[Tenant]:
    """Every site below `tenant`, at any depth, in tree order."""
    path = text("path <@ CAST(:path AS ltree) AND path <> CAST(:path AS ltree)")
    query = select(*_FACTS).where(path).order_by(TenantRow.path)
    return [_tenant(row) for row in session.execute(query, {"path": path_of(tenant.chain)})]


def names_like(slugs: Many[str]) -> set[str]:
    """Which of `slugs` are taken, by a site of any state: names are never used again."""
    rows = session.execute(select(TenantRow.slug).where(TenantRow.slug.in_(slugs)))
    return {row[0] for row in rows}


def all_slugs() -> list[str]:
    """Every name ever used, for the look-alike check."""
    return list(session.scalars(select(TenantRow.slug)))


def spare_count() -> int:
    """How many built schemas wait in the pool."""
    return int(session.execute(text("SELECT count(*) FROM shared.schema_pool")).scalar_one())


def claim(
    application_id: UUID, *, parent: Tenant | None, slug: str, name: str, now: datetime, host: str
) -> Tenant:
    """Give a spare schema to a new site in state `opening`; the same application gets the same.

    Raises NoSpare when the pool is empty, NameTaken for a used name, TooDeep at the cap.
    """
    made = by_application(application_id)
    if made is not None:
        return made
    if parent is not None and not may_open_below(parent):
        raise TooDeep(parent.slug)
    schema = _take_spare()
    number = int(session.scalar(select(TENANT_IDS.next_value())) or 0)
    chain = (*parent.chain, number) if parent else (number,)
    row = {
        "id": number,
        "slug": slug,
        "name": name,
        "schema_name": schema,
        "path": Ltree(path_of(chain)),
        "state": OPENING,
        "currency": parent.currency if parent else "CNY",
        "application_id": application_id,
        "created_at": now,
    }
    try:
        session.execute(insert(TenantRow).values(row))
    except IntegrityError as error:
        raise NameTaken(slug) from error
    add_host(number, host, now=now, canonical=True)
    return Tenant(number, slug, name, schema, chain, OPENING, row["currency"])


def _take_spare() -> str:
    oldest = (
        select(SpareSchema.schema_name)
        .order_by(SpareSchema.built_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = session.execute(
        delete(SpareSchema)
        .where(SpareSchema.schema_name == oldest)
        .returning(SpareSchema.schema_name)
    ).scalar()
    if taken is None:
        raise NoSpare("no spare schema is ready")
    return taken


def add_host(tenant_id: int, host: str, *, now: datetime, canonical: bool) -> None:
    """Let `host` lead to the site; a host that leads elsewhere is refused."""
    row = {"host": host, "tenant_id": tenant_id, "canonical": canonical, "verified_at": now}
    done = session.execute(
        upsert(HostnameRow).values(row).on_conflict_do_nothing().returning(HostnameRow.host)
    ).scalar()
    if done is None:
        raise NameTaken(host)


def go_live(tenant: Tenant, *, now: datetime) -> Tenant:
    """Set an opening site live; a site that is past opening is left as it is."""
    session.execute(
        update(TenantRow)
        .where(TenantRow.id == tenant.id, TenantRow.state == OPENING)
        .values(state=LIVE, live_at=now)
    )
    return by_id(tenant.id) or tenant


def suspend(tenant: Tenant) -> None:
    """Show the notice page instead of the shop; paid orders stay reachable."""
    _move(tenant, LIVE, SUSPENDED)


def resume(tenant: Tenant) -> None:
    """Set a suspended site live again."""
    _move(tenant, SUSPENDED, LIVE)


def _move(tenant: Tenant, old: str, new: str) -> None:
    session.execute(
        update(TenantRow).where(TenantRow.id == tenant.id, TenantRow.state == old).values(state=new)
    )
    forget_hosts()


def rename(tenant: Tenant, name: str) -> None:
    """Change the name people see; the slug stays."""
    session.execute(update(TenantRow).where(TenantRow.id == tenant.id).values(name=name))
    forget_hosts()


def sign(tenant: Tenant, *, now: datetime) -> None:
    """Write into the site's schema whose it is; inside `use(tenant)`. Twice is once."""
    row = {"tenant_id": tenant.id, "claimed_at": now}
    session.execute(upsert(SchemaInfo).values(row).on_conflict_do_nothing())
