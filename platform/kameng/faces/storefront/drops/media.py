"""Pictures a page of the shop shows, by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kameng.domains.design.media import queries
from kameng.faces.frame import media
from kameng.faces.storefront.ids import uuid_of
from tenants.tree import Tenant


def shown(tenant: Tenant, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Media id -> {src, srcset, width, height, alt}; what was deleted or never was is left out.
    One query, none for a page without pictures of its own."""
    ids = [found for text in wanted if (found := uuid_of(text))]
    there = queries.some(tenant, ids)
    return {str(one): media.drop(tenant, facts) for one, facts in there.items()}
