"""装修 → 定时换肤 and 历史版本 in a browser: plan, begin, end; sketches, names, codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from flask import Flask

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.skins import queries
from kameng.domains.design.skins.rules import Skin, State
from kameng.domains.terms.rules import Allows
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk
from tests.support import shop as shops
from tests.support import terms as packages
from tests.support.desk import Desk
from tests.support.shop import Shop
from tests.support.worlds import Builder
from themes import engine

DAY = timedelta(days=1)


@dataclass
class World:
    """Ada's site, who works on it, and a version beside the live one."""

    shop: Shop
    desk: Desk
    other: UUID

    @property
    def ada(self) -> Tenant:
        return self.shop.alliance.ada

    @property
    def live(self) -> UUID:
        with use(self.ada):
            found = designs.live_revision(self.ada)
        assert found
        return found.id

    def coming(self) -> list[Skin]:
        with use(self.ada):
            return queries.to_come(self.ada)

    def plan(self, what: str | None = None, begins: timedelta | None = DAY, **more: Any) -> int:
        fields = {
            "form": "skin",
            "what": f"version:{self.other}" if what is None else what,
            "name": "春节",
        }
        fields["ends"] = typed((begins or timedelta()) + DAY)
        fields["starts"] = typed(begins) if begins is not None else ""
        return self.desk.post("design/skins", **(fields | more)).status_code

    def clear(self) -> None:
        for skin in self.coming():
            act = "ending" if skin.state is State.ON else "cancellation"
            assert self.desk.post(f"design/skins/{skin.id}/{act}").status_code == 303


def typed(later: timedelta) -> str:
    """A moment as the browser's field sends it."""
    return (clock.now() + later).astimezone(SHOP_TIME).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture(scope="module")
def furnished(app: Flask, builder: Builder) -> World:
    builder.app = app
    shop = shops.furnish(builder.alliance())
    shop.visitor().get("/")
    ada = shop.alliance.ada
    with use(ada):
        live = {key: one for key, one in designs.live(ada).items() if key != "digest"}
        strange = {**live, "site": {**live["site"], "notice": "换肤公告"}}
        other = design.save_draft(ada, strange, author="小艾", now=clock.now())
        session.commit()
    return World(shop, desk.at(shop.alliance, ada, "agent"), other.id)


@pytest.fixture
def world(furnished: World) -> World:
    furnished.clear()
    return furnished


def test_a_version_is_planned_listed_begun_and_ended(world: World) -> None:
    before = world.live
    assert world.plan() == 303
    (skin,) = world.coming()
    page = world.desk.text("design/skins")
    assert "春节" in page
    assert "待上线" in page
    assert world.desk.post(f"design/skins/{skin.id}/beginning").status_code == 303
    assert world.live == world.other
    assert "进行中" in world.desk.text("design/skins")
    assert world.desk.post(f"design/skins/{skin.id}/ending").status_code == 303
    assert world.live == before
    assert world.coming() == []


def test_a_templates_decoration_can_begin_at_once(world: World) -> None:
    before = world.live
    theme, key = "fest", engine.presets("fest")[0]["key"]
    assert world.plan(f"preset:{theme}:{key}", None, name="") == 303
    (skin,) = world.coming()
    assert skin.state is State.ON
    assert skin.name.startswith(engine.title("fest")["zh_CN"])
    assert f"/assets/{theme}/" in world.shop.visitor().get("/").text
    world.clear()
    assert world.live == before


def test_what_is_published_while_it_is_on_stays_and_the_way_back_is_offered(world: World) -> None:
    before = world.live
    assert world.plan(begins=None) == 303
    (skin,) = world.coming()
    with use(world.ada):
        design.set_site(world.ada, notice="新公告", author="Ada", now=clock.now())
        session.commit()
    assert "以该版本为准" not in world.desk.text("design/skins"), "words are no other look"
    with use(world.ada):
        design.set_site(world.ada, primary="#0f766e", author="Ada", now=clock.now())
        session.commit()
    new = world.live
    assert "以该版本为准" in world.desk.text("design/skins")
    world.desk.post(f"design/skins/{skin.id}/ending")
    assert world.live == new
    page = world.desk.text("design/skins")
    assert "期间发布了其他版本" in page
    assert f"design/revisions/{before}/publication" in page
    fields = {"expected": str(new)}
    world.desk.post(f"design/revisions/{before}/publication", **fields)
    assert world.live == before


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"what": ""}, 422),
        ({"what": "preset:fest:nobody"}, 422),
        ({"what": "preset:base:games"}, 422),
        ({"what": "version:x"}, 422),
        ({"ends": ""}, 422),
        ({"ends": "2020-01-01T10:00"}, 422),
        ({"starts": "2020-01-01T10:00"}, 422),
        ({"ends": "2999-01-01T10:00"}, 422),
        ({"name": "x" * 61}, 422),
        ({"what": "version:01890000-0000-7000-8000-000000000000"}, 404),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_planned(
    world: World, fields: dict[str, Any], told: int
) -> None:
    live = world.live
    assert world.plan(**fields) == told
    assert (world.coming(), world.live) == ([], live)


def test_two_at_a_time_are_refused_by_name(world: World) -> None:
    assert world.plan() == 303
    answer = world.desk.post(
        "design/skins",
        form="skin",
        what=f"version:{world.other}",
        name="元宵",
        starts=typed(DAY * 1.5),
        ends=typed(DAY * 5),
    )
    assert answer.status_code == 422
    assert "“春节”已安排在" in answer.get_data(as_text=True)
    assert len(world.coming()) == 1


def test_a_template_the_package_leaves_out_is_not_planned(world: World) -> None:
    hub = world.shop.alliance.hub
    packages.bind(world.ada, packages.package(hub, name="无", allows=Allows(themes=("none",))))
    try:
        assert world.plan("preset:fest:" + engine.presets("fest")[0]["key"]) == 422
        assert world.coming() == []
    finally:
        packages.bind(world.ada, packages.package(hub, name="全", allows=Allows()))


def test_who_may_only_look_plans_nothing_and_another_site_has_no_part_in_it(world: World) -> None:
    assert world.plan() == 303
    (skin,) = world.coming()
    bo = desk.at(world.shop.alliance, world.shop.alliance.bo, "agent")
    for act in ("beginning", "ending", "cancellation"):
        assert bo.post(f"design/skins/{skin.id}/{act}").status_code == 404
    assert bo.get(f"design/revisions/{world.other}/sketch.svg").status_code == 404
    assert bo.get(f"design/revisions/{world.other}/qr.svg").status_code == 404
    assert bo.post(f"design/revisions/{world.other}/name", note="x").status_code == 404
    assert world.coming() == [skin]


def test_every_version_is_drawn_without_a_word_of_it_and_by_its_own_policy(world: World) -> None:
    page = world.desk.text("design/revisions")
    assert f"design/revisions/{world.other}/sketch.svg" in page
    answer = world.desk.get(f"design/revisions/{world.other}/sketch.svg")
    assert answer.content_type.startswith("image/svg+xml")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    drawn = ElementTree.fromstring(answer.get_data())
    assert not "".join(drawn.itertext()).strip()
    names = {one.tag.rpartition("}")[2] for one in drawn.iter()}
    assert names <= {"svg", "rect", "circle"}


def test_a_version_keeps_the_name_it_was_given_and_is_found_by_it(world: World) -> None:
    assert (
        world.desk.post(f"design/revisions/{world.other}/name", note=" 大促  之前 ").status_code
        == 303
    )
    assert "大促 之前" in world.desk.text("design/revisions", named="1")
    refused = world.desk.post(f"design/revisions/{world.other}/name", note="x" * 121)
    assert refused.status_code == 422
    assert "大促 之前" in world.desk.text("design/revisions", named="1")


def test_a_version_is_taken_up_as_the_draft_unless_that_moved_on(world: World) -> None:
    live, page = world.live, f"design/revisions/{world.other}/draft"
    with use(world.ada):
        before = drafts.one(world.ada)
    step = before.step if before else 0
    assert world.desk.post(page, step=str(step)).status_code == 303
    with use(world.ada):
        held = drafts.one(world.ada)
    assert held
    assert held.arrangement
    assert held.arrangement["site"]["notice"] == "换肤公告"
    assert world.live == live
    other = f"design/revisions/{live}/draft"
    assert world.desk.post(other, step=str(step)).status_code == 409
    with use(world.ada):
        assert drafts.one(world.ada) == held


def test_the_preview_has_a_code_for_a_phone(world: World) -> None:
    page = world.desk.text(f"design/revisions/{world.other}")
    assert f"design/revisions/{world.other}/qr.svg" in page
    answer = world.desk.get(f"design/revisions/{world.other}/qr.svg", at="orders")
    assert answer.content_type.startswith("image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r"<svg[^>]*>.*<path", answer.get_data(as_text=True), re.DOTALL)
