"""Throwing old versions away; inside `use(tenant)`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from kameng.domains.design.errors import DesignMissing
from kameng.domains.design.models import DesignRevision, SiteDesign
from kameng.domains.design.versions import rules
from kameng.domains.design.versions.rules import Version
from tenants.database import session
from tenants.tree import Tenant

MOST = 500


def prune(tenant: Tenant, *, keep: Collection[UUID], now: datetime) -> int:
    """Drop what is old, so many at a time; what is live or drafted always stays. How many went.

    Nobody publishes meanwhile, so nothing that is dropped can become live. Refuses DesignMissing.
    """
    pointer = session.scalar(select(SiteDesign).with_for_update(), execution_options=_FRESH)
    if pointer is None:
        raise DesignMissing()
    held = {*keep, pointer.live_rev, *([pointer.draft_rev] if pointer.draft_rev else [])}
    gone = rules.outdated(_all(), keep=held, now=now)[:MOST]
    session.execute(delete(DesignRevision).where(DesignRevision.id.in_(gone)))
    return len(gone)


_FRESH = {"populate_existing": True}


def _all() -> list[Version]:
    columns = DesignRevision.id, DesignRevision.created_at, DesignRevision.note
    rows = session.execute(select(*columns).order_by(DesignRevision.seq.desc()))
    return [Version(row.id, row.created_at, bool(row.note)) for row in rows]
