"""Carries an application through the steps of opening a site, binding what each step needs.

Signup, the console (opening on behalf) and the clock's sweeper all come through here. Every step
commits by itself and is done once, so a crash anywhere is finished by coming again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from kameng.config import settings
from kameng.domains.agents import queries as agent_queries
from kameng.domains.agents import service as agents
from kameng.domains.agents.queries import ApplicationFacts
from kameng.domains.agents.rules import State
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from themes import engine

THEME = "clean"
PRESET = "standard"
LEFT_BEHIND = timedelta(seconds=5)
"""How old an unfinished application must be before the sweeper takes it up."""
_log = logging.getLogger("kameng.opening")


def open_site(application_id: UUID, *, now: datetime) -> ApplicationFacts:
    """Go through every step still to be done; nothing may be open in the binding around it.

    Ends OPEN, REFUSED, or APPLIED while no spare schema is ready.
    """
    facts, site = _claim(application_id, now=now)
    if facts.state is not State.CLAIMED or site is None:
        return facts
    arrangement = first_looks(facts.theme, facts.site_name, facts.primary)
    with use(site):
        agents.dress(site, facts, arrangement, now=now)
        session.commit()
    with shared():
        opened = agents.set_live(application_id, now=now)
        session.commit()
    return opened


def first_looks(theme: str, name: str, primary: str) -> dict[str, Any]:
    """What engine.start would give for these, without checking the whole preset every time."""
    plain = _plain_looks(theme)
    return {
        **plain,
        "tokens": {**plain["tokens"], "primary": primary},
        "site": {**plain["site"], "name": name, "logo_text": name},
    }


@cache
def _plain_looks(theme: str) -> dict[str, Any]:
    return engine.start(theme, PRESET, "", "")


def _claim(application_id: UUID, *, now: datetime) -> tuple[ApplicationFacts, Tenant | None]:
    with shared():
        facts = agents.claim(application_id, domain=settings().base_domain, now=now)
        site = registry.by_id(facts.opened_id) if facts.opened_id else None
        session.commit()
    return facts, site


def finish_open_applications(now: datetime) -> int:
    """What a crash or an empty pool left behind; the clock calls this. Returns how many ended."""
    with shared():
        waiting = agent_queries.unfinished(now - LEFT_BEHIND)
    return sum(_finish(application_id, now=now) for application_id in waiting)


def _finish(application_id: UUID, *, now: datetime) -> bool:
    """One application that fails, however it fails, does not keep the others waiting."""
    try:
        facts = open_site(application_id, now=now)
    except Exception:  # noqa: BLE001 - logged whole, and the next one has its turn
        _log.exception("application %s could not be finished", application_id)
        return False
    return facts.state in (State.OPEN, State.REFUSED)
