"""The verbs on tiers: make one, change it, give it to a member. Inside `use(tenant)`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts.errors import (
    NoSuchTier,
    TierHeld,
    TierMoved,
    TierNameTaken,
    TooManyTiers,
)
from kameng.domains.accounts.members import rows
from kameng.domains.accounts.members.tiers import queries, rules
from kameng.domains.accounts.members.tiers.models import MemberTier, MemberTierHeld
from kameng.domains.accounts.members.tiers.queries import TierFacts
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def add(tenant: Tenant, name: str, rank: int, *, actor: Actor, now: datetime) -> TierFacts:
    """Give the site a tier. Refuses BadTier, TierNameTaken, TooManyTiers."""
    name, rank = rules.checked(name, rank)
    if len(queries.tiers(tenant)) >= rules.MOST:
        raise TooManyTiers(most=rules.MOST)
    row = {"id": ids.uuid7(), "tenant_id": tenant.id, "name": name, "rank": rank, "created_at": now}
    added = session.scalar(
        insert(MemberTier).values(row).on_conflict_do_nothing().returning(MemberTier)
    )
    if added is None:
        raise TierNameTaken(name=name)
    audit.record(tenant, actor, "tier.add", str(added.id), after={"name": name, "rank": rank})
    return queries.facts(added)


def change(tenant: Tenant, tier_id: UUID, name: str, rank: int, *, actor: Actor) -> TierFacts:
    """Call it another name, or let it stand elsewhere; who holds it keeps it. Refuses BadTier,
    NoSuchTier, TierNameTaken."""
    name, rank = rules.checked(name, rank)
    row = _locked(tenant, tier_id)
    if any(one.name == name and one.id != tier_id for one in queries.tiers(tenant)):
        raise TierNameTaken(name=name)
    before = {"name": row.name, "rank": row.rank}
    row.name, row.rank = name, rank
    after = {"name": name, "rank": rank}
    if before != after:
        session.flush()
        audit.record(tenant, actor, "tier.change", str(tier_id), before=before, after=after)
    return queries.facts(row)


def remove(tenant: Tenant, tier_id: UUID, *, actor: Actor) -> None:
    """Take away a tier nobody holds. Refuses NoSuchTier, TierHeld. `pricing.service.remove_tier`
    is the door for people: it knows whether prices name the tier."""
    row = _locked(tenant, tier_id)
    held = session.scalar(
        select(func.count()).select_from(queries.holders(tenant.id, tier_id).subquery())
    )
    if held:
        raise TierHeld(name=row.name, members=held)
    before = {"name": row.name, "rank": row.rank}
    session.delete(row)
    session.flush()
    audit.record(tenant, actor, "tier.remove", str(tier_id), before=before)


def give(
    tenant: Tenant,
    member_id: UUID,
    tier_id: UUID | None,
    *,
    seen: UUID | None,
    actor: Actor,
    now: datetime,
) -> TierFacts | None:
    """Let a member hold a tier, or none; it holds for the next price asked. `seen`: the one the
    person saw. Refuses NoSuchMember, NoSuchTier, TierMoved."""
    rows.locked(member_id)
    before = queries.of_member(tenant, member_id)
    after = queries.facts(_locked(tenant, tier_id)) if tier_id else None
    if before == after:
        return after
    if seen != (before.id if before else None):
        raise TierMoved(name=before.name if before else "")
    _hold(tenant, member_id, tier_id, now)
    told = [{"tier": one.name if one else None} for one in (before, after)]
    audit.record(tenant, actor, "member.tier", str(member_id), before=told[0], after=told[1])
    return after


def _hold(tenant: Tenant, member_id: UUID, tier_id: UUID | None, now: datetime) -> None:
    if tier_id is None:
        mine = (MemberTierHeld.tenant_id == tenant.id, MemberTierHeld.member_id == member_id)
        session.execute(delete(MemberTierHeld).where(*mine))
        return
    held = {"tier_id": tier_id, "given_at": now}
    row = insert(MemberTierHeld).values(tenant_id=tenant.id, member_id=member_id, **held)
    session.execute(row.on_conflict_do_update(constraint="pk_member_tier_held", set_=held))


def _locked(tenant: Tenant, tier_id: UUID) -> MemberTier:
    """The row, locked until the transaction ends: nobody is given a tier that goes away."""
    row = session.get(MemberTier, tier_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchTier()
    return row
