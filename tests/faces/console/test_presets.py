"""装修 → 预设: a look is kept, pushed to chosen sub-sites, and decided about there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from kameng.domains.design import queries as design
from kameng.domains.design.presets import queries
from kameng.domains.design.presets.rules import State
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import giving
from kameng.kit import ids
from tenants.context import use
from tenants.tree import Tenant
from tests.support import desk, terms
from tests.support import shop as shops
from tests.support.desk import Desk
from tests.support.shop import Shop
from tests.support.worlds import Builder

OFFER = re.compile(r"/design/offers/([0-9a-f-]{36})/publication")


@dataclass
class World:
    """Hub's operator and Ada's agent, each at the console."""

    shop: Shop
    hub: Desk
    ada: Desk

    @property
    def sites(self) -> list[Tenant]:
        return [self.shop.alliance.ada, self.shop.alliance.bo]

    def kept(self, name: str = "端午红", by: Desk | None = None) -> UUID:
        answer = (by or self.hub).post(
            "design/presets", form="keep", name=name, note="节前换上", trade="games"
        )
        assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
        return UUID(answer.location.rpartition("/")[2])

    def pushed(self, preset: UUID, **to: object) -> int:
        answer = self.hub.post(f"design/presets/{preset}/pushes", **(to or {"to": "all"}))
        giving.hand_out(self.hub.site.id)
        return answer.status_code

    def states(self, preset: UUID) -> dict[str, State]:
        with use(self.hub.site):
            pushes, _total = queries.pushes(self.hub.site, preset)
        names = {site.id: site.slug[:2] for site in self.sites}
        return {names[one.tenant_id]: one.state for one in reversed(pushes)}

    def offer(self) -> UUID:
        """The first offer on Ada's page of templates."""
        found = OFFER.search(self.ada.text("design/themes"))
        assert found
        return UUID(found.group(1))

    def live(self) -> UUID:
        with use(self.ada.site):
            facts = design.live_revision(self.ada.site)
        assert facts
        return facts.id


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> World:
    builder.app = app
    made = shops.furnish(builder.alliance())
    shops.decorate(made.alliance.hub)
    terms.bind(made.alliance.ada, terms.package(made.alliance.hub, allows=Allows(child_sites=True)))
    hub = desk.at(made.alliance, made.alliance.hub)
    return World(made, hub, desk.at(made.alliance, made.alliance.ada, "agent"))


def test_the_present_look_is_kept_and_shown_as_a_card(world: World) -> None:
    preset = world.kept("第一套")
    page = world.hub.text("design/presets")
    assert "第一套" in page
    assert str(preset) in page
    assert "游戏点卡" in page
    assert "未推送" in page


def test_it_goes_to_everybody_below_and_each_finds_it_on_its_page(world: World) -> None:
    preset = world.kept("给所有人")
    page = world.hub.text(f"design/presets/{preset}/pushes")
    assert "推送到 2 个分站" in page
    assert world.pushed(preset) == 303
    assert world.states(preset) == {"ad": State.DRAFTED, "bo": State.DRAFTED}
    told = world.ada.text("design/themes")
    assert "给您准备了一套装修" in told
    assert "给所有人" in told
    assert "给所有人" in world.ada.text("inbox")
    assert "等待对方决定" in world.hub.text(f"design/presets/{preset}")


def test_only_those_of_a_package_or_chosen_one_by_one_get_it(world: World) -> None:
    with use(world.hub.site):
        pass
    preset, bo = world.kept("只给一家"), world.shop.alliance.bo
    page = world.hub.text(f"design/presets/{preset}/pushes", to="chosen", q="bo")
    assert f'value="{bo.id}"' in page
    assert world.pushed(preset, to="chosen", site=str(bo.id)) == 303
    assert world.states(preset) == {"bo": State.DRAFTED}


def test_nobody_strangers_and_another_sites_preset_move_nothing(
    world: World, builder: Builder
) -> None:
    preset, stranger = world.kept("没人要"), builder.alliance().hub
    path = f"design/presets/{preset}/pushes"
    assert world.hub.post(path, to="chosen").status_code == 422
    assert world.hub.post(path, to="chosen", site=str(stranger.id)).status_code == 404
    assert world.hub.post(path, to="chosen", site=str(world.hub.site.id)).status_code == 404
    assert world.hub.post(path, to="level", level="x").status_code == 422
    assert world.states(preset) == {}
    for verb in ("", "/archival", "/pushes"):
        assert world.ada.post(f"design/presets/{preset}{verb}").status_code in (404, 422)
    assert world.ada.get(f"design/presets/{preset}").status_code == 404
    assert world.hub.get(f"design/presets/{ids.uuid7()}").status_code == 404


def test_who_may_not_see_sub_sites_does_not_push(world: World) -> None:
    preset = world.kept("不让推")
    clerk = desk.at(world.shop.alliance, world.hub.site, "marketing")
    assert clerk.get(f"design/presets/{preset}/pushes").status_code == 403
    assert clerk.post(f"design/presets/{preset}/pushes", to="all").status_code == 403
    assert world.states(preset) == {}


def test_a_preset_put_away_is_not_pushed_and_not_shown_below(world: World) -> None:
    preset = world.kept("收起来的")
    assert "收起来的" in world.ada.text("design/themes")
    assert world.hub.post(f"design/presets/{preset}/archival").status_code == 303
    assert world.hub.post(f"design/presets/{preset}/pushes", to="all").status_code == 422
    assert "收起来的" not in world.ada.text("design/themes")
    assert world.ada.post(f"design/presets/{preset}/trials").status_code == 422
    assert world.states(preset) == {}


def test_an_agent_looks_publishes_and_the_master_sees_it(world: World) -> None:
    preset, before = world.kept("发布这套"), world.live()
    world.pushed(preset)
    offer = world.offer()
    seen = world.ada.post(f"design/offers/{offer}/previews")
    assert seen.status_code == 303
    assert "您的店名" in world.ada.client.get(seen.location).text
    assert world.live() == before
    assert world.ada.post(f"design/offers/{offer}/publication").status_code == 303
    assert world.live() != before
    assert world.states(preset)["ad"] is State.PUBLISHED
    again = world.ada.post(f"design/offers/{offer}/publication")
    assert (again.status_code, "已不在" in again.text) == (404, True)


def test_an_agent_publishes_from_the_preview_what_is_newest_of_its_own(world: World) -> None:
    preset = world.kept("从预览发布")
    world.pushed(preset)
    seen = world.ada.post(f"design/offers/{world.offer()}/previews").location
    world.ada.post("design/site", name="Ada 新店名", form="site")
    live = world.live()
    revision = seen.rpartition("/")[2]
    done = world.ada.post(f"design/revisions/{revision}/publication", expected=str(live))
    assert done.status_code == 303
    with use(world.ada.site):
        name = design.live(world.ada.site)["site"]["name"]
    assert name == _name_then(world, live)
    assert world.states(preset)["ad"] is State.PUBLISHED


def _name_then(world: World, revision: UUID) -> str:
    with use(world.ada.site):
        return str(design.revision(world.ada.site, revision)[1]["site"]["name"])


def test_an_agent_declines_and_nothing_changes(world: World) -> None:
    preset, before = world.kept("不要这套"), world.live()
    world.pushed(preset)
    offer = world.offer()
    assert world.ada.post(f"design/offers/{offer}/refusal").status_code == 303
    assert world.states(preset)["ad"] is State.DISCARDED
    assert world.live() == before
    assert world.ada.post(f"design/offers/{offer}/refusal").status_code == 409


def test_a_preset_of_the_master_is_tried_from_the_gallery(world: World) -> None:
    preset, before = world.kept("自己试试"), world.live()
    answer = world.ada.post(f"design/presets/{preset}/trials")
    assert answer.status_code == 303
    assert "自己试试" in world.ada.client.get(answer.location).text
    assert world.live() == before
    stranger = world.hub.post(f"design/presets/{ids.uuid7()}/trials")
    assert stranger.status_code == 404


def test_a_site_without_sub_sites_is_told_so(world: World) -> None:
    bo = desk.at(world.shop.alliance, world.shop.alliance.bo, "agent")
    assert "没有可推送的分站" in bo.text("design/presets")
    assert "design/presets" not in bo.text("design/themes").split("<main")[0]


def test_what_was_done_stands_in_the_log(world: World) -> None:
    page = world.hub.text("audit")
    for said in ("装修存为预设", "预设推送给分站"):
        assert said in page
