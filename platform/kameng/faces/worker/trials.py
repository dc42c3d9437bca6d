"""What the clock does as a site's time runs out: it reminds, renews from the balance, and when
grace is over too the shop shows its notice page. Who pays is open again.

Paid orders stay reachable, and the parent may let the site go on (console, sub-sites).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from kameng.domains.agents.tree import service as tree
from kameng.domains.billing import allowances, notices
from kameng.domains.billing import queries as plans
from kameng.domains.billing import service as billing
from kameng.domains.terms import queries as terms
from kameng.domains.terms import service as terms_service
from kameng.kit import audit
from tenants import context, registry
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant

NEAR = timedelta(days=8)
PATIENCE = 10.0
"""Seconds one round may take; sites it does not reach have their turn in the next."""
MOST_TRIMMED = 200
"""Sites whose lists are looked at in one round."""
_trimmed: dict[str, int] = {}
"""The last site the rounds of this process have reached in each cell."""
_log = logging.getLogger(__name__)


def end(now: datetime) -> int:
    """Suspend live sites whose terms and grace are over; returns how many."""
    with shared():
        sites = registry.by_ids(terms.ended(now)).values()
        over = [site for site in sites if site.state == registry.LIVE]
        terms_service.lapse([site.id for site in over], now=now)
        for site in over:
            registry.suspend(site)
            audit.record(site, audit.SYSTEM, "site.suspended", site.slug, after={"terms": "ended"})
        session.commit()
    _each(over, lambda site: notices.shut(site, plans.plan(site), now=now))
    return len(over)


def begin_again(now: datetime) -> int:
    """Open sites again that were shut so and have paid; returns how many."""
    with shared():
        paid = registry.by_ids(terms.paid_again(now)).values()
        opened = sum(tree.go_on(site) for site in paid)
        session.commit()
    return opened


def look(now: datetime) -> int:
    """Remind, change over and renew at sites whose end is near; returns how many were looked at."""
    with shared():
        near = registry.by_ids(terms.ending(now, within=NEAR)).values()
        live = [site for site in near if site.state == registry.LIVE]
    return _each(live, lambda site: billing.look(site, uses=allowances.uses_of(site), now=now))


def trim(now: datetime) -> int:
    """Take what came from above beyond a package's limit off the lists, site by site; the round
    goes on where the last one ended. Returns how many sites were looked at."""
    here = context.cell()
    with shared():
        ids = terms.limited(after=_trimmed.get(here, 0), size=MOST_TRIMMED)
        found, held = registry.by_ids(ids), terms.terms_of_sites(ids)
        limits = {site_id: one.allows.sku_limit for site_id, one in held.items()}
    _trimmed[here] = ids[-1] if len(ids) == MOST_TRIMMED else 0
    live = [found[one] for one in ids if one in found and found[one].state == registry.LIVE]
    return _each(
        live,
        lambda site: allowances.keep_within(site, limits[site.id], actor=audit.SYSTEM, now=now),
    )


def _each(sites: list[Tenant], work: Callable[[Tenant], object]) -> int:
    """One site after the other, each in its own transaction; one that fails keeps none waiting."""
    done, until = 0, time.monotonic() + PATIENCE
    for site in sites:
        if time.monotonic() > until:
            break
        try:
            with use_proven(site):
                work(site)
                session.commit()
            done += 1
        except Exception:  # noqa: BLE001 - the others must have their turn
            _log.exception("the package of site %s could not be looked at", site.id)
    return done
