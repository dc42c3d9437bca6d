"""Finding the site a row belongs to, for processes that serve all of them."""

from __future__ import annotations

import time

from tenants import registry
from tenants.context import shared
from tenants.tree import Tenant

SECONDS = 5.0
_kept: dict[int, tuple[float, Tenant]] = {}


def by_id(tenant_id: int) -> Tenant | None:
    """The site, remembered for a few seconds."""
    kept = _kept.get(tenant_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    with shared():
        found = registry.by_id(tenant_id)
    if found:
        _kept[tenant_id] = (time.monotonic() + SECONDS, found)
    return found
