"""Reads of levels, packages and terms; a site reads its own, its ancestors' and its children's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from kameng.domains.terms import rules
from kameng.domains.terms.cycles import DEFAULT, Cycle, cycle_from
from kameng.domains.terms.models import Level, Package, TenantTerms
from kameng.domains.terms.rules import NO_FEE, Allows, Module
from kameng.kit.money import Money, Percent
from tenants.database import session
from tenants.tree import Tenant, may_open_below


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """A price level; a higher rank buys cheaper."""

    id: UUID
    tenant_id: int
    name: str
    rank: int
    cycle: Cycle = DEFAULT
    platform_fee: Percent = NO_FEE


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """A package as buyers see it."""

    id: UUID
    tenant_id: int
    name: str
    summary: str
    level_id: UUID | None
    fee: Money
    trial_days: int | None
    allows: Allows
    on_sale: bool
    popular: bool
    position: int
    fee_year: Money | None = None
    grace_days: int = 7

    @property
    def is_free(self) -> bool:
        return self.fee.micro == 0 and self.fee_year is None


@dataclass(frozen=True, slots=True)
class TermsFacts:
    """What a child site holds from its parent."""

    tenant_id: int
    parent_id: int
    package_id: UUID
    level_id: UUID | None
    allows: Allows
    valid_from: datetime
    valid_until: datetime | None
    grace_days: int = 0
    lapsed_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When the site is shut: its time and its grace are over; None has no end."""
        if self.valid_until is None:
            return None
        return self.valid_until + timedelta(days=self.grace_days)


def levels(tenant: Tenant) -> list[LevelFacts]:
    """The levels a site gives, lowest rank first."""
    query = select(Level).where(Level.tenant_id == tenant.id).order_by(Level.rank, Level.name)
    return [level_facts(row) for row in session.scalars(query)]


def level(tenant: Tenant, level_id: UUID) -> LevelFacts | None:
    """One level of this site."""
    row = session.get(Level, level_id)
    return level_facts(row) if row and row.tenant_id == tenant.id else None


def levels_of(tenant_ids: Iterable[int]) -> dict[int, UUID | None]:
    """The level each site holds at its parent, None without terms; one query."""
    wanted = list(tenant_ids)
    found: dict[int, UUID | None] = {
        row.tenant_id: row.level_id for row in session.execute(held_levels(wanted))
    }
    return {tenant_id: found.get(tenant_id) for tenant_id in wanted}


def held_levels(tenant_ids: Iterable[Any]) -> Select[int, UUID | None]:
    """The same as a query, for a caller that joins it to its own (tenant_id, level_id)."""
    return select(TenantTerms.tenant_id, TenantTerms.level_id).where(
        TenantTerms.tenant_id.in_(list(tenant_ids))
    )


def packages(tenant: Tenant) -> list[PackageFacts]:
    """Every package of a seller, in the order shown."""
    query = (
        select(Package)
        .where(Package.tenant_id == tenant.id)
        .order_by(Package.position, Package.fee, Package.id)
    )
    return [package_facts(row) for row in session.scalars(query)]


def packages_on_sale(tenant: Tenant) -> list[PackageFacts]:
    """The packages a newcomer is shown, in the order shown."""
    return [package for package in packages(tenant) if package.on_sale]


def package(tenant: Tenant, package_id: UUID) -> PackageFacts | None:
    """One package of this seller, on sale or not."""
    row = session.get(Package, package_id)
    return package_facts(row) if row and row.tenant_id == tenant.id else None


def package_by_id(package_id: UUID) -> PackageFacts | None:
    """A package of anyone this binding may read (a child's own package, an opening)."""
    row = session.get(Package, package_id)
    return package_facts(row) if row else None


def terms_of(tenant_id: int) -> TermsFacts | None:
    """The terms of a child site; a master site has none."""
    row = session.get(TenantTerms, tenant_id)
    return terms_facts(row) if row else None


def cycles_of(tenant: Tenant) -> tuple[Cycle, ...]:
    """The settlement cycles the site and those between it and the master are on, by what their
    parents gave them; bound to the site."""
    below = tenant.chain[1:]
    held = (
        select(TenantTerms.tenant_id, Level.settle_kind, Level.settle_days)
        .join(Level, Level.id == TenantTerms.level_id)
        .where(TenantTerms.tenant_id.in_(below))
    )
    given = {row[0]: cycle_from(row[1], row[2]) for row in session.execute(held)}
    return tuple(given.get(site, DEFAULT) for site in below)


def platform_fee(tenant: Tenant) -> Percent:
    """What the master keeps of the site's sales: as the level says that the master gave to it, or
    to the site above it that stands directly below the master. Bound to the site."""
    if tenant.is_root:
        return NO_FEE
    root_id, branch = tenant.chain[:2]
    held = (
        select(Level.platform_fee)
        .join(TenantTerms, TenantTerms.level_id == Level.id)
        .where(TenantTerms.tenant_id == branch, Level.tenant_id == root_id)
    )
    return Percent(session.scalar(held) or 0)


def terms_of_sites(tenant_ids: Iterable[int]) -> dict[int, TermsFacts]:
    """The terms of many sites at once, whoever gave them; in `shared()`."""
    query = select(TenantTerms).where(TenantTerms.tenant_id.in_(list(tenant_ids)))
    return {row.tenant_id: terms_facts(row) for row in session.scalars(query)}


def packages_of(tenant_ids: Iterable[int]) -> list[PackageFacts]:
    """Every package of many sellers at once, in the order shown; in `shared()`."""
    query = (
        select(Package)
        .where(Package.tenant_id.in_(list(tenant_ids)))
        .order_by(Package.tenant_id, Package.position, Package.id)
    )
    return [package_facts(row) for row in session.scalars(query)]


def levels_named(level_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of levels, whoever gives them; in `shared()`."""
    query = select(Level.id, Level.name).where(Level.id.in_(list(level_ids)))
    return {row.id: row.name for row in session.execute(query)}


def sites_on(package_id: UUID) -> list[int]:
    """The sites that hold a package; in `shared()`."""
    return list(
        session.scalars(select(TenantTerms.tenant_id).where(TenantTerms.package_id == package_id))
    )


def sites_of_level(level_id: UUID) -> list[int]:
    """The sites that hold a price level; in `shared()`."""
    return list(
        session.scalars(select(TenantTerms.tenant_id).where(TenantTerms.level_id == level_id))
    )


def ended(now: datetime) -> list[int]:
    """Sites of all alliances whose terms have run out; in `shared()`."""
    query = select(TenantTerms.tenant_id).where(_end() <= now)
    return list(session.scalars(query.order_by(TenantTerms.tenant_id)))


def ending(now: datetime, *, within: timedelta) -> list[int]:
    """Sites whose time is over so soon, or over with grace left; in `shared()`."""
    soon = select(TenantTerms.tenant_id).where(
        TenantTerms.valid_until <= now + within, _end() > now
    )
    return list(session.scalars(soon.order_by(TenantTerms.valid_until)))


def paid_again(now: datetime) -> list[int]:
    """Sites the clock has shut whose terms are in force again; in `shared()`."""
    query = select(TenantTerms.tenant_id).where(
        TenantTerms.lapsed_at.is_not(None),
        or_(TenantTerms.valid_until.is_(None), _end() > now),
    )
    return list(session.scalars(query.order_by(TenantTerms.tenant_id)))


def _end() -> ColumnElement[datetime]:
    """When a site is shut, as TermsFacts.ends_at."""
    days = func.make_interval(0, 0, 0, TenantTerms.grace_days)
    return cast(ColumnElement[datetime], TenantTerms.valid_until + days)


def may_open_sites(tenant: Tenant, *, now: datetime) -> bool:
    """Whether sites may open below: the depth cap leaves room and the package allows it."""
    if tenant.is_root or not may_open_below(tenant):
        return tenant.is_root
    held = terms_of(tenant.id)
    return held is not None and held.allows.child_sites and rules.in_force(held.ends_at, now=now)


def may_have_own_domain(tenant: Tenant, *, now: datetime) -> bool:
    """Whether the site may be reached by domains of its own: a master site, or by its package."""
    held = None if tenant.is_root else terms_of(tenant.id)
    if held is None:
        return tenant.is_root
    return held.allows.own_domain and rules.in_force(held.ends_at, now=now)


def allowed(tenant: Tenant) -> Allows:
    """What the site may do: a master everything, others what their package says; a site without
    terms what packages say that say nothing."""
    if tenant.is_root:
        return Allows(own_domain=True, child_sites=True)
    held = terms_of(tenant.id)
    return held.allows if held else Allows()


def may_use(tenant: Tenant, module: Module) -> bool:
    """Whether a part of the platform is in the site's package."""
    return allowed(tenant).has(module)


def limited(*, after: int, size: int) -> list[int]:
    """Some sites that may not list every SKU, by their numbers from the next one on; in
    `shared()`."""
    limit = TenantTerms.allows["sku_limit"].as_integer()
    query = select(TenantTerms.tenant_id).where(limit > 0, TenantTerms.tenant_id > after)
    return list(session.scalars(query.order_by(TenantTerms.tenant_id).limit(size)))


def level_facts(row: Level) -> LevelFacts:
    """The public side of a row."""
    cycle = cycle_from(row.settle_kind, row.settle_days)
    fee = Percent(row.platform_fee)
    return LevelFacts(row.id, row.tenant_id, row.name, row.rank, cycle, fee)


def package_facts(row: Package) -> PackageFacts:
    """The public side of a row."""
    return PackageFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        summary=row.summary,
        level_id=row.level_id,
        fee=row.fee,
        trial_days=row.trial_days,
        allows=rules.allows_from(row.allows),
        on_sale=row.on_sale,
        popular=row.popular,
        position=row.position,
        fee_year=row.fee_year,
        grace_days=row.grace_days,
    )


def terms_facts(row: TenantTerms) -> TermsFacts:
    """The public side of a row."""
    return TermsFacts(
        tenant_id=row.tenant_id,
        parent_id=row.parent_id,
        package_id=row.package_id,
        level_id=row.level_id,
        allows=rules.allows_from(row.allows),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        grace_days=row.grace_days,
        lapsed_at=row.lapsed_at,
    )
