"""What the clock does when a site's terms have run out: its shop shows the notice page.

Paid orders stay reachable, and the parent may let the site go on (console, sub-sites).
"""

from __future__ import annotations

from datetime import datetime

from kameng.domains.terms import queries as terms
from kameng.kit import audit
from tenants import registry
from tenants.context import shared
from tenants.database import session


def end(now: datetime) -> int:
    """Suspend live sites whose terms are over; returns how many."""
    with shared():
        sites = registry.by_ids(terms.ended(now)).values()
        over = [site for site in sites if site.state == registry.LIVE]
        for site in over:
            registry.suspend(site)
            audit.record(site, audit.SYSTEM, "site.suspended", site.slug, after={"terms": "ended"})
        session.commit()
    return len(over)
