"""Reads of roll-outs: by their master inside `use(master)`, of the clock in `shared()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from kameng.domains.design import queries as design
from kameng.domains.design.rollouts import rules
from kameng.domains.design.rollouts.errors import NoSuchRollout
from kameng.domains.design.rollouts.models import ThemeRollout, ThemeRolloutSite
from kameng.domains.design.rollouts.rules import Counts, SiteState, State
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class RolloutFacts:
    """A roll-out; `waves` are percentages after wave 0, the chosen sites. `at_stop`: what was
    counted when it stopped by itself."""

    id: UUID
    master_id: int
    theme: str
    from_line: str
    to_line: str
    state: State
    waves: tuple[int, ...]
    chosen: tuple[int, ...]
    wave: int
    wave_full_at: datetime | None
    wait: timedelta
    threshold: int
    stopped_why: str
    at_stop: Counts
    started_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def last_wave(self) -> int:
        return len(self.waves)

    @property
    def is_open(self) -> bool:
        return self.state in rules.OPEN


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site's place in a roll-out. `base`: the new line's counts here when it moved."""

    site_id: int
    wave: int
    state: SiteState
    before_rev: UUID | None
    after_rev: UUID | None
    reason: str
    before: Counts
    base: Counts
    moved_at: datetime | None
    updated_at: datetime


def one(tenant: Tenant, rollout_id: UUID) -> RolloutFacts:
    """A master's roll-out, read by itself or a site below it. Refuses NoSuchRollout."""
    row = session.get(ThemeRollout, rollout_id, populate_existing=True)
    if row is None:
        raise NoSuchRollout()
    return facts(row)


def of_master(tenant: Tenant, *, size: int = 50) -> list[RolloutFacts]:
    """Its roll-outs, the newest first."""
    query = select(ThemeRollout).where(ThemeRollout.tenant_id == tenant.id)
    rows = session.scalars(query.order_by(ThemeRollout.id.desc()).limit(size))
    return [facts(row) for row in rows]


def at_work() -> list[RolloutFacts]:
    """Those the clock has something to do for, the oldest first; in `shared()`."""
    busy = [State.RUNNING.value, State.RETURNING.value]
    query = select(ThemeRollout).where(ThemeRollout.state.in_(busy)).order_by(ThemeRollout.id)
    return [facts(row) for row in session.scalars(query)]


def usual_line(root_id: int, theme: str, lines: tuple[str, ...]) -> str:
    """The line on which a site of this alliance begins a theme; in `shared()`."""
    query = select(ThemeRollout.to_line, ThemeRollout.state).where(
        ThemeRollout.tenant_id == root_id, ThemeRollout.theme == theme
    )
    tried = [(row[0], State(row[1])) for row in session.execute(query.order_by(ThemeRollout.id))]
    used = {
        line: count for (name, line), count in design.lines_in_use(root_id).items() if name == theme
    }
    return rules.usual_line(lines, used, tried)


def tried(tenant: Tenant, theme: str) -> dict[str, State]:
    """How the last roll-out to each line of a theme ended, as far as this site's master has tried
    it; inside `use(tenant)`."""
    query = select(ThemeRollout.to_line, ThemeRollout.state).where(
        ThemeRollout.tenant_id == tenant.root_id, ThemeRollout.theme == theme
    )
    return {row[0]: State(row[1]) for row in session.execute(query.order_by(ThemeRollout.id))}


def progress(rollout_id: UUID) -> dict[tuple[int, SiteState], int]:
    """How many sites of each wave stand where; as the master."""
    query = (
        select(ThemeRolloutSite.wave, ThemeRolloutSite.state, func.count())
        .where(ThemeRolloutSite.rollout_id == rollout_id)
        .group_by(ThemeRolloutSite.wave, ThemeRolloutSite.state)
    )
    return {(row[0], SiteState(row[1])): int(row[2]) for row in session.execute(query)}


def sites(
    rollout_id: UUID, state: SiteState | None = None, *, page: int = 1, size: int = 50
) -> tuple[list[SiteFacts], int]:
    """A page of its sites, the latest changed first, and how many there are; as the master."""
    wanted = [ThemeRolloutSite.rollout_id == rollout_id]
    wanted += [ThemeRolloutSite.state == state.value] if state else []
    total = session.scalar(select(func.count()).select_from(ThemeRolloutSite).where(*wanted)) or 0
    query = (
        select(ThemeRolloutSite)
        .where(*wanted)
        .order_by(ThemeRolloutSite.updated_at.desc(), ThemeRolloutSite.tenant_id)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return [site_facts(row) for row in session.scalars(query)], int(total)


def waiting(rollout: RolloutFacts) -> list[int]:
    """The sites whose turn it is, first waves first; in `shared()`."""
    query = select(ThemeRolloutSite.tenant_id).where(
        ThemeRolloutSite.rollout_id == rollout.id,
        ThemeRolloutSite.state == SiteState.WAITING.value,
        ThemeRolloutSite.wave <= rollout.wave,
    )
    order = (ThemeRolloutSite.wave, ThemeRolloutSite.tenant_id)
    return list(session.scalars(query.order_by(*order)))


def moved(rollout_id: UUID) -> list[SiteFacts]:
    """Every site that shows the new line by this roll-out; in `shared()` or as the master."""
    query = select(ThemeRolloutSite).where(
        ThemeRolloutSite.rollout_id == rollout_id,
        ThemeRolloutSite.state == SiteState.MOVED.value,
    )
    return [site_facts(row) for row in session.scalars(query.order_by(ThemeRolloutSite.tenant_id))]


def next_wave(rollout_id: UUID, after: int) -> int | None:
    """The next wave somebody waits for; None when nobody does. A wave without a site is
    passed over: nobody watches it for a day. As the master or in `shared()`."""
    query = select(func.min(ThemeRolloutSite.wave)).where(
        ThemeRolloutSite.rollout_id == rollout_id,
        ThemeRolloutSite.state == SiteState.WAITING.value,
        ThemeRolloutSite.wave > after,
    )
    return session.scalar(query)


def ever_moved(rollout_id: UUID) -> list[SiteFacts]:
    """Every site that showed the new line by this roll-out, put back since or not; as master."""
    query = select(ThemeRolloutSite).where(
        ThemeRolloutSite.rollout_id == rollout_id, ThemeRolloutSite.moved_at.is_not(None)
    )
    return [site_facts(row) for row in session.scalars(query)]


def ways_back(tenant: Tenant) -> set[UUID]:
    """What this site showed before roll-outs that may still be taken back: it comes back then."""
    query = select(ThemeRolloutSite.before_rev).where(
        ThemeRolloutSite.tenant_id == tenant.id,
        ThemeRolloutSite.state == SiteState.MOVED.value,
        ThemeRolloutSite.before_rev.is_not(None),
    )
    return {one for one in session.scalars(query) if one}


def moves(rollout_id: UUID) -> ColumnElement[int]:
    """The name of the lock that sites share while they move, and a change of state has alone."""
    return func.hashtextextended(f"theme_moves:{rollout_id}", 0)


def newcomers(rollout: RolloutFacts) -> list[int]:
    """Sites on the old line that the roll-out does not know yet: opened, or come back to the theme,
    since it was planned; in `shared()`."""
    there = design.sites_on(rollout.master_id, rollout.theme, rollout.from_line)
    query = select(ThemeRolloutSite.tenant_id).where(ThemeRolloutSite.rollout_id == rollout.id)
    known = set(session.scalars(query))
    return [site for site in there if site not in known]


def facts(row: ThemeRollout) -> RolloutFacts:
    """The public side of a row."""
    return RolloutFacts(
        id=row.id,
        master_id=row.tenant_id,
        theme=row.theme,
        from_line=row.from_line,
        to_line=row.to_line,
        state=State(row.state),
        waves=tuple(row.waves),
        chosen=tuple(row.chosen),
        wave=row.wave,
        wave_full_at=row.wave_full_at,
        wait=timedelta(minutes=row.wait_minutes),
        threshold=row.threshold,
        stopped_why=row.stopped_why,
        at_stop=Counts(row.drawn, row.failed),
        started_by=row.started_by,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def site_facts(row: ThemeRolloutSite) -> SiteFacts:
    """The public side of a row."""
    return SiteFacts(
        site_id=row.tenant_id,
        wave=row.wave,
        state=SiteState(row.state),
        before_rev=row.before_rev,
        after_rev=row.after_rev,
        reason=row.reason,
        before=Counts(row.drawn_before, row.failed_before),
        base=Counts(row.drawn_base, row.failed_base),
        moved_at=row.moved_at,
        updated_at=row.updated_at,
    )
