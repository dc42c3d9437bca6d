"""Finding the site a row belongs to, for processes that serve all of them."""

from __future__ import annotations

from tenants import registry
from tenants.tree import Tenant


def by_id(tenant_id: int) -> Tenant | None:
    """The site as it is now; remembered between questions, and never longer than it is true."""
    return registry.known(tenant_id)


def served(tenant_id: int) -> Tenant | None:
    """The site if this code can work in its schema now; None while it waits for its migration."""
    found = by_id(tenant_id)
    return None if found is None or found.state == registry.BEHIND else found
