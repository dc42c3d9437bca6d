"""Opens, finds, suspends and resumes sites. Every verb runs inside `shared()`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Text,
    any_,
    cast,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from tenants import claims, context, directory, hosts, needs, proof
from tenants.context import shared
from tenants.database import session
from tenants.errors import NameTaken, NoSpare
from tenants.models import (
    HostnameRow,
    SchemaState,
    TenantRow,
)
from tenants.tree import Tenant, chain_of, path_of

LIVE = claims.LIVE
OPENING = claims.OPENING
SUSPENDED = "suspended"
BEHIND = "behind"
"""Its schema is older than what this code can serve: a migration of it is still to be made."""

_FACTS = (
    TenantRow.id,
    TenantRow.slug,
    TenantRow.name,
    TenantRow.schema_name,
    TenantRow.path,
    TenantRow.state,
    TenantRow.currency,
)
_named = aliased(HostnameRow)
_above = aliased(TenantRow)
_HOST = (
    select(_named.host)
    .where(_named.tenant_id == TenantRow.id, _named.canonical, _named.verified_at.is_not(None))
    .limit(1)
    .correlate(TenantRow)
    .scalar_subquery()
)
_REVISION = (
    select(SchemaState.revision)
    .where(SchemaState.schema_name == TenantRow.schema_name)
    .correlate(TenantRow)
    .scalar_subquery()
)
_CHAIN = cast(func.string_to_array(cast(TenantRow.path, Text), "."), ARRAY(BigInteger))
_STOPPED_ABOVE = (
    exists()
    .where(_above.id == any_(_CHAIN), _above.id != TenantRow.id, _above.state != LIVE)
    .correlate(TenantRow)
)


def _sites() -> Select[Any]:
    """Sites with all that is known of them; a tenant's own role may not read every part."""
    if context.binding().role != "app_shared":
        return select(*_FACTS)
    return select(*_FACTS, _HOST, _REVISION)


def _tenant(row: Sequence[Any]) -> Tenant:
    return Tenant(
        id=row[0],
        slug=row[1],
        name=row[2],
        schema=row[3],
        chain=chain_of(str(row[4])),
        state=_state(row[5], row[8] if len(row) > 8 else None),
        currency=row[6],
        cell=context.cell(),
        host=(row[7] or "") if len(row) > 7 else "",
    )


def _state(own: str, revision: str | None) -> str:
    late = revision is not None and revision < needs.REVISION
    return BEHIND if late and own != OPENING else own


def by_host(host: str) -> Tenant | None:
    """The site that answers to `host` (lower case, no port), or None; opening ones do not answer.

    Opens its own `shared()`. A live site below one that is not live counts as suspended.
    """
    return hosts.remembered(host, lambda: _look_up(host))


def known(tenant_id: int) -> Tenant | None:
    """The site with this id as `by_id` finds it, remembered; opens its own `shared()`."""
    return hosts.remembered(tenant_id, lambda: _look_up(tenant_id))


def _look_up(key: str | int) -> Tenant | None:
    """By its id a site is looked for in the cell in force: whoever has an id knows where from."""
    if isinstance(key, int):
        with shared():
            return by_id(key)
    with context.at(directory.cell_of_host(key)), shared():
        return _find_host(key)


def _find_host(host: str) -> Tenant | None:
    query = (
        _sites()
        .add_columns(_STOPPED_ABOVE)
        .join(HostnameRow, HostnameRow.tenant_id == TenantRow.id)
        .where(HostnameRow.host == host, HostnameRow.verified_at.is_not(None))
        .where(TenantRow.state != OPENING)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    found = _tenant(row)
    return replace(found, state=SUSPENDED) if row[-1] and found.state == LIVE else found


def by_slug(slug: str) -> Tenant | None:
    """The site with this subdomain name, whatever its state."""
    row = session.execute(_sites().where(TenantRow.slug == slug)).first()
    return _tenant(row) if row else None


def by_id(tenant_id: int) -> Tenant | None:
    """The site with this id, whatever its state."""
    row = session.execute(_sites().where(TenantRow.id == tenant_id)).first()
    return _tenant(row) if row else None


def by_ids(tenant_ids: Sequence[int]) -> dict[int, Tenant]:
    """The sites with these ids, by id."""
    rows = session.execute(_sites().where(TenantRow.id.in_(tenant_ids)))
    return {row[0]: _tenant(row) for row in rows}


def by_application(application_id: UUID) -> Tenant | None:
    """The site that this application opened, if it has got that far."""
    query = _sites().where(TenantRow.application_id == application_id)
    row = session.execute(query).first()
    return _tenant(row) if row else None


def masters() -> list[Tenant]:
    """Every master site, oldest first."""
    query = _sites().where(text("nlevel(path) = 1"), TenantRow.state != OPENING)
    return [_tenant(row) for row in session.execute(query.order_by(TenantRow.id))]


def children_of(tenant: Tenant, *, limit: int | None = None) -> list[Tenant]:
    """The sites directly below `tenant`, oldest first; all of them, or the first so many."""
    query = _children(tenant).limit(limit)
    return [_tenant(row) for row in session.execute(query)]


def children_named(tenant: Tenant, name: str) -> list[Tenant]:
    """The sites directly below `tenant` of exactly this name; names are not unique, and more than
    two are not told."""
    query = _children(tenant).where(TenantRow.name == name).limit(2)
    return [_tenant(row) for row in session.execute(query)]


def _children(tenant: Tenant) -> Select[Any]:
    path = text("path <@ CAST(:path AS ltree) AND nlevel(path) = :depth")
    named = path.bindparams(path=path_of(tenant.chain), depth=len(tenant.chain) + 1)
    return _sites().where(named).order_by(TenantRow.id)


def below(tenant: Tenant) -> list[Tenant]:
    """Every site below `tenant`, at any depth, in tree order."""
    path = text("path <@ CAST(:path AS ltree) AND path <> CAST(:path AS ltree)")
    query = _sites().where(path).order_by(TenantRow.path)
    return [_tenant(row) for row in session.execute(query, {"path": path_of(tenant.chain)})]


def live_below(tenant: Tenant) -> int:
    """How many sites below `tenant`, at any depth, are live."""
    path = text("path <@ CAST(:path AS ltree) AND path <> CAST(:path AS ltree)")
    found = select(func.count()).select_from(TenantRow).where(path, TenantRow.state == LIVE)
    return session.scalar(found, {"path": path_of(tenant.chain)}) or 0


def names_like(slugs: Sequence[str]) -> set[str]:
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

    Raises NoSpare when the pool is empty, NameTaken for a used name, TooDeep at the cap,
    ParentClosed below a site that is not live.
    """
    made = claims.take(
        application_id,
        parent=parent.id if parent else None,
        slug=slug,
        name=name,
        now=now,
        host=host,
    )
    found = made or by_application(application_id)
    if found is None:
        raise NoSpare(slug)
    return found


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
    changed(tenant.id)


def changed(*tenant_ids: int) -> None:
    """Say inside the changing transaction that these sites are not what they were (tenants.hosts).

    With them everything below them is looked up anew, in every process, once this has committed.
    """
    hosts.changed(*tenant_ids)


def rename(tenant: Tenant, name: str) -> None:
    """Change the name people see; the slug stays."""
    session.execute(update(TenantRow).where(TenantRow.id == tenant.id).values(name=name))
    changed(tenant.id)


def sign(tenant: Tenant, *, now: datetime) -> None:
    """Write into the site's schema whose it is; inside `use(tenant)`. Twice is once.

    Raises WrongSchema, with nothing written, when the schema is somebody's already.
    """
    proof.sign(tenant, now=now)
