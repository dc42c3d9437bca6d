"""What happens to one site in a roll-out; inside `use(site)`, in one transaction with its design.

The site's own row is locked first and its state looked at again: two clocks, or one that was killed
and came again, move it once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.design import judging
from kameng.domains.design import queries as design
from kameng.domains.design import service as designs
from kameng.domains.design.errors import (
    DesignMissing,
    DesignMoved,
    NoSuchRevision,
    TemplateGone,
)
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rollouts import queries
from kameng.domains.design.rollouts.models import ThemeRolloutSite
from kameng.domains.design.rollouts.queries import RolloutFacts, SiteFacts
from kameng.domains.design.rollouts.rules import Counts, SiteState, State
from kameng.domains.design.rules import Arrangement
from kameng.kit import audit
from tenants.database import session
from tenants.tree import Tenant

ELSEWHERE, THERE, NO_DESIGN, CLOSED = "elsewhere", "there", "no_design", "closed"
UNREADABLE = "unreadable"
PUBLISHED, GONE = "published", "gone"
"""Reasons that need no facts: the site shows another theme or line; it has moved by itself; nothing
is live; it is closed. Why one is not put back: it published since; its old version is gone."""
_LONGEST = 300


def turn(site: Tenant, rollout: RolloutFacts) -> tuple[RevisionFacts, Arrangement] | None:
    """What the site shows, held, if it is still to be moved; None when it is not its turn.

    What it shows is read now: who published since the roll-out was planned is moved from what he
    published. A site that left the line is written down as skipped. The roll-out's state does not
    change before this site's move is over.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(queries.moves(rollout.id))))
    row = _locked(site, rollout.id)
    now_at = queries.one(site, rollout.id)
    if row is None or row.state != SiteState.WAITING.value or now_at.state is not State.RUNNING:
        return None
    try:
        facts, arrangement = designs.held(site)
    except DesignMissing:
        _put(row, SiteState.SKIPPED, NO_DESIGN)
        return None
    if (facts.theme, facts.theme_version) != (rollout.theme, rollout.from_line):
        there = (facts.theme, facts.theme_version) == (rollout.theme, rollout.to_line)
        _put(row, SiteState.SKIPPED, THERE if there else ELSEWHERE)
        return None
    return facts, arrangement


def moved(
    site: Tenant,
    rollout: RolloutFacts,
    made: Arrangement,
    *,
    seen: RevisionFacts,
    counts: tuple[Counts, Counts],
    now: datetime,
) -> RevisionFacts:
    """Make the arrangement live and note how to come back. `counts`: pages of the old line here,
    and of the new one. Refuses DesignMoved when something else is live than was seen,
    ColoursUnreadable."""
    row = _own(site, rollout.id)
    note = f"{rollout.from_line} → {rollout.to_line}"
    after = designs.replace(
        site, made, expected=seen.id, author=audit.SYSTEM.name, note=note, now=now
    )
    row.before_rev, row.after_rev, row.moved_at = seen.id, after.id, now
    before, base = counts
    row.drawn_before, row.failed_before = before.drawn, before.failed
    row.drawn_base, row.failed_base = base.drawn, base.failed
    _put(row, SiteState.MOVED, "", now)
    was, new = ({"line": one.theme_version, "seq": one.seq} for one in (seen, after))
    audit.record(site, audit.SYSTEM, "design.line", rollout.theme, before=was, after=new)
    return after


def left_out(
    site: Tenant, rollout_id: UUID, state: SiteState, reason: str, *, now: datetime
) -> bool:
    """Write down that a waiting site is not moved, and why; False when it waits no more."""
    row = _locked(site, rollout_id)
    if row is None or row.state != SiteState.WAITING.value:
        return False
    _put(row, state, reason, now)
    return True


def put_back(site: Tenant, rollout_id: UUID, *, now: datetime) -> SiteFacts | None:
    """Make live again what was before the move, unless the site published since.

    None when it was not there to be put back: another clock did it.
    """
    row = _locked(site, rollout_id)
    if row is None or row.state != SiteState.MOVED.value or not row.before_rev or not row.after_rev:
        return None
    try:
        _check_line(queries.one(site, row.rollout_id))
        designs.publish_revision(
            site, row.before_rev, expected=row.after_rev, actor=audit.SYSTEM, now=now
        )
        _put(row, SiteState.REVERTED, "", now)
    except DesignMoved:
        live = design.live_revision(site)
        old = live is None or (live.theme, live.theme_version) != _line_of(site, row)
        _put(row, SiteState.KEPT, ELSEWHERE if old else PUBLISHED, now)
    except (NoSuchRevision, TemplateGone):
        _put(row, SiteState.KEPT, GONE, now)
    return queries.site_facts(row)


def _check_line(rollout: RolloutFacts) -> None:
    """Refuses TemplateGone where the old line has left the gallery meanwhile."""
    if rollout.from_line not in judging.lines(rollout.theme):
        raise TemplateGone(theme=rollout.theme)


def _line_of(site: Tenant, row: ThemeRolloutSite) -> tuple[str, str]:
    """The theme and line the move led to."""
    rollout = queries.one(site, row.rollout_id)
    return rollout.theme, rollout.to_line


def _put(row: ThemeRolloutSite, state: SiteState, reason: str, now: datetime | None = None) -> None:
    row.state, row.reason = state.value, reason[:_LONGEST]
    row.updated_at = now or row.updated_at
    session.flush()


def _locked(site: Tenant, rollout_id: UUID) -> ThemeRolloutSite | None:
    return session.get(
        ThemeRolloutSite, (rollout_id, site.id), with_for_update=True, populate_existing=True
    )


def _own(site: Tenant, rollout_id: UUID) -> ThemeRolloutSite:
    row = _locked(site, rollout_id)
    assert row is not None
    return row
