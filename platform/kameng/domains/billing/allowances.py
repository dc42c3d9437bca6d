"""What a site uses of its package, and the refusals of what the package does not have.

Whoever lists goods for a site asks here first; what comes from above by itself is taken
off the list again by the clock. Inside `use(site)`.
"""

from __future__ import annotations

from datetime import datetime

from kameng.domains.agents import queries as agents
from kameng.domains.agents.hostnames import queries as hostnames
from kameng.domains.billing.rules import Uses
from kameng.domains.catalog.goods import listed
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NotInPackage, SkuLimitReached
from kameng.domains.terms.rules import Module
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.tree import Tenant


def uses_of(tenant: Tenant) -> Uses:
    """How many sites stand below, which own domains it claims, how many SKUs it lists."""
    domains = tuple(claim.shown for claim in hostnames.claims_of(tenant))
    return Uses(agents.below(tenant), domains, listed.count(tenant))


def check_room(tenant: Tenant, *, more: int = 1) -> None:
    """Refuse to list more than the package allows (SkuLimitReached)."""
    limit = terms.allowed(tenant).sku_limit
    if limit and listed.count(tenant) + more > limit:
        raise SkuLimitReached(limit=limit)


def check_module(tenant: Tenant, module: Module) -> None:
    """Refuse a part of the platform the package leaves out (NotInPackage)."""
    if not terms.may_use(tenant, module):
        raise NotInPackage(what=module.value)


def keep_within(tenant: Tenant, limit: int, *, actor: Actor, now: datetime) -> int:
    """Take the latest goods beyond a limit off the list; returns how many. 0 is no limit."""
    hidden = listed.hide_beyond(tenant, limit, now=now) if limit else 0
    if hidden:
        told = {"limit": limit, "hidden": hidden}
        audit.record(tenant, actor, "listing.trimmed", tenant.slug, after=told)
    return hidden
