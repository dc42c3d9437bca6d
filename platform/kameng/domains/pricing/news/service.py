"""The verbs of digests: ask for them at every site below, and have one worked out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from kameng.domains.pricing.news import digests, rules
from kameng.kit.jobs import enqueue
from tenants.database import session
from tenants.tree import Tenant

DUE = "price.news"
_ASK = text("SELECT shared.price_news_due(:key, :at)")


def ask_below(tenant: Tenant, decided_at: datetime) -> int:
    """Let every live site below be looked at once when the hour of a decision is over, spread over
    some minutes; how many had not been asked for yet. One statement."""
    since, until = rules.window_of(decided_at)
    asked = {"key": rules.key_of(since), "at": until + rules.GRACE}
    return int(session.execute(_ASK, asked).scalar_one())


def work_out(tenant: Tenant, key: str) -> None:
    """Queue the digest of a window; a worker finds out whether there is anything to tell."""
    enqueue(digests.work_out, tenant, key, key=f"price-news-{key}")
