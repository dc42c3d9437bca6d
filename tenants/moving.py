"""Moves a site with everything below it to another place in its tree. Inside `shared()`.

`plan` locks what the move is about, so that nothing opens or closes there until the commit; what
may not move is decided by whoever reads the plan, and once more by the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from tenants import registry
from tenants.database import session
from tenants.errors import TenancyError
from tenants.hosts import changed
from tenants.models import TenantRow
from tenants.tree import DEPTH_CAP, Tenant, is_above, path_of


@dataclass(frozen=True, slots=True)
class Plan:
    """A site, where it stands, where it would stand, and what would come along."""

    site: Tenant
    parent: Tenant
    target: Tenant
    subtree: tuple[Tenant, ...]
    above_target: tuple[Tenant, ...]

    @property
    def ids(self) -> list[int]:
        """The moved sites, the moved one first."""
        return [one.id for one in self.subtree]

    @property
    def height(self) -> int:
        """How many levels the sub-tree has; 1 for a site with nothing below."""
        return max(one.depth for one in self.subtree) - self.site.depth + 1

    @property
    def is_circle(self) -> bool:
        """Whether the target is the site itself or stands below it."""
        return self.target.id == self.site.id or is_above(self.site, self.target)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the target belongs to another alliance."""
        return self.target.root_id != self.site.root_id

    @property
    def is_too_deep(self) -> bool:
        """Whether the lowest site would stand below the depth cap."""
        return self.target.depth + self.height > DEPTH_CAP

    @property
    def target_is_shut(self) -> bool:
        """Whether the target, or a site above it, is not live."""
        return any(one.state != registry.LIVE for one in (self.target, *self.above_target))


def plan(site: Tenant, target: Tenant, *, lock: bool) -> Plan:
    """What moving `site` below `target` would mean; with `lock`, as it will be when it is done."""
    if lock:
        session.execute(text("SELECT shared.orders_awaited(:root)"), {"root": site.root_id})
        _lock([site.root_id, *site.chain, *target.chain], path_of(site.chain))
    chains = registry.by_ids([*site.chain, *target.chain])
    now, there = chains[site.id], chains[target.id]
    if now.parent_id is None:
        raise TenancyError(f"{now.slug} is a master site")
    return Plan(
        site=now,
        parent=registry.by_ids([now.parent_id])[now.parent_id],
        target=there,
        subtree=(now, *registry.below(now)),
        above_target=tuple(registry.by_ids(there.chain[:-1]).values()),
    )


def move(plan: Plan) -> Sequence[int]:
    """Do it: paths, and the books' accounts, of all of them at once. Answers with their ids."""
    asked = {"site": plan.site.id, "parent": plan.target.id}
    moved = session.execute(text("SELECT shared.site_moved(:site, :parent)"), asked).scalar_one()
    changed(*moved)
    return [int(one) for one in moved]


def _lock(ids: Sequence[int], path: str) -> None:
    """The site, all above it and its target, and the sub-tree, always in the order of ids."""
    below = text("tenant.path <@ CAST(:path AS ltree)").bindparams(path=path)
    query = (
        select(TenantRow.id)
        .where(TenantRow.id.in_(ids) | below)
        .order_by(TenantRow.id)
        .with_for_update()
    )
    session.execute(query)
