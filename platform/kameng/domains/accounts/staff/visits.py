"""Staff of a site above go into a site below: asked for, on record on both sides, ending by itself.

Inside `shared()`; the caller has checked that `site` stands below `via` and that the person may
send herself from there.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from kameng.domains.accounts.errors import AlreadyThere, NoSuchVisit
from kameng.domains.accounts.staff import rules
from kameng.domains.accounts.staff.models import StaffGrant
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.domains.accounts.staff.rules import STEWARD, Grant
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

ENTERED, LEFT = "site.entered", "site.left"


def enter(
    person: StaffFacts,
    site: Tenant,
    *,
    via: Tenant,
    reason: str,
    hours: int,
    actor: Actor,
    now: datetime,
) -> Grant:
    """Let a person in as steward; asking again sets a new end and a new reason.

    Refuses BadReason, BadStay, AlreadyThere (the person belongs to the site anyway).
    """
    why, until = rules.check_reason(reason), rules.stay(hours, now=now)
    belongs = select(StaffGrant.role).where(
        StaffGrant.staff_id == person.id,
        StaffGrant.tenant_id == site.id,
        StaffGrant.role != STEWARD,
    )
    if session.scalar(belongs.limit(1)) is not None:
        raise AlreadyThere(site=site.slug)
    _forget(person.id, site.id)
    row = {
        "staff_id": person.id,
        "tenant_id": site.id,
        "role": STEWARD,
        "granted_by": person.id,
        "created_at": now,
        "expires_at": until,
        "reason": why,
        "via_id": via.id,
    }
    session.execute(insert(StaffGrant).values(row))
    told = {"who": person.name, "until": until.isoformat(), "reason": why, "via": via.slug}
    _tell(ENTERED, site, via, actor, told)
    return Grant(site.id, STEWARD, until, why, via.id)


def leave(staff_id: UUID, site: Tenant, *, via: Tenant | None, actor: Actor, name: str) -> None:
    """End a stay before its time, from either side. Refuses NoSuchVisit."""
    if not _forget(staff_id, site.id):
        raise NoSuchVisit()
    _tell(LEFT, site, via, actor, {"who": name})


def _forget(staff_id: UUID, site_id: int) -> bool:
    query = (
        delete(StaffGrant)
        .where(
            StaffGrant.staff_id == staff_id,
            StaffGrant.tenant_id == site_id,
            StaffGrant.role == STEWARD,
        )
        .returning(StaffGrant.staff_id)
    )
    return session.scalar(query) is not None


def _tell(act: str, site: Tenant, via: Tenant | None, actor: Actor, told: dict[str, str]) -> None:
    """Both sides keep it in their logs."""
    for place in (site, via):
        if place is not None:
            audit.record(place, actor, act, site.slug, after=told)
