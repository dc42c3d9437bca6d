"""Reads of planned skins; inside `use(tenant)`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kameng.domains.design import judging
from kameng.domains.design import queries as designs
from kameng.domains.design.errors import MadeUnderAnotherLine
from kameng.domains.design.rules import Arrangement
from kameng.domains.design.skins import rules
from kameng.domains.design.skins.errors import NoSuchSkin
from kameng.domains.design.skins.models import SkinSchedule
from kameng.domains.design.skins.rules import OPEN, Skin, State, Why
from tenants.database import session
from tenants.tree import Tenant

_OPEN = tuple(state.value for state in OPEN)


def one(tenant: Tenant, skin_id: UUID) -> Skin:
    """One planned skin. Refuses NoSuchSkin."""
    row = session.get(SkinSchedule, skin_id, populate_existing=True)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchSkin()
    return facts(row)


def to_come(tenant: Tenant) -> list[Skin]:
    """What is on or waits, the next one first."""
    mine = select(SkinSchedule).where(SkinSchedule.tenant_id == tenant.id)
    query = mine.where(SkinSchedule.state.in_(_OPEN)).order_by(SkinSchedule.starts_at)
    return [facts(row) for row in session.scalars(query)]


def past(tenant: Tenant, *, size: int = 20) -> list[Skin]:
    """What is over, was called off or stopped, the newest first."""
    mine = select(SkinSchedule).where(SkinSchedule.tenant_id == tenant.id)
    query = mine.where(SkinSchedule.state.not_in(_OPEN))
    found = session.scalars(query.order_by(SkinSchedule.ends_at.desc()).limit(size))
    return [facts(row) for row in found]


def is_shown(tenant: Tenant, revision_id: UUID, live: UUID) -> bool:
    """Whether what is live is the look of this revision, whatever words were changed since."""
    if live == revision_id:
        return True
    if not designs.is_there(tenant, revision_id):
        return False
    began, now = (designs.revision(tenant, one)[1] for one in (revision_id, live))
    return rules.same_look(_on_the_line_of(now, began), now)


def _on_the_line_of(now: Arrangement, began: Arrangement) -> Arrangement:
    """What a skin began as, brought to the line a roll-out has moved the site to meanwhile."""
    if began["theme"] != now["theme"] or began["version"] == now["version"]:
        return began
    try:
        return judging.brought_to(began, now["version"])
    except MadeUnderAnotherLine:
        return began


def revisions_in_use(tenant: Tenant) -> set[UUID]:
    """Revisions that are to be shown, or to come back: they must not be thrown away."""
    plans = to_come(tenant)
    back = {plan.reverts_to for plan in plans if plan.reverts_to}
    return back | {plan.revision_id for plan in plans}


def facts(row: SkinSchedule) -> Skin:
    """The public side of a row."""
    return Skin(
        id=row.id,
        revision_id=row.revision_id,
        name=row.note,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=State(row.state),
        why=Why(row.why) if row.why else None,
        reverts_to=row.reverts_to,
        author=row.author,
        created_at=row.created_at,
    )
