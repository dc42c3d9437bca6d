"""Old versions go; what is live, named, planned, drafted or the last of its day stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kameng.domains.design import queries, service
from kameng.domains.design.skins import service as skins
from kameng.domains.design.versions import rules
from kameng.domains.design.versions.rules import DAILY, NEWEST, Version
from kameng.faces.worker import timetable
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support.agents import arrangement
from tests.support.worlds import Alliance

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def versions(*ages: float, named: bool = False) -> list[Version]:
    return [Version(ids.uuid7(), NOW - timedelta(days=age), named) for age in sorted(ages)]


def test_the_last_version_of_each_day_is_kept_for_three_months() -> None:
    many = versions(*(at / 4 for at in range(4 * 100)))
    left = {one.id for one in many} - set(rules.outdated(many, keep=(), now=NOW))
    last: dict[date, Version] = {}
    for one in many:
        last.setdefault(one.created_at.astimezone(rules.SHOP_TIME).date(), one)
    late = {one.id for one in last.values() if one.created_at > NOW - DAILY}
    assert left == late | {one.id for one in many[:NEWEST]}


@given(st.lists(st.floats(0, 200), max_size=80), st.data())
def test_the_newest_and_whatever_is_needed_never_go(ages: list[float], data: st.DataObject) -> None:
    many = versions(*ages)
    keep = {one.id for one in many if data.draw(st.booleans())}
    gone = rules.outdated(many, keep=keep, now=NOW)
    assert not keep & set(gone)
    assert not {one.id for one in many[:NEWEST]} & set(gone)
    assert rules.outdated([one for one in many if one.id not in gone], keep=keep, now=NOW) == []


def test_versions_with_a_name_outlive_others() -> None:
    named = versions(*range(300, 300 + 2 * rules.NAMED), named=True)
    gone = rules.outdated([*versions(*([1.0] * NEWEST)), *named], keep=(), now=NOW)
    assert set(gone) == {one.id for one in named[rules.NAMED :]}


@pytest.mark.usefixtures("tools")
def test_a_day_after_a_change_the_clock_drops_what_nobody_needs(alliance: Alliance) -> None:
    ada = alliance.ada
    with time_machine.travel(NOW - 200 * DAY, tick=False) as time:
        with use(ada):
            live = service.start(ada, arrangement("平日"), author="Ada", now=clock.now())
            made = [_saved(alliance, at).id for at in range(NEWEST + 12)]
            service.name(ada, made[3], "开业第一版", actor=SYSTEM)
            session.commit()
        time.move_to(NOW)
        with use(ada):
            now = clock.now()
            at, until = now + DAY / 2, now + 2 * DAY
            skins.plan(ada, made[5], name="节", starts=at, ends=until, actor=SYSTEM, now=now)
            session.commit()
        for one in timetable.queues.due(clock.now(), limit=50):
            timetable.fire(one)
        with use(ada):
            kept = set(session.scalars(text("SELECT id FROM design_revision")))
            assert queries.live(ada)["site"]["name"] == arrangement("平日")["site"]["name"]
    needed: set[UUID] = {live.id, made[3], made[5], *made[-NEWEST:]}
    assert kept == needed


def _saved(alliance: Alliance, at: int) -> queries.RevisionFacts:
    look = arrangement(f"第{at}版")
    return service.add_revision(alliance.ada, look, author="Ada", now=clock.now())
