"""What follows a day after a site's look was changed: versions nobody needs any more go."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.presets import queries as presets
from kameng.domains.design.rollouts import queries as rollouts
from kameng.domains.design.skins import queries as skins
from kameng.domains.design.versions import service
from kameng.kit import due
from tenants.tree import Tenant

REST = timedelta(minutes=1)


def prune(tenant: Tenant, now: datetime) -> None:
    """Drop old ones but those something still leads to; a rest that is left has its turn soon.
    What leads to them is looked for once nobody can plan or publish one meanwhile."""
    design.hold(tenant)
    if service.prune(tenant, keep=_needed(tenant), now=now) == service.MOST:
        due.at(tenant, design.PRUNE, design.OLD, now + REST)


def _needed(tenant: Tenant) -> set[UUID]:
    """What is planned, what a draft began from, what a site above offers, and what comes back when
    a roll-out is taken back."""
    draft = drafts.one(tenant)
    offers = [] if tenant.is_root else presets.offers(tenant)
    pushed = {
        one for offer in offers for one in (offer.push.revision_id, offer.push.base_rev) if one
    }
    begun = {draft.base_rev} if draft else set()
    return skins.revisions_in_use(tenant) | begun | pushed | rollouts.ways_back(tenant)
