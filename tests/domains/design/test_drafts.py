"""The working draft of a site: steps that only rise, one revision for all its saves."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries, rules, service
from kameng.domains.design.drafts.errors import DraftMoved
from kameng.domains.design.errors import DesignMoved, NoDraft
from kameng.domains.design.media import queries as media
from kameng.domains.design.models import DesignRevision
from kameng.kit import audit, clock, ids
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import shop
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    made = builder.alliance()
    for site in (made.hub, made.ada):
        shop.decorate(site)
    return made


@pytest.fixture
def hub(world: Alliance) -> Iterator[Tenant]:
    """Hub, bound; nothing a test does here is kept."""
    with use(world.hub) as site:
        yield site


def titled(site: Tenant, name: str) -> dict[str, Any]:
    """What is live, under another name."""
    found = {key: value for key, value in designs.live(site).items() if key != "digest"}
    return {**found, "site": {**found["site"], "name": name}}


def keep(site: Tenant, name: str, step: int, editor: str = "tab-a") -> int:
    now = clock.now()
    return service.keep(site, titled(site, name), step=step, editor=editor, author="Ada", now=now)


def live(site: Tenant) -> designs.RevisionFacts:
    found = designs.live_revision(site)
    assert found
    return found


def revisions() -> int:
    return session.scalar(select(func.count()).select_from(DesignRevision)) or 0


def publish(site: Tenant, name: str, step: int) -> tuple[designs.RevisionFacts, int]:
    made, now = titled(site, name), clock.now()
    return service.publish(site, made, step=step, expected=live(site).id, actor=SYSTEM, now=now)


def test_a_site_on_which_nothing_was_drafted_has_no_draft(hub: Tenant) -> None:
    assert queries.one(hub) is None


def test_saving_raises_the_step_and_makes_no_revision(hub: Tenant) -> None:
    before, shown = revisions(), live(hub)
    assert [keep(hub, "一", 0), keep(hub, "二", 1), keep(hub, "三", 2)] == [1, 2, 3]
    found = queries.one(hub)
    assert found
    assert found.arrangement == titled(hub, "三")
    assert (found.step, found.author, found.editor, found.base_rev) == (3, "Ada", "tab-a", shown.id)
    assert (revisions(), live(hub)) == (before, shown)


def test_who_saves_over_a_step_he_did_not_see_is_told_who_and_when(hub: Tenant) -> None:
    keep(hub, "一", 0)
    for step in (0, 2, -1, 10**30):
        with pytest.raises(DraftMoved) as refusal:
            keep(hub, "二", step, "tab-b")
        assert refusal.value.facts["who"] == "Ada"
        assert refusal.value.facts["step"] == 1
    kept = queries.one(hub)
    assert kept
    assert kept.arrangement == titled(hub, "一")


def test_a_save_whose_answer_was_lost_may_be_sent_again(hub: Tenant) -> None:
    assert keep(hub, "一", 0) == 1
    assert keep(hub, "一", 0) == 1
    with pytest.raises(DraftMoved):
        keep(hub, "一", 0, "tab-b")


def test_publishing_makes_one_revision_of_all_saves_and_is_written_down(hub: Tenant) -> None:
    before = revisions()
    for step in range(5):
        keep(hub, f"第{step}步", step)
    made, step = publish(hub, "第4步", 5)
    assert (revisions(), live(hub).id, step) == (before + 1, made.id, 6)
    left = queries.one(hub)
    assert left
    assert (left.arrangement, left.step, left.base_rev) == (None, 6, made.id)
    assert [line.action for line in audit.about(hub, str(made.id))] == ["design.publish"]


def test_nothing_is_published_twice_and_nothing_where_nothing_was_drafted(hub: Tenant) -> None:
    with pytest.raises(NoDraft):
        publish(hub, "一", 0)
    keep(hub, "一", 0)
    publish(hub, "一", 1)
    shown = live(hub)
    with pytest.raises(DraftMoved):
        publish(hub, "一", 1)
    with pytest.raises(NoDraft):
        publish(hub, "一", 2)
    assert live(hub) == shown


def test_a_draft_is_not_published_over_a_version_its_editor_never_saw(hub: Tenant) -> None:
    keep(hub, "一", 0)
    seen = live(hub)
    design.set_site(hub, notice="换了公告", author="test", now=clock.now())
    with pytest.raises(DesignMoved):
        service.publish(
            hub, titled(hub, "一"), step=1, expected=seen.id, actor=SYSTEM, now=clock.now()
        )
    kept = queries.one(hub)
    assert kept
    assert kept.step == 1


def test_a_dropped_draft_is_gone_and_its_steps_are_not_used_again(hub: Tenant) -> None:
    keep(hub, "一", 0)
    assert service.discard(hub, step=1, actor=SYSTEM, now=clock.now()) == 2
    assert service.discard(hub, step=2, actor=SYSTEM, now=clock.now()) == 2
    left = queries.one(hub)
    assert left
    assert left.arrangement is None
    with pytest.raises(DraftMoved):
        keep(hub, "二", 0, "tab-b")
    assert keep(hub, "二", 2) == 3


def test_another_site_has_none_of_it(world: Alliance) -> None:
    with use(world.hub) as hub:
        keep(hub, "只在总站", 0)
        session.flush()
        session.rollback()
    with use(world.ada) as ada:
        assert queries.one(ada) is None


def test_a_picture_in_the_draft_alone_counts_as_shown(hub: Tenant) -> None:
    picture = ids.uuid7()
    made = titled(hub, "一")
    made["site"]["logo"] = str(picture)
    assert not media.in_design(hub, picture)
    service.keep(hub, made, step=0, editor="a", author="Ada", now=clock.now())
    assert media.in_design(hub, picture)


def test_of_two_who_save_at_once_one_is_told_of_the_other(world: Alliance) -> None:
    def go(name: str) -> bool:
        with use(world.ada) as ada:
            try:
                keep(ada, name, 0, name)
                session.commit()
            except DraftMoved:
                session.rollback()
                return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(go, ["甲", "乙"])) == [False, True]


BASE = {"site": {"name": "店", "notice": "旧"}, "pages": {"a": 1, "b": 1}, "templates": {"home": 1}}


def test_what_went_live_under_a_draft_comes_along_where_the_draft_has_nothing_of_its_own() -> None:
    live = {**BASE, "site": {"name": "店", "notice": "新"}, "pages": {"b": 2, "c": 1}}
    mine = {**BASE, "site": {"name": "我的店", "notice": "旧"}, "templates": {"home": 2}}
    made = rules.caught_up(BASE, live, mine)
    assert made["site"] == {"name": "我的店", "notice": "新"}
    assert made["pages"] == {"b": 2, "c": 1}
    assert made["templates"] == {"home": 2}


def test_a_page_the_draft_changed_or_deleted_stays_as_the_draft_has_it() -> None:
    live = {**BASE, "pages": {"a": 2, "b": 2}}
    made = rules.caught_up(BASE, live, {**BASE, "pages": {"b": 3, "d": 1}})
    assert made["pages"] == {"b": 3, "d": 1}
