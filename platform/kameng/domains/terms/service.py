"""The verbs on levels, packages and terms. The seller is the bound site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.terms import queries, rules
from kameng.domains.terms.cycles import DEFAULT, Cycle, CycleKind
from kameng.domains.terms.errors import (
    BadPackage,
    FeeIsTheMasters,
    LevelNameTaken,
    NoSuchLevel,
    NoSuchPackage,
)
from kameng.domains.terms.models import Level, Package, TenantTerms
from kameng.domains.terms.queries import LevelFacts, PackageFacts, TermsFacts
from kameng.domains.terms.rules import Allows, PackageDraft
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Percent
from tenants.database import session
from tenants.tree import Tenant

__all__ = [
    "Allows",
    "PackageDraft",
    "add_level",
    "bind",
    "create_package",
    "edit_package",
    "lapse",
    "lapse_over",
    "let_go_on",
    "rebind",
    "restore",
    "set_cycle",
    "set_level",
    "set_platform_fee",
]


def add_level(
    tenant: Tenant,
    name: str,
    rank: int,
    *,
    cycle: Cycle = DEFAULT,
    actor: Actor,
    now: datetime,
) -> LevelFacts:
    """Give the site a price level. Refuses LevelNameTaken, BadPackage."""
    plain = name.strip()
    if not 1 <= len(plain) <= 30 or not 0 <= rank <= 1000:
        raise BadPackage(field="level")
    row = {
        "id": ids.uuid7(),
        "tenant_id": tenant.id,
        "name": plain,
        "rank": rank,
        "settle_kind": cycle.kind.value,
        "settle_days": cycle.delay,
        "created_at": now,
    }
    added = session.scalar(insert(Level).values(row).on_conflict_do_nothing().returning(Level))
    if added is None:
        raise LevelNameTaken(name=plain)
    told = {"name": plain, "rank": rank, **_cycle_told(cycle)}
    audit.record(tenant, actor, "level.add", str(added.id), after=told)
    return queries.level_facts(added)


def set_cycle(tenant: Tenant, level_id: UUID, cycle: Cycle, *, actor: Actor) -> LevelFacts:
    """Let sites of a level be paid at another rhythm, from the next settlement on; what was
    settled stays settled. Refuses NoSuchLevel."""
    row = _locked_level(tenant, level_id)
    before = queries.level_facts(row).cycle
    row.settle_kind, row.settle_days = cycle.kind.value, cycle.delay
    session.flush()
    audit.record(
        tenant,
        actor,
        "level.cycle",
        str(level_id),
        before=_cycle_told(before),
        after=_cycle_told(cycle),
    )
    return queries.level_facts(row)


def set_platform_fee(tenant: Tenant, level_id: UUID, fee: Percent, *, actor: Actor) -> LevelFacts:
    """Keep another share of what the sites of a level sell, from the next order placed on.
    Refuses FeeIsTheMasters, BadPlatformFee, NoSuchLevel."""
    if not tenant.is_root:
        raise FeeIsTheMasters()
    rules.check_platform_fee(fee)
    row = _locked_level(tenant, level_id)
    before = Percent(row.platform_fee)
    if fee != before:
        row.platform_fee = fee.ppm
        session.flush()
        told = ({"platform_fee": f"{one} %"} for one in (before, fee))
        audit.record(
            tenant, actor, "level.platform_fee", str(level_id), before=next(told), after=next(told)
        )
    return queries.level_facts(row)


def _locked_level(tenant: Tenant, level_id: UUID) -> Level:
    row = session.get(Level, level_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchLevel()
    return row


def _cycle_told(cycle: Cycle) -> dict[str, Any]:
    rhythm = "daily" if cycle.kind is CycleKind.DAYS else cycle.kind.value
    return {"settle": rhythm, "settle_delay": cycle.delay}


def create_package(
    tenant: Tenant, draft: PackageDraft, *, actor: Actor, now: datetime
) -> PackageFacts:
    """Offer a package to those who open a site here. Refuses BadPackage, NoSuchLevel."""
    checked = _checked(tenant, draft)
    row = Package(id=ids.uuid7(), tenant_id=tenant.id, created_at=now)
    _write(row, checked, now=now)
    session.add(row)
    session.flush()
    audit.record(tenant, actor, "package.create", str(row.id), after=_told(checked))
    return queries.package_facts(row)


def edit_package(
    tenant: Tenant, package_id: UUID, draft: PackageDraft, *, actor: Actor, now: datetime
) -> PackageFacts:
    """Change a package for those who choose it from now on; sites keep what they chose."""
    row = session.get(Package, package_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchPackage()
    before = queries.package_facts(row)
    checked = _checked(tenant, draft)
    _write(row, checked, now=now)
    session.flush()
    audit.record(
        tenant,
        actor,
        "package.edit",
        str(row.id),
        before={
            "name": before.name,
            "fee": str(before.fee),
            "fee_year": str(before.fee_year) if before.fee_year else None,
            "on_sale": before.on_sale,
        },
        after=_told(checked),
    )
    return queries.package_facts(row)


def bind(child: Tenant, package: PackageFacts, *, now: datetime) -> TermsFacts:
    """Write a new child's terms from the package it chose; the first terms stay.

    Runs in `shared()`: the parent's package decides, never the child.
    """
    row = {
        "tenant_id": child.id,
        "parent_id": package.tenant_id,
        "package_id": package.id,
        "level_id": package.level_id,
        "allows": package.allows.as_json(),
        "valid_from": now,
        "valid_until": rules.valid_until(package.trial_days, has_fee=not package.is_free, now=now),
    }
    query = insert(TenantTerms).values(row).on_conflict_do_nothing().returning(TenantTerms)
    held = session.scalar(query) or session.get(TenantTerms, child.id)
    if held is None:
        raise NoSuchPackage()
    return queries.terms_facts(held)


def set_level(
    parent: Tenant, child_id: int, level_id: UUID | None, *, actor: Actor, now: datetime
) -> TermsFacts:
    """Move a child site to another of the parent's levels. Refuses NoSuchLevel, NoSuchPackage."""
    if level_id is not None and queries.level(parent, level_id) is None:
        raise NoSuchLevel()
    row = session.get(TenantTerms, child_id, with_for_update=True, populate_existing=True)
    if row is None or row.parent_id != parent.id:
        raise NoSuchPackage()
    before, row.level_id = row.level_id, level_id
    session.flush()
    audit.record(
        parent,
        actor,
        "terms.level",
        str(child_id),
        before={"level": str(before) if before else None},
        after={"level": str(level_id) if level_id else None, "at": now.isoformat()},
    )
    return queries.terms_facts(row)


def let_go_on(parent: Tenant, child_id: int, *, actor: Actor, now: datetime) -> None:
    """Take the end off a child's terms that have run out, or where a fee is due put it off for a
    while; terms still in force stay as they are."""
    row = session.get(TenantTerms, child_id, with_for_update=True, populate_existing=True)
    if row is None or row.parent_id != parent.id:
        return
    if rules.in_force(queries.terms_facts(row).ends_at, now=now):
        return
    before = row.valid_until.isoformat() if row.valid_until else None
    held = queries.package_by_id(row.package_id)
    row.valid_until = now + rules.PROLONGED if held and not held.is_free else None
    row.lapsed_at = None
    session.flush()
    audit.record(parent, actor, "terms.prolonged", str(child_id), before={"until": before})


def rebind(
    site_id: int, package: PackageFacts, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a moved site the terms of its new parent's package; what was paid for runs on.

    Runs in `shared()`. Answers with the stored form of the terms before and after.
    """
    row = session.get(TenantTerms, site_id, with_for_update=True, populate_existing=True)
    before = _stored(row) if row else {}
    if row is None:
        row = TenantTerms(tenant_id=site_id, valid_from=now, valid_until=None)
        session.add(row)
    row.parent_id, row.package_id = package.tenant_id, package.id
    row.level_id, row.allows = package.level_id, package.allows.as_json()
    session.flush()
    return before, _stored(row)


def restore(site_id: int, stored: dict[str, Any]) -> None:
    """Put terms back as `rebind` found them; how long they run stays as it is now."""
    row = session.get(TenantTerms, site_id, with_for_update=True, populate_existing=True)
    if row is None or not stored:
        return
    row.parent_id, row.allows = int(stored["parent_id"]), stored["allows"]
    row.package_id = UUID(stored["package_id"])
    row.level_id = UUID(stored["level_id"]) if stored["level_id"] else None
    session.flush()


def lapse(site_ids: Sequence[int], *, now: datetime) -> None:
    """Remember that the clock has shut these sites; in `shared()`."""
    _set_lapsed(site_ids, now)


def lapse_over(site_ids: Sequence[int]) -> None:
    """They go on; in `shared()`."""
    _set_lapsed(site_ids, None)


def _set_lapsed(site_ids: Sequence[int], when: datetime | None) -> None:
    session.execute(
        update(TenantTerms)
        .where(TenantTerms.tenant_id.in_(list(site_ids)))
        .values(lapsed_at=when)
        .execution_options(synchronize_session=False)
    )


def _stored(row: TenantTerms) -> dict[str, Any]:
    return {
        "parent_id": row.parent_id,
        "package_id": str(row.package_id),
        "level_id": str(row.level_id) if row.level_id else None,
        "allows": row.allows,
    }


def _checked(tenant: Tenant, draft: PackageDraft) -> PackageDraft:
    checked = rules.check_package(draft)
    if checked.level_id is not None and queries.level(tenant, checked.level_id) is None:
        raise NoSuchLevel()
    return checked


def _write(row: Package, draft: PackageDraft, *, now: datetime) -> None:
    row.name, row.summary, row.level_id = draft.name, draft.summary, draft.level_id
    row.fee, row.trial_days = draft.fee, draft.trial_days
    row.fee_year, row.grace_days = draft.fee_year, draft.grace_days
    row.allows = draft.allows.as_json()
    row.on_sale, row.popular, row.position = draft.on_sale, draft.popular, draft.position
    row.updated_at = now


def _told(draft: PackageDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "fee": str(draft.fee),
        "fee_year": str(draft.fee_year) if draft.fee_year else None,
        "grace_days": draft.grace_days,
        "trial_days": draft.trial_days,
        "on_sale": draft.on_sale,
        "allows": draft.allows.as_json(),
    }
