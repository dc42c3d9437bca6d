"""What the clock does for roll-outs of a theme's line: sites move wave by wave, are watched, and
are all put back when their pages fail more often than before.

Each site is one transaction that locks its own row first, so clocks may run side by side and be
killed anywhere: whoever comes next goes on where the rows say.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from kameng.domains.design import queries as design
from kameng.domains.design import service as designs
from kameng.domains.design.errors import ColoursUnreadable
from kameng.domains.design.rollouts import measuring, moving, queries, rules, service
from kameng.domains.design.rollouts.queries import RolloutFacts, SiteFacts
from kameng.domains.design.rollouts.rules import Counts, SiteState, State
from kameng.domains.design.skins import service as skins
from kameng.faces.frame import drawn
from kameng.faces.worker import rollouttelling as telling
from kameng.faces.worker import sites
from kameng.faces.worker.rounds import each
from kameng.kit import clock
from tenants import registry
from tenants.context import shared
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant
from themes import engine

CLOSED = "closed"
MOST_NOTED = 500
"""Sites whose line is written down in one round."""
_log = logging.getLogger(__name__)
Pages = tuple[Mapping[int, Counts], Mapping[int, Counts]]


def look_after(now: datetime) -> int:
    """Bring every roll-out under way one step further; returns how many there are."""
    with shared():
        busy = queries.at_work()
    return each(busy, lambda one: _advance(one, now))


def _advance(rollout: RolloutFacts, now: datetime) -> None:
    master = sites.served(rollout.master_id)
    if master is None:
        return
    if rollout.state is State.RUNNING:
        why, after = _trouble(master, rollout, now)
        if not why:
            _move_wave(master, rollout, now)
            return
        if not _stopped(master, rollout, why, after, now):
            return
    _put_back_all(master, rollout, now)


def _stopped(master: Tenant, rollout: RolloutFacts, why: str, after: Counts, now: datetime) -> bool:
    """The line is no line here, or its pages fail: nobody moves any more and the operator is told.
    False when somebody was quicker; else everybody is put back in this very round."""
    with use_proven(master):
        stopped = service.stop_itself(master, rollout.id, why, after, now=now)
        if stopped:
            telling.stopped(master, stopped, now)
        session.commit()
    return stopped is not None


def _trouble(master: Tenant, rollout: RolloutFacts, now: datetime) -> tuple[str, Counts]:
    try:
        if rollout.to_line not in engine.lines(rollout.theme):
            raise engine.UnknownTheme(rollout.to_line)
        engine.theme(rollout.theme, rollout.to_line)
    except engine.ThemeError:
        _log.exception("theme %s %s cannot be loaded", rollout.theme, rollout.to_line)
        return service.BY_LINE, Counts()
    with shared():
        there = queries.moved(rollout.id)
    if not there:
        return "", Counts()
    pages = pages_since(master, rollout, rollout.to_line)
    before, after = measuring.rates(there, pages, now=now)
    # Sites that have each gone wrong by their own count need no more: what fails at them is little
    # among all the pages that one agent, or anybody, has fetched of one good site all day.
    by_all = rules.gone_wrong(before, after, rollout.threshold)
    hurt, seen = measuring.hurt(
        there, pages, rollout.threshold, now=now, least=1 if by_all else rules.LEAST_FAILED
    )
    return service.BY_ERRORS if rules.is_proven(hurt, seen, rollout.chosen) else "", after


def pages_since(master: Tenant, rollout: RolloutFacts, line: str) -> dict[int, Counts]:
    """Pages drawn and failed per site on a line since the roll-out began."""
    since = rollout.started_at or rollout.created_at
    found = drawn.counted(master, rollout.theme, line, since=since)
    return {site: Counts(*one) for site, one in found.items()}


def _move_wave(master: Tenant, rollout: RolloutFacts, now: datetime) -> None:
    with shared():
        turn = queries.waiting(rollout)
    if turn:
        pages = _pages(master, rollout, now)
        each(turn, lambda site: _move(site, rollout, pages))
    with shared():
        left = queries.waiting(rollout)
    if not left:
        _watch(master, rollout, now)


def _pages(master: Tenant, rollout: RolloutFacts, now: datetime) -> Pages:
    """What sites drew on the old line in the last day, and on the new one since it began."""
    day_ago = now - measuring.WINDOW
    old = drawn.counted(master, rollout.theme, rollout.from_line, since=day_ago)
    new = pages_since(master, rollout, rollout.to_line)
    return {site: Counts(*one) for site, one in old.items()}, new


def _move(site_id: int, rollout: RolloutFacts, pages: Pages) -> None:
    """One site, whole or not at all. One whose schema waits for its migration keeps its turn, and
    so does one whose database is away."""
    site = sites.served(site_id)
    if site is None:
        return
    now = clock.now()
    try:
        with use_proven(site):
            skins.hold(site)
            if site.state == CLOSED:
                moving.left_out(site, rollout.id, SiteState.SKIPPED, moving.CLOSED, now=now)
            elif held := moving.turn(site, rollout):
                seen, arrangement = held
                made = engine.upgrade(arrangement, rollout.to_line)
                counts = (pages[0].get(site.id, Counts()), pages[1].get(site.id, Counts()))
                after = moving.moved(site, rollout, made, seen=seen, counts=counts, now=now)
                skins.carried_on(site, seen.id, after.id)
            session.commit()
    except engine.BadArrangement as bad:
        _leave_out(site, rollout, SiteState.SKIPPED, _said(bad), now)
    except ColoursUnreadable:
        _leave_out(site, rollout, SiteState.SKIPPED, moving.UNREADABLE, now)
    except DBAPIError:
        raise
    except Exception as problem:  # noqa: BLE001 - one site's trouble never keeps the wave waiting
        _log.exception("site %s could not be moved to %s", site.slug, rollout.to_line)
        _leave_out(site, rollout, SiteState.FAILED, type(problem).__name__, now)


def _said(bad: engine.BadArrangement) -> str:
    return "; ".join(str(one) for one in bad.problems[:3])


def _leave_out(
    site: Tenant, rollout: RolloutFacts, state: SiteState, reason: str, now: datetime
) -> None:
    with use_proven(site):
        if moving.left_out(site, rollout.id, state, reason, now=now):
            telling.left_out(site, rollout, now)
        session.commit()


def _watch(master: Tenant, rollout: RolloutFacts, now: datetime) -> None:
    """Nobody of the wave waits: when it was watched long enough, the next may move. Sites that
    opened on the old line meanwhile come along with the last wave."""
    if rollout.wave_full_at is None:
        with use_proven(master):
            service.wave_full(master, rollout, now=now)
            session.commit()
    elif now - rollout.wave_full_at >= rollout.wait:
        if _newcomers_join(master, rollout, now):
            return
        with use_proven(master):
            after = service.next_wave(master, rollout, now=now)
            if after and after.state is State.DONE:
                telling.done(master, after, now)
            session.commit()


def _newcomers_join(master: Tenant, rollout: RolloutFacts, now: datetime) -> bool:
    """Whether somebody came to a roll-out that would be over: in the next round they move. The line
    was watched long enough by then, and is over with them: an alliance to which somebody comes
    every day would never be through with it."""
    with shared():
        is_last = queries.next_wave(rollout.id, rollout.wave) is None
        joined = service.fill(rollout, now=now) if is_last else 0
        session.commit()
    return bool(joined)


def _put_back_all(master: Tenant, rollout: RolloutFacts, now: datetime) -> None:
    with shared():
        there = queries.moved(rollout.id)
    each(there, lambda one: _put_back(one, rollout))
    with shared():
        left = queries.moved(rollout.id)
    if not left:
        with use_proven(master):
            service.returned(master, rollout.id, now=now)
            session.commit()


def _put_back(one: SiteFacts, rollout: RolloutFacts) -> None:
    site = sites.served(one.site_id)
    if site is None:
        return
    now = clock.now()
    with use_proven(site):
        skins.hold(site)
        ended = moving.put_back(site, rollout.id, now=now)
        if ended and ended.state is SiteState.REVERTED and ended.before_rev and ended.after_rev:
            skins.carried_on(site, ended.after_rev, ended.before_rev)
        if ended:
            telling.put_back(site, rollout, ended, now)
        session.commit()


def note_lines(now: datetime, *, most: int = MOST_NOTED) -> int:
    """Write down what sites show that began before this was written down; returns how many."""
    with shared():
        trees = [(one, registry.below(one)) for one in registry.masters()]
        missing = [
            site
            for master, below in trees
            for known in [design.noted(master.id)]
            for site in (master, *below)
            if site.id not in known
        ]
    ready = [one for one in missing if one.state not in (registry.BEHIND, registry.OPENING)]
    return each(ready[:most], lambda site: _note_line(site, now))


def _note_line(site: Tenant, now: datetime) -> None:
    with use_proven(site):
        designs.note_use(site, now=now)
        session.commit()
