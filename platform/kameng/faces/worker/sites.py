"""Finding the site a row belongs to, for processes that serve all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenants import context, registry
from tenants.context import at, shared
from tenants.database import engines
from tenants.tree import Tenant

Facts = TypeVar("Facts")


def by_id(tenant_id: int) -> Tenant | None:
    """The site as it is now; remembered between questions, and never longer than it is true."""
    return registry.known(tenant_id)


def served(tenant_id: int) -> Tenant | None:
    """The site if this code can work in its schema now; None while it waits for its migration."""
    found = by_id(tenant_id)
    return None if found is None or found.state == registry.BEHIND else found


def anywhere(look_up: Callable[[], Facts | None]) -> tuple[str, Facts | None]:
    """What a provider speaks of, in whichever cell it is, and that cell: the provider knows of one
    address for all of them. The cell in whose inbox it lies is asked first."""
    here = context.cell()
    for cell in (here, *(other for other in engines.cells() if other != here)):
        with at(cell), shared():
            found = look_up()
        if found is not None:
            return cell, found
    return here, None
