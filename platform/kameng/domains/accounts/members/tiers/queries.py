"""Reads of a site's tiers and of who holds them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select

from kameng.domains.accounts.members.tiers.models import MemberTier, MemberTierHeld
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class TierFacts:
    """One tier of a site."""

    id: UUID
    name: str
    rank: int


def facts(row: MemberTier) -> TierFacts:
    """The public side of a row."""
    return TierFacts(row.id, row.name, row.rank)


def tiers(tenant: Tenant) -> list[TierFacts]:
    """The site's tiers, the lowest rank first."""
    wanted = (
        select(MemberTier)
        .where(MemberTier.tenant_id == tenant.id)
        .order_by(MemberTier.rank, MemberTier.id)
    )
    return [facts(row) for row in session.scalars(wanted)]


def tier(tenant: Tenant, tier_id: UUID) -> TierFacts | None:
    """One tier of this site."""
    row = session.get(MemberTier, tier_id)
    return facts(row) if row and row.tenant_id == tenant.id else None


def of_members(tenant: Tenant, member_ids: Collection[UUID]) -> dict[UUID, TierFacts]:
    """The tiers these members hold, by member; who holds none is left out. One query."""
    wanted = (
        select(MemberTierHeld.member_id, MemberTier)
        .join(MemberTier, MemberTier.id == MemberTierHeld.tier_id)
        .where(MemberTierHeld.tenant_id == tenant.id, MemberTierHeld.member_id.in_(member_ids))
    )
    return {member_id: facts(row) for member_id, row in session.execute(wanted)}


def of_member(tenant: Tenant, member_id: UUID) -> TierFacts | None:
    """The tier of one member."""
    return of_members(tenant, [member_id]).get(member_id)


def counts(tenant: Tenant) -> dict[UUID, int]:
    """How many members hold each tier; those nobody holds are left out."""
    wanted = (
        select(MemberTierHeld.tier_id, func.count())
        .where(MemberTierHeld.tenant_id == tenant.id)
        .group_by(MemberTierHeld.tier_id)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def holders(tenant_id: int, tier_id: UUID) -> Select[UUID]:
    """The members of a tier as a query, for a list that is narrowed to them."""
    return select(MemberTierHeld.member_id).where(
        MemberTierHeld.tenant_id == tenant_id, MemberTierHeld.tier_id == tier_id
    )


def held_by(tenant_id: Any, member_id: Any) -> ScalarSelect[UUID]:
    """The tier of a member as a query, for a statement that asks other things besides."""
    wanted = select(MemberTierHeld.tier_id).where(
        MemberTierHeld.tenant_id == tenant_id, MemberTierHeld.member_id == member_id
    )
    return wanted.scalar_subquery()
