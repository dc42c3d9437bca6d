"""Thousands of sites below one, a page at a time: found, filtered, sorted. Inside `shared()`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy_utils import Ltree

from tenants import context
from tenants.database import session
from tenants.models import HostnameRow, SchemaState, TenantRow
from tenants.tree import Tenant, chain_of, path_of

LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sites, in which order. `ids` and `found_elsewhere` are what other tables answered."""

    search: str = ""
    state: str | None = None
    parent_id: int | None = None
    ids: Collection[int] | None = None
    found_elsewhere: Collection[int] = ()
    order: str = "tree"
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One site as a list shows it: itself, its schema's revision and how its migration stands."""

    tenant: Tenant
    shut_above: bool
    revision: str
    schema_state: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the sites below, and how many there are in all."""

    lines: tuple[Line, ...]
    total: int


ORDERS = {
    "tree": (TenantRow.path,),
    "newest": (TenantRow.created_at.desc(), TenantRow.id.desc()),
    "oldest": (TenantRow.created_at, TenantRow.id),
    "name": (TenantRow.name, TenantRow.id),
}
_above = aliased(TenantRow)
_HOST = (
    select(HostnameRow.host)
    .where(HostnameRow.tenant_id == TenantRow.id, HostnameRow.canonical)
    .where(HostnameRow.verified_at.is_not(None))
    .limit(1)
    .scalar_subquery()
)


def below(tenant: Tenant, asked: Asked) -> Page:
    """The page of sites below `tenant` that was asked for; two statements in all."""
    wanted = _wanted(tenant, asked)
    total = session.scalar(select(func.count()).select_from(TenantRow).where(*wanted)) or 0
    size = min(asked.size, LONGEST)
    query = _lines(tenant).where(*wanted).order_by(*_order(asked))
    rows = session.execute(query.limit(size).offset((max(asked.page, 1) - 1) * size))
    return Page(tuple(_line(row) for row in rows), int(total))


def ids_below(tenant: Tenant, asked: Asked) -> list[int]:
    """The ids of all sites that were asked for, for orders that only other tables know."""
    return list(session.scalars(select(TenantRow.id).where(*_wanted(tenant, asked))))


def opened_below(tenant: Tenant) -> dict[int, tuple[datetime, bool]]:
    """When each site below went live, and whether it still is; closed ones too."""
    query = select(TenantRow.id, TenantRow.live_at, TenantRow.state).where(
        *_wanted(tenant, Asked()), TenantRow.live_at.is_not(None)
    )
    return {site: (at, state == "live") for site, at, state in session.execute(query) if at}


def troubled(tenant: Tenant, revision: str) -> list[int]:
    """Sites below whose schema failed to migrate or is not at `revision`."""
    query = (
        select(TenantRow.id)
        .join(SchemaState, SchemaState.schema_name == TenantRow.schema_name)
        .where(*_wanted(tenant, Asked()))
        .where(or_(SchemaState.state == "failed", SchemaState.revision != revision))
    )
    return list(session.scalars(query))


def one(tenant: Tenant) -> Line | None:
    """The same facts about a single site."""
    row = session.execute(_lines(tenant).where(TenantRow.id == tenant.id)).first()
    return _line(row) if row else None


def hosts(tenant: Tenant) -> list[tuple[str, bool, bool]]:
    """Every host that leads to the site: (host, canonical, proven)."""
    query = (
        select(HostnameRow.host, HostnameRow.canonical, HostnameRow.verified_at.is_not(None))
        .where(HostnameRow.tenant_id == tenant.id)
        .order_by(HostnameRow.canonical.desc(), HostnameRow.host)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def _lines(tenant: Tenant) -> Any:
    """A shut site above is one of few: looked for among those that are not live."""
    shut = (
        select(literal(True))
        .where(_above.state != "live", _above.id != TenantRow.id)
        .where(_above.path.op("@>")(TenantRow.path))
        .exists()
    )
    return select(
        TenantRow.id,
        TenantRow.slug,
        TenantRow.name,
        TenantRow.schema_name,
        cast(TenantRow.path, Text),
        TenantRow.state,
        TenantRow.currency,
        _HOST,
        shut,
        SchemaState.revision,
        SchemaState.state,
        TenantRow.created_at,
    ).outerjoin(SchemaState, SchemaState.schema_name == TenantRow.schema_name)


def _wanted(tenant: Tenant, asked: Asked) -> list[ColumnElement[bool]]:
    place = Ltree(path_of(tenant.chain))
    found: list[Any] = [TenantRow.path.op("<@")(place), TenantRow.id != tenant.id]
    if asked.state:
        found.append(TenantRow.state == asked.state)
    if asked.parent_id is not None:
        found.append(func.subpath(TenantRow.path, -2, 1) == Ltree(str(asked.parent_id)))
    if asked.ids is not None:
        found.append(TenantRow.id == any_(_array(asked.ids)))
    if asked.search:
        found.append(_searched(asked))
    return found


def _searched(asked: Asked) -> ColumnElement[bool]:
    """Name, subdomain, an own domain or the whole host; part of our base domain finds nobody."""
    own = ~HostnameRow.host.startswith(TenantRow.slug + ".")
    hosts_like = (
        select(literal(1))
        .where(HostnameRow.tenant_id == TenantRow.id)
        .where(
            or_(
                HostnameRow.host == asked.search.lower(),
                own & HostnameRow.host.icontains(asked.search, autoescape=True),
            )
        )
        .exists()
    )
    return or_(
        TenantRow.name.icontains(asked.search, autoescape=True),
        TenantRow.slug.icontains(asked.search, autoescape=True),
        TenantRow.id == any_(_array(asked.found_elsewhere)),
        hosts_like,
    )


def _array(ids: Collection[int]) -> Any:
    """Thousands of ids as one value."""
    return literal(list(ids), ARRAY(BigInteger))


def _order(asked: Asked) -> tuple[Any, ...]:
    """A known order; for ids that come sorted from elsewhere, theirs."""
    if asked.order == "given" and asked.ids is not None:
        return (func.array_position(_array(asked.ids), TenantRow.id),)
    return ORDERS.get(asked.order, ORDERS["tree"])


def _line(row: Any) -> Line:
    tenant = Tenant(
        id=row[0],
        slug=row[1],
        name=row[2],
        schema=row[3],
        chain=chain_of(row[4]),
        state=row[5],
        currency=row[6],
        cell=context.cell(),
        host=row[7] or "",
    )
    return Line(tenant, row[8], row[9] or "", row[10] or "", row[11])
