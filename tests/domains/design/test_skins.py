"""A skin comes at its time and goes at its time, and never takes away what people published."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from kameng.config import Settings
from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.errors import NoSuchRevision
from kameng.domains.design.skins import errors, queries, service
from kameng.domains.design.skins.rules import Skin, State, Why
from kameng.domains.terms.rules import Allows
from kameng.faces.worker import queues, sites, timetable
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.errors import Refusal
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import killing
from tests.support import terms as packages
from tests.support.agents import arrangement
from tests.support.worlds import Alliance, Builder

START = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
COLOURS = {"春节": "#b91c1c"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class World:
    """Ada's site with a live look and a festive one beside it."""

    alliance: Alliance
    plain: UUID
    feast: UUID

    @property
    def ada(self) -> Tenant:
        return self.alliance.ada

    def live(self) -> UUID:
        with use(self.ada):
            found = designs.live_revision(self.ada)
        assert found
        return found.id

    def saved(self, name: str) -> UUID:
        with use(self.ada):
            look = arrangement(name, COLOURS.get(name, "#0f766e"))
            made = design.save_draft(self.ada, look, author="Ada", now=clock.now())
            session.commit()
        return made.id

    def publish(self, revision: UUID) -> None:
        with use(self.ada):
            live = design.hold(self.ada)
            design.publish_revision(
                self.ada, revision, expected=live, actor=SYSTEM, now=clock.now()
            )
            session.commit()

    def plan(
        self, begins: timedelta, ends: timedelta, revision: UUID | None = None, name: str = "春节"
    ) -> UUID:
        now = clock.now()
        with use(self.ada):
            made = service.plan(
                self.ada,
                revision or self.feast,
                name=name,
                starts=now + begins,
                ends=now + ends,
                actor=SYSTEM,
                now=now,
            )
            session.commit()
        return made.id

    def skin(self, skin_id: UUID) -> Skin:
        with use(self.ada):
            return queries.one(self.ada, skin_id)

    def told(self) -> list[str]:
        asked = text("SELECT kind FROM shared.notice WHERE tenant_id = :t ORDER BY at, id")
        with use(self.ada):
            return list(session.scalars(asked, {"t": self.ada.id}))

    def rows(self) -> int:
        asked = text("SELECT count(*) FROM shared.skin_schedule WHERE tenant_id = :t")
        with use(self.ada):
            return int(session.scalar(asked, {"t": self.ada.id}) or 0)


def tick(times: int = 1) -> None:
    """The clock looks, without its sweeps."""
    for _ in range(times):
        for one in timetable.queues.due(clock.now(), limit=50):
            timetable.fire(one)


@pytest.fixture
def world(builder: Builder, time: time_machine.Traveller) -> World:
    made = builder.alliance()
    with use(made.ada):
        first = design.start(made.ada, arrangement("平日"), author="Ada", now=clock.now())
        session.commit()
    world = World(made, first.id, first.id)
    world.feast = world.saved("春节")
    return world


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as found:
        yield found


def test_a_skin_comes_and_goes_by_itself_and_the_site_is_told_of_both(
    world: World, time: time_machine.Traveller
) -> None:
    made = world.plan(HOUR, DAY)
    tick()
    assert world.live() == world.plain
    time.shift(HOUR)
    tick(2)
    assert world.live() == world.feast
    assert world.skin(made).reverts_to == world.plain
    time.shift(DAY)
    tick(2)
    assert world.live() == world.plain
    assert world.skin(made).state is State.OVER
    assert world.told() == ["skin_begun", "skin_ended"]


def test_what_somebody_published_meanwhile_stays_and_the_site_is_told(
    world: World, time: time_machine.Traveller
) -> None:
    made = world.plan(HOUR, DAY)
    time.shift(HOUR)
    tick()
    other = world.saved("新版")
    world.publish(other)
    time.shift(DAY)
    tick(2)
    assert world.live() == other
    assert (world.skin(made).state, world.skin(made).why) == (State.STOPPED, Why.MOVED)
    assert world.told() == ["skin_begun", "skin_kept"]


def test_what_was_published_before_the_start_is_what_comes_back(
    world: World, time: time_machine.Traveller
) -> None:
    made = world.plan(HOUR, DAY)
    other = world.saved("新版")
    world.publish(other)
    time.shift(HOUR)
    tick()
    assert world.live() == world.skin(made).revision_id != other
    time.shift(DAY)
    tick()
    assert world.live() == other


def test_a_skin_somebody_made_live_by_hand_is_left_alone(
    world: World, time: time_machine.Traveller
) -> None:
    made = world.plan(HOUR, DAY)
    world.publish(world.feast)
    time.shift(HOUR)
    tick()
    time.shift(DAY)
    tick()
    assert world.live() == world.feast
    assert world.skin(made).why is Why.MOVED


def test_a_late_clock_does_once_what_is_due_and_nothing_that_is_over(
    world: World, time: time_machine.Traveller
) -> None:
    first = world.plan(HOUR, DAY, name="一")
    missed = world.plan(2 * DAY, 3 * DAY, name="二")
    other = world.saved("元宵")
    last = world.plan(3 * DAY, 9 * DAY, other, name="三")
    time.shift(HOUR)
    tick()
    time.shift(5 * DAY)
    tick(3)
    assert [world.skin(one).state for one in (first, missed, last)] == [
        State.OVER,
        State.STOPPED,
        State.ON,
    ]
    assert world.live() == other
    assert world.skin(last).reverts_to == world.plain
    assert sorted(world.told()) == ["skin_begun", "skin_begun", "skin_ended", "skin_missed"]


def test_one_that_ends_gives_way_to_the_next_that_begins_at_the_same_moment(
    world: World, time: time_machine.Traveller
) -> None:
    other = world.saved("元宵")
    world.plan(DAY, 2 * DAY, other, name="二")
    world.plan(HOUR, DAY, name="一")
    time.shift(HOUR)
    tick()
    time.shift(DAY)
    tick()
    assert world.live() == other
    time.shift(DAY)
    tick()
    assert world.live() == world.plain


def test_a_contact_changed_since_it_was_planned_shows_in_the_skin_too(
    world: World, time: time_machine.Traveller
) -> None:
    made = world.plan(HOUR, DAY)
    with use(world.ada):
        design.set_site(world.ada, contact="QQ 777", author="Ada", now=clock.now())
        session.commit()
    before = world.live()
    time.shift(HOUR)
    tick()
    assert world.live() == world.skin(made).revision_id != world.feast
    with use(world.ada):
        site = designs.live(world.ada)["site"]
    assert site["service_contact"] == "QQ 777"
    assert site["name"] == arrangement("春节")["site"]["name"]
    time.shift(DAY)
    tick()
    assert world.live() == before


def test_a_notice_written_while_it_is_on_stays_and_the_look_goes_all_the_same(
    world: World, time: time_machine.Traveller
) -> None:
    made = world.plan(HOUR, DAY)
    time.shift(HOUR)
    tick()
    with use(world.ada):
        design.set_site(world.ada, notice="初一至初三照常发货", author="Ada", now=clock.now())
        session.commit()
    time.shift(DAY)
    tick(2)
    assert world.skin(made).state is State.OVER
    assert world.live() == world.skin(made).reverts_to != world.plain
    with use(world.ada):
        after, before = (designs.revision(world.ada, one)[1] for one in (world.live(), world.plain))
    assert after == before | {"site": {**before["site"], "notice": "初一至初三照常发货"}}
    assert world.told() == ["skin_begun", "skin_ended"]


def test_a_version_that_is_gone_stops_the_skin_and_is_told(
    world: World, time: time_machine.Traveller
) -> None:
    other = world.saved("别的")
    made = world.plan(HOUR, DAY)
    with use(world.ada):
        session.execute(text("DELETE FROM design_revision WHERE id = :i"), {"i": world.feast})
        session.commit()
    time.shift(HOUR)
    tick(2)
    assert world.skin(made).why is Why.GONE
    assert world.told() == ["skin_gone"]
    assert world.live() == world.plain != other


def test_killed_in_the_moment_it_turns_it_turns_once_all_the_same(
    world: World, time: time_machine.Traveller, settings: Settings
) -> None:
    made, deaths = world.plan(HOUR, DAY), 0
    killer = killing.start(settings)
    try:
        killer.warm("turn_skins", site=world.ada.id, at=START.isoformat())
        for moment in (START + HOUR, START + DAY):
            seen = world.live(), world.skin(made).state
            for step in killing.steps(60) if killing.SOAK else (1, 3, 6, 9, 60):
                again = moment + step * queues.LEASE
                if killer.run("turn_skins", step, site=world.ada.id, at=again.isoformat()):
                    break
                deaths += 1
                if world.skin(made).state is seen[1]:
                    assert world.live() == seen[0], "all of it or nothing"
            assert world.live() != seen[0]
    finally:
        killer.stop()
    assert deaths >= 4
    assert (world.live(), world.skin(made).state) == (world.plain, State.OVER)
    assert world.told() == ["skin_begun", "skin_ended"]


def test_two_clocks_begin_it_once(world: World, time: time_machine.Traveller) -> None:
    world.plan(HOUR, DAY)
    time.shift(HOUR)
    due = timetable.queues.due(clock.now(), limit=50)
    again = [one for one in due for _ in range(4)]
    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(timetable.fire, again))
    tick()
    assert world.live() == world.feast
    assert world.told() == ["skin_begun"]


def test_a_clock_that_dies_before_its_commit_leaves_it_to_the_next(
    world: World, time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.plan(HOUR, DAY)
    time.shift(HOUR)
    (one,) = timetable.queues.due(clock.now(), limit=50)
    with monkeypatch.context() as broken:
        broken.setattr(timetable, "_strike", lambda _one: 1 / 0)
        timetable.fire(one)
    assert (world.live(), world.skin(made).state) == (world.plain, State.WAITING)
    time.shift(timetable.queues.LEASE)
    tick()
    assert world.live() == world.feast


def test_a_suspended_site_keeps_its_plan(world: World, time: time_machine.Traveller) -> None:
    world.plan(HOUR, DAY)
    with shared():
        registry.suspend(world.ada)
        session.commit()
    time.shift(HOUR)
    tick()
    assert sites.by_id(world.ada.id).state == registry.SUSPENDED  # type: ignore[union-attr]
    assert world.live() == world.feast
    time.shift(DAY)
    tick()
    assert world.live() == world.plain


def test_a_look_the_package_leaves_out_by_then_is_not_shown(
    world: World, time: time_machine.Traveller
) -> None:
    with use(world.ada):
        festive = {**arrangement("红运"), "theme": "fest"}
        made = design.save_draft(world.ada, festive, author="Ada", now=clock.now())
        session.commit()
    planned = world.plan(HOUR, DAY, made.id)
    packages.bind(world.ada, packages.package(world.alliance.hub, allows=Allows(themes=("none",))))
    time.shift(HOUR)
    tick(2)
    assert world.live() == world.plain
    assert world.skin(planned).why is Why.PACKAGE
    assert world.told() == ["skin_locked"]


def test_it_can_be_begun_and_ended_by_hand(world: World, time: time_machine.Traveller) -> None:
    made = world.plan(DAY, 2 * DAY)
    time.shift(HOUR)
    for verb, shown in ((service.begin, world.feast), (service.end, world.plain)):
        with use(world.ada):
            verb(world.ada, made, actor=SYSTEM, now=clock.now())
            session.commit()
        assert world.live() == shown
    time.shift(3 * DAY)
    tick()
    assert world.live() == world.plain
    assert world.skin(made).ends_at == START + HOUR + timedelta(seconds=1)


def test_one_called_off_never_comes(world: World, time: time_machine.Traveller) -> None:
    made = world.plan(HOUR, DAY)
    with use(world.ada):
        service.cancel(world.ada, made, actor=SYSTEM)
        session.commit()
        with pytest.raises(errors.SkinMoved):
            service.begin(world.ada, made, actor=SYSTEM, now=clock.now())
        session.rollback()
    time.shift(HOUR)
    tick()
    assert world.live() == world.plain
    world.plan(timedelta(), DAY)


def test_a_version_that_is_planned_is_not_forgotten(world: World) -> None:
    with use(world.ada):
        look = designs.revision(world.ada, world.feast)[1]
        made = [
            design.add_revision(world.ada, look, author="x", note=name, now=clock.now()).id
            for name in ("排期的", "没人要的")
        ]
        session.commit()
    world.plan(HOUR, DAY, revision=made[0])
    with use(world.ada):
        for one in made:
            design.forget_revision(world.ada, one, keep=queries.revisions_in_use(world.ada))
        session.commit()
        assert [designs.is_there(world.ada, one) for one in made] == [True, False]


@pytest.mark.parametrize(
    ("begins", "ends", "refusal"),
    [
        (-HOUR, DAY, errors.SkinInThePast),
        (DAY, HOUR, errors.SkinEndsTooSoon),
        (DAY, DAY, errors.SkinEndsTooSoon),
        (timedelta(), timedelta(minutes=9), errors.SkinEndsTooSoon),
        (DAY, 367 * DAY, errors.SkinTooFar),
        (12 * HOUR, 2 * DAY, errors.SkinsOverlap),
        (2 * HOUR, 3 * HOUR, errors.SkinsOverlap),
    ],
)
def test_times_that_cannot_be_are_refused_and_nothing_is_planned(
    world: World, begins: timedelta, ends: timedelta, refusal: type[Refusal]
) -> None:
    world.plan(HOUR, DAY)
    with pytest.raises(refusal) as refused:
        world.plan(begins, ends, name="另一个")
    if refusal is errors.SkinsOverlap:
        assert refused.value.facts["name"] == "春节"
    assert world.rows() == 1


def test_what_is_live_or_unknown_or_nameless_is_refused(world: World) -> None:
    for revision, name, refusal in (
        (world.plain, "春节", errors.SkinIsLive),
        (ids.uuid7(), "春节", NoSuchRevision),
        (world.feast, " ", errors.BadSkinName),
        (world.feast, "长" * 61, errors.BadSkinName),
    ):
        with pytest.raises(refusal):
            world.plan(HOUR, DAY, revision, name)
    assert world.rows() == 0


def test_one_that_is_begun_early_may_not_run_into_another(
    world: World, time: time_machine.Traveller
) -> None:
    world.plan(HOUR, DAY, name="一")
    later = world.plan(2 * DAY, 3 * DAY, world.saved("元宵"), name="二")
    time.shift(HOUR)
    tick()
    with use(world.ada), pytest.raises(errors.SkinsOverlap):
        service.begin(world.ada, later, actor=SYSTEM, now=clock.now())
    assert world.live() == world.feast


def test_one_sites_skins_are_not_anothers(world: World) -> None:
    made, bo = world.plan(HOUR, DAY), world.alliance.bo
    with use(bo):
        assert queries.to_come(bo) == []
        with pytest.raises(errors.NoSuchSkin):
            service.cancel(bo, made, actor=SYSTEM)
