"""Which names are free, and that a name once given is kept for ever. Inside `shared()`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.agents import queries, rules
from kameng.domains.agents.errors import NameRefused
from kameng.domains.agents.models import SiteName
from kameng.domains.agents.rules import Why
from tenants.database import session


def check_free(text: str) -> str:
    """The name in its written form if it may be had now. Refuses NameRefused."""
    name = rules.check_name(text)
    like = queries.taken([name]).get(name)
    if like is not None:
        raise taken(name, like)
    return name


def free_suggestions(text: str) -> list[str]:
    """Up to three free names near a refused one."""
    near = rules.suggestions(text)
    used = queries.taken(near) if near else {}
    return [name for name in near if name not in used][:3]


def keep_name(slug: str, tenant_id: int, *, now: datetime) -> None:
    """Give the look of a name to a site, for ever. Refuses NameRefused."""
    row = {"look": rules.look_of(slug), "slug": slug, "tenant_id": tenant_id, "kept_at": now}
    query = insert(SiteName).values(row).on_conflict_do_nothing().returning(SiteName.look)
    if session.scalar(query) is not None:
        return
    kept = session.get(SiteName, row["look"], populate_existing=True)
    if kept is None or kept.tenant_id != tenant_id:
        raise taken(slug, kept.slug if kept else slug)


def taken(name: str, like: str) -> NameRefused:
    """The refusal of a name that is, or looks like, one used now or before."""
    reason = Why.TAKEN if like == name else Why.LOOKS_LIKE
    return NameRefused(reason=reason.value, like=like)
