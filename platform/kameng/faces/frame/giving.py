"""Presets on their way to the sites they were pushed to: one site after the other, each in a
transaction of its own, so that it may be stopped anywhere and goes on with who is left."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from kameng.domains.design.presets import offers, queries, rules, service
from kameng.domains.design.presets.errors import SiteMoved, SiteShut
from kameng.domains.design.presets.queries import Offer, PushFacts
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.faces.frame import fitting
from kameng.faces.frame.fitting import Luggage
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.jobs import enqueue, job
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant, is_above

TURN = 20.0
"""Seconds after which other slow work has its turn."""
AT_ONCE = 50
FORGOTTEN = timedelta(minutes=1)
PAGE = "/design/themes"
_log = logging.getLogger(__name__)


def soon(giver: Tenant) -> None:
    """Queue a turn of the pushes of one site."""
    enqueue(hand_out, giver, key=f"presets-{ids.token(6)}")


@job(queue="slow")
def hand_out(giver: Tenant) -> Iterator[None]:
    """Carry over what waits; what is left when the turn is over waits behind other work."""
    until, packed = clock.steady() + TURN, dict[UUID, Luggage | Refusal]()
    while found := queries.waiting(giver, size=AT_ONCE):
        for push in found:
            if push.preset_id not in packed:
                packed[push.preset_id] = _packed(giver, push.preset_id)
        yield
        for push in found:
            give(giver, push, packed[push.preset_id])
        if clock.steady() > until:
            soon(giver)
            return


def _packed(giver: Tenant, preset_id: UUID) -> Luggage | Refusal:
    try:
        return fitting.pack(giver, preset_id)
    except Refusal as refusal:
        return refusal


def give(giver: Tenant, push: PushFacts, packed: Luggage | Refusal) -> None:
    """Make the draft at one site, or say why that site could not have it; nothing bound."""
    try:
        if isinstance(packed, Refusal):
            raise packed
        _carry(_site(giver, push), push, packed)
    except Refusal as refusal:
        _failed(giver, push, refusal.code)
    except Exception:  # noqa: BLE001 - the others must have their turn
        _log.exception("a preset did not reach site %s", push.tenant_id)
        _failed(giver, push, rules.FAULT)


def _site(giver: Tenant, push: PushFacts) -> Tenant:
    with shared():
        found = registry.by_id(push.tenant_id)
    if found is None or not is_above(giver, found):
        raise SiteMoved()
    if found.state != registry.LIVE:
        raise SiteShut()
    return found


def _carry(site: Tenant, push: PushFacts, luggage: Luggage) -> None:
    bodies, now = fitting.fetch(luggage, site), clock.now()
    with use_proven(site):
        if not offers.begin(site, push.id):
            return
        offers.draft(site, push.id, fitting.fit(site, luggage, bodies, now=now), now=now)
        facts = {"preset": luggage.preset.name, "site": luggage.giver.name}
        key = str(push.id)
        notifications.notify(site, Kind.LOOK_OFFERED, facts, key=key, page=PAGE, now=now)
        session.commit()


def _failed(giver: Tenant, push: PushFacts, reason: str) -> None:
    with use(giver):
        service.fail(giver, push.id, reason, now=clock.now())
        session.commit()


def brought_up(site: Tenant, offer: Offer, live: UUID) -> UUID:
    """The draft of an offer over what is live at the site; made anew where the site has published
    something since. Nothing bound; committed."""
    push = offer.push
    if push.base_rev == live and push.revision_id is not None:
        return push.revision_id
    with shared():
        giver = registry.by_id(push.giver_id)
    if giver is None:
        raise SiteMoved()
    with use(giver):
        luggage = fitting.pack(giver, push.preset_id)
    bodies, now = fitting.fetch(luggage, site), clock.now()
    with use(site):
        fitted = fitting.fit(site, luggage, bodies, now=now)
        made = offers.refit(site, push.id, fitted, now=now)
        session.commit()
    if made.revision_id is None:
        raise SiteMoved()
    return made.revision_id


def look_after(now: datetime) -> int:
    """Queue anew what nobody works at; how many sites that concerns."""
    with shared():
        forgotten = queries.givers_forgotten(now, after=FORGOTTEN)
        found = list(registry.by_ids(forgotten).values())
    for giver in found:
        if giver.state != registry.BEHIND:
            with use_proven(giver):
                soon(giver)
                session.commit()
    return len(found)
