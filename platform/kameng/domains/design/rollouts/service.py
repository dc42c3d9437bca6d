"""The verbs on a roll-out: plan, begin, pause, stop, take back; its steps from wave to wave.

Inside `use(master)`; `fill` in `shared()`. What happens to one site stands in `moving`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from kameng.domains.design import queries as design
from kameng.domains.design.rollouts import queries, rules
from kameng.domains.design.rollouts.errors import (
    NoSuchRollout,
    NothingToMove,
    RolloutMoved,
    RolloutOpen,
)
from kameng.domains.design.rollouts.models import ThemeRollout, ThemeRolloutSite
from kameng.domains.design.rollouts.queries import RolloutFacts
from kameng.domains.design.rollouts.rules import Counts, SiteState, State
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

BY_OPERATOR, BY_ERRORS, BY_LINE = "operator", "errors", "line"
"""Why a roll-out stopped: somebody said so, pages failed, the line itself cannot be loaded."""
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operator wants: `chosen` sites go before the waves; `threshold` in hundredths of a
    percent."""

    theme: str
    from_line: str
    to_line: str
    chosen: tuple[int, ...]
    percents: tuple[int, ...]
    wait_minutes: int
    threshold: int


def plan(master: Tenant, plan: Plan, *, actor: Actor, now: datetime) -> RolloutFacts:
    """Keep a roll-out that has moved nobody yet. Refuses BadWaves, BadRolloutFigures,
    NothingToMove, RolloutOpen."""
    percents = rules.checked_waves(plan.percents)
    rules.check_figures(plan.wait_minutes, plan.threshold)
    if not design.sites_on(master.id, plan.theme, plan.from_line):
        raise NothingToMove(theme=plan.theme, line=plan.from_line)
    _alone(master)
    _refuse_second(master, plan.theme)
    row = ThemeRollout(
        id=ids.uuid7(),
        tenant_id=master.id,
        theme=plan.theme,
        from_line=plan.from_line,
        to_line=plan.to_line,
        state=State.PLANNED.value,
        waves=percents,
        chosen=sorted(set(plan.chosen)),
        wave=0,
        wave_full_at=None,
        wait_minutes=plan.wait_minutes,
        threshold=plan.threshold,
        stopped_why="",
        drawn=0,
        failed=0,
        started_by=actor.name[:80],
        created_at=now,
        started_at=None,
        ended_at=None,
    )
    session.add(row)
    session.flush()
    _note(master, actor, "rollout.plan", row)
    return queries.facts(row)


def fill(rollout: RolloutFacts, *, now: datetime) -> int:
    """Give a place to every site on the old line that has none; in `shared()`, again and again.

    Those of the plan are dealt out over the waves; who comes later moves with the last.
    """
    sites = queries.newcomers(rollout)
    if rollout.state is State.PLANNED:
        waves = rules.placed(rollout.id, sites, rollout.chosen, rollout.waves)
    else:
        waves = dict.fromkeys(sites, rollout.last_wave)
    rows = [_place(rollout, site, wave, now) for site, wave in waves.items()]
    for at in range(0, len(rows), CHUNK):
        statement = upsert(ThemeRolloutSite.__table__).values(rows[at : at + CHUNK])
        session.execute(statement.on_conflict_do_nothing())
    return len(rows)


def _place(rollout: RolloutFacts, site: int, wave: int, now: datetime) -> dict[str, object]:
    return {
        "rollout_id": rollout.id,
        "tenant_id": site,
        "root_id": rollout.master_id,
        "wave": wave,
        "state": SiteState.WAITING.value,
        "reason": "",
        **dict.fromkeys(("drawn_before", "failed_before", "drawn_base", "failed_base"), 0),
        "updated_at": now,
    }


def begin(master: Tenant, rollout_id: UUID, *, actor: Actor, now: datetime) -> RolloutFacts:
    """Let the first wave move. Refuses NoSuchRollout, RolloutMoved."""
    row = _moved(rollout_id, State.RUNNING)
    row.started_at, row.wave_full_at = row.started_at or now, None
    row.wave = queries.next_wave(rollout_id, -1) or 0
    return _noted(master, actor, "rollout.begin", row)


def pause(master: Tenant, rollout_id: UUID, *, actor: Actor, now: datetime) -> RolloutFacts:
    """Nobody moves until it goes on. Refuses NoSuchRollout, RolloutMoved."""
    return _noted(master, actor, "rollout.pause", _moved(rollout_id, State.PAUSED))


def go_on(master: Tenant, rollout_id: UUID, *, actor: Actor, now: datetime) -> RolloutFacts:
    """The wave it was in goes on; its wait begins anew. Refuses NoSuchRollout, RolloutMoved."""
    row = _locked(rollout_id)
    if row.state != State.PAUSED.value:
        raise RolloutMoved()
    row.state, row.wave_full_at = State.RUNNING.value, None
    return _noted(master, actor, "rollout.go_on", row)


def stop(master: Tenant, rollout_id: UUID, *, actor: Actor, now: datetime) -> RolloutFacts:
    """Nobody moves any more; who has moved stays. Refuses NoSuchRollout, RolloutMoved."""
    row = _moved(rollout_id, State.STOPPED)
    row.ended_at, row.stopped_why = now, BY_OPERATOR
    return _noted(master, actor, "rollout.stop", row)


def take_back(master: Tenant, rollout_id: UUID, *, actor: Actor, now: datetime) -> RolloutFacts:
    """Every site that moved is put back to what it showed. Refuses NoSuchRollout, RolloutMoved."""
    row = _moved(rollout_id, State.RETURNING)
    row.ended_at, row.stopped_why = None, row.stopped_why or BY_OPERATOR
    return _noted(master, actor, "rollout.take_back", row)


def stop_itself(
    master: Tenant, rollout_id: UUID, why: str, counts: Counts, *, now: datetime
) -> RolloutFacts | None:
    """Stop and put everybody back, by itself; None when somebody was quicker."""
    row = _locked(rollout_id)
    if row.state != State.RUNNING.value:
        return None
    row.state, row.stopped_why = State.RETURNING.value, why
    row.drawn, row.failed = counts.drawn, counts.failed
    return _noted(master, audit.SYSTEM, "rollout.stop_itself", row)


def wave_full(master: Tenant, seen: RolloutFacts, *, now: datetime) -> None:
    """Nobody of the wave waits any more: its time of watching begins. Twice is once."""
    row = _still(seen)
    if row and row.wave_full_at is None:
        row.wave_full_at = now
        session.flush()


def next_wave(master: Tenant, seen: RolloutFacts, *, now: datetime) -> RolloutFacts | None:
    """Let the next wave move, or end what has no more; None when another clock was quicker."""
    row = _still(seen)
    if row is None:
        return None
    following = queries.next_wave(row.id, row.wave)
    if following is None:
        row.state, row.ended_at = State.DONE.value, now
        return _noted(master, audit.SYSTEM, "rollout.done", row)
    row.wave, row.wave_full_at = following, None
    return _noted(master, audit.SYSTEM, "rollout.next_wave", row)


def returned(master: Tenant, rollout_id: UUID, *, now: datetime) -> RolloutFacts | None:
    """Everybody is back who could be; None when another clock was quicker."""
    row = _locked(rollout_id)
    if row.state != State.RETURNING.value:
        return None
    row.state, row.ended_at = State.ROLLED_BACK.value, now
    return _noted(master, audit.SYSTEM, "rollout.rolled_back", row)


def _still(seen: RolloutFacts) -> ThemeRollout | None:
    """The row, locked, if it still is where it was seen."""
    row = _locked(seen.id)
    same = row.state == seen.state.value == State.RUNNING.value and row.wave == seen.wave
    return row if same else None


def _moved(rollout_id: UUID, to: State) -> ThemeRollout:
    row = _locked(rollout_id)
    rules.check_move(State(row.state), to)
    row.state = to.value
    return row


def _locked(rollout_id: UUID) -> ThemeRollout:
    """Held once no site is in the middle of its move: whoever looks for the moved ones after a
    change of state finds them all."""
    session.execute(select(func.pg_advisory_xact_lock(queries.moves(rollout_id))))
    row = session.get(ThemeRollout, rollout_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchRollout()
    return row


def _alone(master: Tenant) -> None:
    """Plans of a master are made one after another."""
    name = f"theme_rollout:{master.id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _refuse_second(master: Tenant, theme: str) -> None:
    states = [state.value for state in rules.OPEN]
    query = select(ThemeRollout.id).where(
        ThemeRollout.tenant_id == master.id,
        ThemeRollout.theme == theme,
        ThemeRollout.state.in_(states),
    )
    if session.scalar(query) is not None:
        raise RolloutOpen(theme=theme)


def _noted(master: Tenant, actor: Actor, act: str, row: ThemeRollout) -> RolloutFacts:
    session.flush()
    _note(master, actor, act, row)
    return queries.facts(row)


def _note(master: Tenant, actor: Actor, act: str, row: ThemeRollout) -> None:
    after = {"theme": row.theme, "line": row.to_line, "state": row.state, "wave": row.wave}
    audit.record(master, actor, act, str(row.id), after=after)
