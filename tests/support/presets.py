"""Presets in tests: one that a site keeps of its present look, and one on its way below."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.design import queries as design
from kameng.domains.design.presets import queries, rules, service
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.design.presets.rules import Called
from kameng.faces.frame import giving
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant


def kept(site: Tenant, name: str) -> PresetFacts:
    """The site's present look, kept; committed."""
    with use(site):
        live = design.live_revision(site)
        assert live
        look, _left = rules.look_of(design.live(site), with_own=True)
        made = service.keep(site, look, Called(name), made_from=live, actor=SYSTEM, now=clock.now())
        session.commit()
    return made


def given(giver: Tenant, preset: PresetFacts, site: Tenant) -> UUID:
    """The preset pushed to one site and carried over; the push."""
    with use(giver):
        service.push(giver, preset.id, [site.id], actor=SYSTEM, now=clock.now())
        session.commit()
    giving.hand_out(giver.id)
    with use(giver):
        pushes, _total = queries.pushes(giver, preset.id)
    return pushes[0].id
