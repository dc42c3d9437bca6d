"""`kameng settle` and the clock settle the same sites: each once, whoever comes first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kameng.config import Settings
from kameng.domains.ledger.rules import AccountKind
from kameng.domains.settlement import queries, rules
from kameng.domains.settlement.errors import DayToCome
from kameng.faces.worker import queues, settling, timetable
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.context import shared, use
from tests.support.earning import ago, earned, holds
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


def available(world: Alliance) -> list[Money]:
    return [holds(site, AccountKind.AVAILABLE) for site in (world.ada, world.bo)]


def test_the_command_settles_all_sites_with_a_bar_and_says_what_came_of_it(
    world: Alliance, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    earned(world.ada, "3.00", ago(30))
    earned(world.bo, "2.00", ago(30))
    day = rules.shop_day(ago(20))
    assert settling.run(settings, world.hub.slug, day) == 0
    told = capsys.readouterr()
    assert "2/2 sites" in told.err
    assert "2 settled with 5.00 from 2 entries" in told.out
    assert available(world) == [Money.of("3.00"), Money.of("2.00")]
    assert settling.run(settings, world.hub.slug, day) == 0
    assert "0 settled with 0.00" in capsys.readouterr().out
    assert available(world) == [Money.of("3.00"), Money.of("2.00")]


def test_stopped_with_ctrl_c_the_clock_settles_the_rest(
    world: Alliance, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = available(world)
    for site in (world.ada, world.bo):
        earned(site, "1.00", ago(25))

    def pressed(*_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settling, "_bar", pressed)
    with pytest.raises(KeyboardInterrupt):
        settling.run(settings, world.hub.slug, rules.shop_day(ago(15)))
    with use(world.hub):
        run = queries.last_run(world.hub)
    assert run is not None
    assert (run.sites, run.left) == (2, 1)
    one = Money.of("1.00")
    assert available(world) == [before[0] + one, before[1]]
    _clock(world)
    assert available(world) == [before[0] + one, before[1] + one]


def test_the_clock_begins_the_days_run_once(world: Alliance) -> None:
    before = available(world)
    earned(world.bo, "0.70", ago(9))
    while world.hub.id in _waiting():
        settling.begin_daily(clock.now())
    with use(world.hub):
        run = queries.run_of(world.hub, rules.shop_day(clock.now()))
    settling.begin_daily(clock.now())
    with use(world.hub):
        again = queries.last_run(world.hub)
    assert run is not None
    assert again is not None
    assert (run.id, run.left) == (again.id, 2)
    _clock(world)
    assert available(world) == [before[0], before[1] + Money.of("0.70")]


@pytest.mark.parametrize(
    ("slug", "day", "refusal"),
    [("nobody", None, StartRefused), ("", date(2199, 1, 1), DayToCome)],
)
def test_what_makes_no_sense_is_refused_and_nothing_moves(
    world: Alliance,
    settings: Settings,
    slug: str,
    day: date | None,
    refusal: type[Exception],
) -> None:
    before = available(world)
    with pytest.raises(refusal):
        settling.run(settings, slug or world.hub.slug, day)
    assert available(world) == before


def _waiting() -> list[int]:
    with shared():
        return queries.masters_waiting(rules.shop_day(clock.now()), most=10_000)


def _clock(world: Alliance) -> None:
    """Everything of these sites that is due within the minute."""
    mine = {world.ada.id, world.bo.id}
    for one in queues.due(clock.now() + timedelta(minutes=1), limit=1000):
        if one.tenant_id in mine and one.kind == "settlement":
            timetable.fire(one)
