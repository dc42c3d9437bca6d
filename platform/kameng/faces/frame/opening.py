"""Carries an application through the steps of opening a site, binding what each step needs.

Signup, the console (opening on behalf) and the clock's sweeper all come through here. Every step
commits by itself and is done once, so a crash anywhere is finished by coming again.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from kameng.config import settings
from kameng.domains.accounts.errors import LoginTaken
from kameng.domains.agents import queries as agent_queries
from kameng.domains.agents import rules
from kameng.domains.agents import service as agents
from kameng.domains.agents.errors import ApplicationEnded, NoSuchApplication
from kameng.domains.agents.queries import ApplicationFacts, Waiting
from kameng.domains.agents.rules import State
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import givenlooks, i18n, lines
from kameng.kit import wake
from tenants import directory, needs, pool
from tenants.context import shared, use
from tenants.database import session
from tenants.errors import NameTaken, NoSpare
from tenants.tree import Tenant
from themes import engine

THEME = "clean"
PRESET = "standard"
USUAL = "mix"
"""The preset of a theme that has no standard one."""
SPOKEN = i18n.DEFAULT
"""The language of a site whose founder's nobody knows."""
AT_ONCE = 200
PATIENCE = 10.0
"""Seconds one round of the sweeper may take; the rest waits for the next."""
_log = logging.getLogger("kameng.opening")


def open_site(application_id: UUID, *, now: datetime) -> ApplicationFacts:
    """Go through every step still to be done; nothing may be open in the binding around it.

    Ends OPEN, REFUSED, or APPLIED while no spare schema is ready.
    """
    facts, site = _claim(application_id, now=now)
    if site is None:
        return facts
    line = lines.usual(site.root_id, facts.theme)
    spoken = facts.locale or SPOKEN
    arrangement = first_looks(
        facts.theme, facts.site_name, facts.primary, facts.preset, spoken, line
    )
    given = givenlooks.packed(site, facts.preset)
    with use(site):
        look = givenlooks.worn(site, given, arrangement, primary=facts.primary, now=now)
        agents.dress(site, facts, look, now=now)
        session.commit()
    with shared():
        opened = agents.set_live(site, application_id, now=now)
        session.commit()
    return opened


def _claim(application_id: UUID, *, now: datetime) -> tuple[ApplicationFacts, Tenant | None]:
    """The site the application has now, or no site: none was ready, or it was refused."""
    try:
        _hold_names(application_id)
        with shared():
            facts, site = agents.claim(application_id, domain=settings().base_domain, now=now)
            session.commit()
    except (NoSpare, ApplicationEnded) as why:
        return _left(application_id, why), None
    except tuple(agents.LOST) as refusal:
        return _refuse(application_id, agents.LOST[type(refusal)]), None
    return facts, site if facts.state is State.CLAIMED else None


def _left(application_id: UUID, why: Exception) -> ApplicationFacts:
    """Only who waits calls the builder; after a claim it comes by itself, when the newcomer has
    seen her first page and not beside it."""
    if isinstance(why, NoSpare):
        wake.now(wake.SPARES)
    return _facts(application_id)


def _hold_names(application_id: UUID) -> None:
    """Where there are several cells, names are one across them. Refuses NameTaken, LoginTaken."""
    if not directory.several():
        return
    facts = _facts(application_id)
    newcomers = facts.login if facts.newcomer else None
    host, look = settings().host(facts.slug), rules.look_of(facts.slug)
    try:
        if facts.state is State.APPLIED:
            directory.hold(application_id, host=host, look=look, login=newcomers)
    except NameTaken as refusal:
        if str(refusal) == facts.login != look:
            raise LoginTaken(login=facts.login) from refusal
        raise


def _refuse(application_id: UUID, reason: str) -> ApplicationFacts:
    """What was held goes back first: a crash between the two only makes it lose once more. One that
    somebody else has claimed meanwhile has not lost: its site's host is in the directory."""
    if directory.several():
        facts = _facts(application_id)
        if facts.state is not State.APPLIED:
            return facts
        directory.release(application_id)
    with shared():
        facts = agents.refuse(application_id, reason)
        session.commit()
    return facts


def _facts(application_id: UUID) -> ApplicationFacts:
    with shared():
        found = agent_queries.application(application_id)
    if found is None:
        raise NoSuchApplication()
    return found


def first_looks(
    theme: str,
    name: str,
    primary: str,
    preset: str = "",
    locale: str = SPOKEN,
    line: str | None = None,
) -> dict[str, Any]:
    """What engine.start would give for these, without checking the whole preset every time."""
    own_line = line or engine.lines(theme)[-1]
    plain = _plain_looks(theme, preset_of(theme, preset, line), locale, own_line)
    own = {"primary": primary} if primary else {}
    return {
        **plain,
        "tokens": {**plain["tokens"], **own},
        "site": {**plain["site"], "name": name, "logo_text": name},
    }


def theme_for(allows: Allows) -> str:
    """The theme a shop begins with where nobody chose one: the usual, or the first there may be."""
    allowed = [name for name in engine.THEMES if allows.has_theme(name)]
    return THEME if THEME in allowed or not allowed else allowed[0]


def preset_of(theme: str, wanted: str, line: str | None = None) -> str:
    """The preset that was wanted, or the theme's usual one, on a line or the newest."""
    there = [one["key"] for one in engine.presets(theme, line)]
    return next((key for key in (wanted, PRESET, USUAL) if key in there), there[0])


def get_ready() -> None:
    """Check the preset while the newcomer still reads the form, not when she waits."""
    for line in engine.lines(THEME):
        _plain_looks(THEME, preset_of(THEME, "", line), i18n.locale(), line)


@cache
def _plain_looks(theme: str, preset: str, locale: str, line: str) -> dict[str, Any]:
    return engine.start(theme, preset, "", "", line, locale=locale)


def no_room() -> bool:
    """Whether who waits now waits for more than the builder: the cell holds all it may."""
    with shared():
        seen = pool.look(needs.REVISION)
    return seen.ready == 0 and seen.is_full(settings().tenant_limit)


def finish_open_applications(now: datetime) -> int:
    """What a crash or an empty pool left behind; the clock and the builder call this.

    Returns how many ended. Once no spare is left, only those that need none go on.
    """
    ended, empty, until = 0, False, time.monotonic() + PATIENCE
    waiting = _unfinished(None)
    while waiting and time.monotonic() < until:
        for one in waiting:
            if time.monotonic() > until:
                return ended
            if empty and one.state is State.APPLIED:
                continue
            state = _finish(one.id, now=now)
            ended += state in (State.OPEN, State.REFUSED)
            empty = empty or state is State.APPLIED
        waiting = _unfinished(waiting[-1])
    return ended


def _unfinished(after: Waiting | None) -> list[Waiting]:
    with shared():
        return agent_queries.unfinished(after=after, size=AT_ONCE)


def _finish(application_id: UUID, *, now: datetime) -> State | None:
    """One application that fails, however it fails, does not keep the others waiting."""
    try:
        return open_site(application_id, now=now).state
    except Exception:  # noqa: BLE001 - logged whole, and the next one has its turn
        _log.exception("application %s could not be finished", application_id)
        return None
