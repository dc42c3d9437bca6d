"""The verbs on planned skins: plan, begin, end, call off; the clock and people use the same ones.

Whatever somebody published meanwhile stays: a skin only ever takes away itself.
Inside `use(tenant)`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, update

from kameng.domains.design import publishing
from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.errors import (
    BadDesign,
    ColoursUnreadable,
    MadeUnderAnotherLine,
    TemplateGone,
)
from kameng.domains.design.skins import queries, rules
from kameng.domains.design.skins.errors import (
    NoSuchSkin,
    SkinIsLive,
    SkinMoved,
    TooManySkins,
)
from kameng.domains.design.skins.models import SkinSchedule
from kameng.domains.design.skins.rules import MOST_OPEN, Skin, State, Why
from kameng.kit import audit, due, ids
from kameng.kit.audit import SYSTEM, Actor
from tenants.database import session
from tenants.tree import Tenant

DUE = "design.skin"
UNSHOWN = (MadeUnderAnotherLine, TemplateGone, BadDesign, ColoursUnreadable)
"""Why what was planned can be shown no more."""
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def plan(
    tenant: Tenant,
    revision_id: UUID,
    *,
    name: str,
    starts: datetime,
    ends: datetime,
    actor: Actor,
    now: datetime,
) -> Skin:
    """Show a revision from one moment to another; the clock does both.

    Refuses NoSuchRevision, SkinIsLive, SkinInThePast, SkinEndsTooSoon, SkinTooFar, SkinsOverlap,
    TooManySkins, BadSkinName.
    """
    called = rules.name(name)
    rules.check_times(starts, ends, now=now)
    _alone(tenant)
    live = _checked(tenant, revision_id, starts, ends)
    row = SkinSchedule(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        revision_id=revision_id,
        starts_at=starts,
        ends_at=ends,
        state=State.WAITING.value,
        reverts_to=live,
        author=actor.name[:80],
        note=called,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _settled(tenant, row, "design.skin_planned", actor)


def _checked(tenant: Tenant, revision_id: UUID, starts: datetime, ends: datetime) -> UUID:
    """What is live as it is planned, once it can be."""
    designs.revision(tenant, revision_id)
    live, others = design.hold(tenant), queries.to_come(tenant)
    if live == revision_id:
        raise SkinIsLive()
    if len(others) >= MOST_OPEN:
        raise TooManySkins(most=MOST_OPEN)
    rules.check_free(starts, ends, others)
    return live


def begin(tenant: Tenant, skin_id: UUID, *, actor: Actor, now: datetime) -> Skin:
    """Show it now; what is live by then comes back when it ends. One that is live already, by
    somebody's hand, stays so and is STOPPED. Refuses NoSuchSkin, SkinMoved, SkinsOverlap, and what
    `publishing.publish` refuses."""
    row = _locked(tenant, skin_id)
    rules.check_free(min(row.starts_at, now), row.ends_at, _others(tenant, skin_id))
    live = design.hold(tenant)
    if live == row.revision_id:
        return _stopped(tenant, row, Why.MOVED, actor)
    rules.check_move(row, State.ON)
    shown = _caught_up(tenant, row, live, now)
    made = publishing.publish(tenant, shown, expected=live, actor=actor, now=now)
    rules.move(row, State.ON)
    row.revision_id, row.reverts_to, row.starts_at = made.id, live, min(row.starts_at, now)
    return _settled(tenant, row, "design.skin_begun", actor)


def _caught_up(tenant: Tenant, row: SkinSchedule, live: UUID, now: datetime) -> UUID:
    """The revision to show: the planned one, or a newer with what was changed since."""
    if row.reverts_to in (None, live):
        return row.revision_id
    found = [designs.revision(tenant, one)[1] for one in (row.revision_id, row.reverts_to, live)]
    made = rules.caught_up(*found)
    if made == found[0]:
        return row.revision_id
    return design.add_revision(tenant, made, author=row.author, note=row.note, now=now).id


def _others(tenant: Tenant, skin_id: UUID) -> list[Skin]:
    return [one for one in queries.to_come(tenant) if one.id != skin_id]


def end(tenant: Tenant, skin_id: UUID, *, actor: Actor, now: datetime) -> Skin:
    """Put back what was live before, with the words, menus and pages that were changed while the
    skin was on. Where somebody published another look meanwhile that stays, and the skin is
    STOPPED. Refuses NoSuchSkin, SkinMoved."""
    row, live = _locked(tenant, skin_id), design.hold(tenant)
    if row.reverts_to is None or row.state != State.ON:
        raise SkinMoved()
    if why := _in_the_way(tenant, row, live):
        return _stopped(tenant, row, why, actor)
    before = _brought_back(tenant, row, live, now)
    try:
        made = publishing.put_back(tenant, before, expected=live, actor=actor, now=now)
    except (MadeUnderAnotherLine, TemplateGone):
        return _stopped(tenant, row, Why.UNFIT, actor)
    rules.move(row, State.OVER)
    row.ends_at = rules.ended(row.starts_at, row.ends_at, now=now)
    row.reverts_to = made.id
    return _settled(tenant, row, "design.skin_ended", actor)


def _in_the_way(tenant: Tenant, row: SkinSchedule, live: UUID) -> Why | None:
    """Why what was live before does not come back; None when it does."""
    if not queries.is_shown(tenant, row.revision_id, live):
        return Why.MOVED
    assert row.reverts_to is not None
    return None if designs.is_there(tenant, row.reverts_to) else Why.GONE


def _brought_back(tenant: Tenant, row: SkinSchedule, live: UUID, now: datetime) -> UUID:
    """The revision to show again: the one before, or a newer with what was changed meanwhile."""
    assert row.reverts_to is not None
    if live == row.revision_id:
        return row.reverts_to
    wanted = (row.reverts_to, row.revision_id, live)
    before, skin, last = (designs.revision(tenant, one) for one in wanted)
    made = rules.caught_up(before[1], skin[1], last[1])
    if made == before[1]:
        return row.reverts_to
    author, note = last[0].author, before[0].note
    return design.add_revision(tenant, made, author=author, note=note, now=now).id


def hold(tenant: Tenant) -> None:
    """Nobody decides about the site's skins until the transaction ends. For who changes what is
    live and a skin with it: skins are held first and what is live after them, always, or two wait
    for each other."""
    _alone(tenant)


def carried_on(tenant: Tenant, before: UUID, after: UUID) -> None:
    """A roll-out put another revision in the place of what a skin shows: the skin goes on, and ends
    as planned. After `hold`."""
    shown = update(SkinSchedule).where(
        SkinSchedule.tenant_id == tenant.id,
        SkinSchedule.state == State.ON.value,
        SkinSchedule.revision_id == before,
    )
    session.execute(shown.values(revision_id=after))


def cancel(tenant: Tenant, skin_id: UUID, *, actor: Actor) -> Skin:
    """Call one off that has not begun. Refuses NoSuchSkin, SkinMoved."""
    row = _locked(tenant, skin_id)
    rules.move(row, State.CANCELLED)
    return _settled(tenant, row, "design.skin_cancelled", actor)


def stop(tenant: Tenant, skin_id: UUID, why: Why, *, actor: Actor) -> Skin:
    """It cannot be, and says why. Refuses NoSuchSkin, SkinMoved."""
    return _stopped(tenant, _locked(tenant, skin_id), why, actor)


def look(tenant: Tenant, *, has_theme: Callable[[str], bool], now: datetime) -> list[Skin]:
    """What the clock does: everything that is due by now, once however often it is asked, what
    ends before what begins. Returns what has changed.

    `has_theme`: whether the site's package has a theme.
    """
    _alone(tenant)
    plans: dict[rules.Step, list[Skin]] = {step: [] for step in rules.Step}
    for plan in queries.to_come(tenant):
        plans[rules.step(plan, now=now)].append(plan)
    ended = [end(tenant, one.id, actor=SYSTEM, now=now) for one in plans[rules.Step.END]]
    missed = [stop(tenant, one.id, Why.MISSED, actor=SYSTEM) for one in plans[rules.Step.MISS]]
    begun = [_begin_if(tenant, one, has_theme, now) for one in plans[rules.Step.BEGIN]]
    for one in plans[rules.Step.NOTHING]:
        _set_the_clock(tenant, one)
    return [*ended, *missed, *begun]


def _begin_if(tenant: Tenant, skin: Skin, has_theme: Callable[[str], bool], now: datetime) -> Skin:
    if not designs.is_there(tenant, skin.revision_id):
        return stop(tenant, skin.id, Why.GONE, actor=SYSTEM)
    theme, live = designs.revision(tenant, skin.revision_id)[0].theme, designs.live_revision(tenant)
    if has_theme(theme) or (live is not None and live.theme == theme):
        try:
            return begin(tenant, skin.id, actor=SYSTEM, now=now)
        except UNSHOWN:
            return stop(tenant, skin.id, Why.UNFIT, actor=SYSTEM)
    return stop(tenant, skin.id, Why.PACKAGE, actor=SYSTEM)


def _stopped(tenant: Tenant, row: SkinSchedule, why: Why, actor: Actor) -> Skin:
    rules.move(row, State.STOPPED)
    row.why = why.value
    return _settled(tenant, row, "design.skin_stopped", actor)


def _settled(tenant: Tenant, row: SkinSchedule, act: str, actor: Actor) -> Skin:
    """Written down, in the log, and the clock set for what comes next."""
    session.flush()
    made = queries.facts(row)
    _set_the_clock(tenant, made)
    audit.record(tenant, actor, act, str(row.id), after=_told(made))
    return made


def _told(skin: Skin) -> dict[str, Any]:
    told = {
        "name": skin.name,
        "from": skin.starts_at.isoformat(),
        "until": skin.ends_at.isoformat(),
    }
    return told | ({"why": skin.why.value} if skin.why else {})


def _set_the_clock(tenant: Tenant, skin: Skin) -> None:
    at = rules.next_look(skin)
    if at is None:
        due.cancel(tenant, DUE, str(skin.id))
    else:
        due.at(tenant, DUE, str(skin.id), at)


def _alone(tenant: Tenant) -> None:
    """What becomes of a site's skins is decided one after the other."""
    session.execute(_ALONE, {"name": f"skins:{tenant.id}"})


def _locked(tenant: Tenant, skin_id: UUID) -> SkinSchedule:
    _alone(tenant)
    row = session.get(SkinSchedule, skin_id, with_for_update=True, populate_existing=True)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchSkin()
    return row
