"""The verbs on a tree that stands: suspend, resume, move, move back. Inside `shared()`.

How many orders are under way is asked by the edge (`busy`), inside the same transaction: orders
stand on a floor above this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from kameng.domains.agents.tree import errors, queries, rules
from kameng.domains.agents.tree.models import SiteMove
from kameng.domains.agents.tree.queries import MoveFacts
from kameng.domains.agents.tree.rules import Offer, Wish
from kameng.domains.ledger.errors import BooksBusy
from kameng.domains.terms import queries as terms_queries
from kameng.domains.terms import service as terms
from kameng.domains.terms.queries import PackageFacts
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.errors import Refusal
from tenants import moving, registry
from tenants.database import session
from tenants.moving import Plan
from tenants.tree import DEPTH_CAP, Tenant

SUSPENDED, RESUMED = "site.suspended", "site.resumed"
MOVED, MOVED_BACK = "site.moved", "site.moved_back"
REFUSALS: dict[str, type[Refusal]] = {
    "KT001": errors.CircleInTree,
    "KT002": errors.SecretsOfFormerParent,
    "55P03": BooksBusy,
}
"""SQLSTATE raised by shared.site_moved -> the refusal it means."""

Busy = Callable[[Iterable[int]], int]


def suspend(by: Tenant, site: Tenant, *, actor: Actor) -> None:
    """Shut a site and, with it, everything below; paid orders stay reachable. Twice is once.

    A site that is shut already, from below, is held shut from here too: only here, or further up,
    it can be let go on.
    """
    if site.state == registry.LIVE:
        registry.suspend(site)
    elif site.state != registry.SUSPENDED or holds(by, site):
        return
    _tell((by, site), actor, SUSPENDED, site, {"state": site.state}, {"state": registry.SUSPENDED})


def holds(by: Tenant, site: Tenant) -> bool:
    """Whether `by` itself has shut the site and not let it go on since; in `shared()`."""
    return audit.last_act((by.id,), (SUSPENDED, RESUMED), site.slug) == SUSPENDED


def resume(by: Tenant, site: Tenant, *, actor: Actor, now: datetime) -> None:
    """Let a suspended site go on, past the end of its terms too. Refuses SuspendedFromAbove."""
    if site.state != registry.SUSPENDED:
        return
    if audit.last_act(by.chain[:-1], (SUSPENDED, RESUMED), site.slug) == SUSPENDED:
        raise errors.SuspendedFromAbove(site=site.slug)
    registry.resume(site)
    terms.let_go_on(by, site.id, actor=actor, now=now)
    _tell((by, site), actor, RESUMED, site, {"state": site.state}, {"state": registry.LIVE})


def go_on(site: Tenant) -> bool:
    """Open a site again that the clock had shut and that has paid since; one that somebody above
    holds shut stays so. In `shared()`."""
    if site.state != registry.SUSPENDED:
        return False
    if audit.last_act(site.chain[:-1], (SUSPENDED, RESUMED), site.slug) == SUSPENDED:
        return False
    registry.resume(site)
    terms.lapse_over([site.id])
    audit.record(site, audit.SYSTEM, RESUMED, site.slug, after={"terms": "paid"})
    return True


def look(site: Tenant, target: Tenant, *, busy: Busy) -> tuple[Plan, list[Refusal]]:
    """What moving would mean, and everything that stands against it; nothing is locked."""
    if site.is_root:
        raise errors.MasterStays()
    plan = moving.plan(site, target, lock=False)
    return plan, list(rules.place_faults(_wish(plan, busy)))


def move(
    site: Tenant,
    target: Tenant,
    package_id: UUID | None,
    *,
    busy: Busy,
    actor: Actor,
    now: datetime,
) -> MoveFacts:
    """Put a site with its whole sub-tree below another one, on one of its packages.

    Refuses MasterStays, OtherAlliance, CircleInTree, StandsThere, TooDeepThere, TargetShut,
    OpensNow, OrdersUnderWay, NoPackageThere, PackageForbidsSites, SecretsOfFormerParent, BooksBusy.
    """
    plan, wish = _checked(site, target, busy)
    package = terms_queries.package_by_id(package_id) if package_id else None
    rules.refuse(rules.package_faults(wish, _offer(package, target)))
    if package is None:
        raise errors.NoPackageThere()
    _go(plan)
    before, after = terms.rebind(plan.site.id, package, now=now)
    row = SiteMove(
        id=ids.uuid7(),
        site_id=site.id,
        from_id=plan.parent.id,
        to_id=target.id,
        sites=len(plan.subtree),
        terms_before=before,
        terms_after=after,
        moved_by=actor.name[:80],
        moved_at=now,
    )
    session.add(row)
    session.flush()
    _tell_move(plan, actor, MOVED)
    return queries.facts(row, last=True)


def move_back(site: Tenant, move_id: UUID, *, busy: Busy, actor: Actor, now: datetime) -> MoveFacts:
    """Take the last move of a site back: place and terms as they were.

    Refuses NoSuchMove, MoveOver, and whatever stands against the place it came from.
    """
    row = session.get(SiteMove, move_id, with_for_update=True, populate_existing=True)
    if row is None or row.site_id != site.id:
        raise errors.NoSuchMove()
    last = next((one.id for one in queries.moves_of(site.id) if one.last), None)
    home = registry.by_ids([row.from_id]).get(row.from_id)
    if last != row.id or site.parent_id != row.to_id or home is None:
        raise errors.MoveOver()
    plan, _wish_now = _checked(site, home, busy)
    _go(plan)
    terms.restore(site.id, row.terms_before)
    row.undone_at = now
    session.flush()
    _tell_move(plan, actor, MOVED_BACK)
    return queries.facts(row, last=False)


def _checked(site: Tenant, target: Tenant, busy: Busy) -> tuple[Plan, Wish]:
    if site.is_root:
        raise errors.MasterStays()
    with _named(target):
        plan = moving.plan(site, target, lock=True)
    wish = _wish(plan, busy)
    rules.refuse(rules.place_faults(wish))
    return plan, wish


def _wish(plan: Plan, busy: Busy) -> Wish:
    opening = [one.name for one in plan.subtree if one.state == registry.OPENING]
    return Wish(
        target=plan.target.name,
        circle=plan.is_circle,
        elsewhere=plan.is_elsewhere,
        stands_there=plan.target.id == plan.parent.id,
        target_shut=plan.target_is_shut,
        depth_needed=plan.target.depth + plan.height,
        most=DEPTH_CAP,
        sites=len(plan.subtree),
        opening=opening[0] if opening else "",
        orders=busy(plan.ids),
    )


def _offer(package: PackageFacts | None, target: Tenant) -> Offer | None:
    if package is None:
        return None
    return Offer(package.name, package.tenant_id == target.id, package.allows.child_sites)


def _go(plan: Plan) -> None:
    with _named(plan.target):
        moving.move(plan)


@contextmanager
def _named(target: Tenant) -> Iterator[None]:
    """What the database refuses gets its name."""
    try:
        yield
    except DBAPIError as error:
        refusal = REFUSALS.get(getattr(error.orig, "sqlstate", None) or "")
        if refusal is None:
            raise
        raise refusal(target=target.name) from error


def _tell_move(plan: Plan, actor: Actor, act: str) -> None:
    """The master site, both parents and the moved site each keep it in their log."""
    root = registry.by_ids([plan.site.root_id])[plan.site.root_id]
    sides = {one.id: one for one in (root, plan.parent, plan.target, plan.site)}
    before = {"parent": plan.parent.slug}
    after = {"parent": plan.target.slug, "sites": len(plan.subtree)}
    _tell(sides.values(), actor, act, plan.site, before, after)


def _tell(
    places: Iterable[Tenant],
    actor: Actor,
    act: str,
    site: Tenant,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    for place in places:
        audit.record(place, actor, act, site.slug, before=before, after=after)
