"""Keeps schemas ready for sites to come, so that opening one is a claim and not a construction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kameng.config import settings
from migrations import run
from tenants import registry
from tenants.context import shared
from tenants.database import connect_engine

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE = 5


def refill(now: datetime) -> int:
    """Build up to AT_ONCE missing spares as the owner role; returns how many were built."""
    with shared():
        waiting = registry.spare_count()
    if waiting >= run.SPARES:
        return 0
    owner = connect_engine(settings().role_url("owner"), pool_size=1)
    try:
        return run.fill_pool(owner, spares=min(run.SPARES, waiting + AT_ONCE), now=now)
    finally:
        owner.dispose()
