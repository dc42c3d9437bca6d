"""A newcomer begins with a look the master made for its agents: its pictures are hers from the
first page on, and what was put away meanwhile opens nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kameng.domains.catalog.goods import queries as goods
from kameng.domains.design import queries as design
from kameng.domains.design import service as designing
from kameng.domains.design.media import queries as media
from kameng.domains.design.presets import rules, service
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.design.presets.rules import Called
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import givenlooks, opening
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import media as pictures
from tests.support import shop as shops
from tests.support import terms
from tests.support.shop import Shop
from tests.support.signup import answers, post
from tests.support.worlds import Alliance, Builder
from themes import engine

SAID = "总站备好的开门红"


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """A master with goods, and spares for the sites opened here."""
    builder.app = app
    made = shops.furnish(builder.alliance())
    run.fill_pool(builder.owner, spares=8, now=clock.now())
    return made


@pytest.fixture(scope="module")
def world(shop: Shop) -> Alliance:
    return shop.alliance


@pytest.fixture(scope="module")
def package(world: Alliance) -> PackageFacts:
    return terms.package(world.hub, name="普及版", popular=True)


@pytest.fixture
def preset(world: Alliance) -> PresetFacts:
    return kept(world.hub, pictures.kept(world.hub).id)


def kept(keeper: Tenant, picture: Any) -> PresetFacts:
    """A look with a picture in its banner, kept for the agents."""
    made = engine.start("fest", "games", keeper.name, "#aa2222")
    hero = next(s for s in made["templates"]["home"]["sections"] if s["type"] == "hero")
    hero["settings"] |= {"title": SAID, "picture": str(picture)}
    look, _left = rules.look_of(engine.normalise(made), with_own=False)
    with use(keeper):
        live = design.live_revision(keeper)
        assert live
        facts = service.keep(
            keeper,
            look,
            Called("开门红", "适合刚开张的店", "games"),
            made_from=live,
            actor=SYSTEM,
            now=clock.now(),
        )
        session.commit()
    return facts


def opened(world: Alliance, sent: dict[str, str]) -> Tenant:
    assert post(world.client(world.hub), sent).status_code == 303
    with shared():
        site = registry.by_slug(sent["slug"])
    assert site
    return site


def test_looks_of_the_master_stand_beside_the_templates_with_a_picture(
    world: Alliance, package: PackageFacts, preset: PresetFacts
) -> None:
    client = world.client(world.hub)
    page = client.get("/open").get_data(as_text=True)
    assert f'name="theme" value="{preset.id}"' in page
    assert "开门红" in page
    picture = client.get(f"/open/given/{preset.id}.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.get_data(as_text=True).startswith("<svg")
    assert SAID not in picture.get_data(as_text=True)


def test_a_shop_begins_in_the_masters_look_with_its_own_name_colour_goods_and_pictures(
    shop: Shop, world: Alliance, package: PackageFacts, preset: PresetFacts
) -> None:
    site = opened(world, answers(package, theme=str(preset.id), primary="#0f766e"))
    with use(site):
        live = design.live(site)
        facts = design.live_revision(site)
        mine = media.stored(site).pictures
        shelves = {one.name for one in goods.category_choices(site)}
    hero = next(s for s in live["templates"]["home"]["sections"] if s["type"] == "hero")
    assert (live["theme"], facts and facts.seq) == ("fest", 1)
    assert live["tokens"]["primary"] == "#0f766e"
    assert (live["site"]["name"], live["site"]["logo_text"]) == ("小可的店", "小可的店")
    assert hero["settings"]["title"] == SAID
    assert mine == 1
    assert hero["settings"]["picture"]
    page = world.client(site).get("/").get_data(as_text=True)
    for text in ("小可的店", SAID, *shelves):
        assert text in page


def test_the_masters_own_colours_come_along_when_nobody_chose_others(
    world: Alliance, package: PackageFacts, preset: PresetFacts
) -> None:
    site = opened(world, answers(package, theme=str(preset.id), primary="theme"))
    with use(site):
        assert design.live(site)["tokens"]["primary"] == "#aa2222"


def test_going_through_the_steps_again_copies_no_picture_twice(
    world: Alliance, package: PackageFacts, preset: PresetFacts
) -> None:
    sent = answers(package, theme=str(preset.id))
    site = opened(world, sent)
    opening.open_site(UUID(sent["application"]), now=clock.now())
    with use(site):
        assert media.stored(site).pictures == 1
        assert len(design.history(site)) == 1


def test_the_clock_that_comes_to_the_newcomers_aid_copies_no_picture_twice(
    world: Alliance, package: PackageFacts, preset: PresetFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks for sites that were left half open every few seconds, however young they are."""
    sent = answers(package, theme=str(preset.id))
    real = givenlooks.fitting.first
    clocks: list[Any] = []

    def slow(*given: Any, **more: Any) -> Any:
        if not clocks:
            pool = ThreadPoolExecutor(1)
            clocks.append(pool)
            clocks.append(
                pool.submit(opening.open_site, UUID(sent["application"]), now=clock.now())
            )
            wait(clocks[1:], 1)
        return real(*given, **more)

    monkeypatch.setattr(givenlooks.fitting, "first", slow)
    site = opened(world, sent)
    clocks[1].result(20)
    clocks[0].shutdown()
    with use(site):
        assert media.stored(site).pictures == 1
        assert len(design.history(site)) == 1


def test_a_look_that_was_put_away_meanwhile_is_named_and_opens_nothing(
    world: Alliance, package: PackageFacts, preset: PresetFacts
) -> None:
    with use(world.hub):
        service.archive(world.hub, preset.id, actor=SYSTEM, now=clock.now())
        session.commit()
    sent = answers(package, theme=str(preset.id))
    answer = post(world.client(world.hub), sent)
    assert answer.status_code == 422
    assert "这套装修已不再提供" in answer.get_data(as_text=True)
    assert f'value="{preset.id}"' not in answer.get_data(as_text=True)
    assert world.client(world.hub).get(f"/open/given/{preset.id}.svg").status_code == 404
    with shared():
        assert registry.by_slug(sent["slug"]) is None


def test_a_look_of_a_strangers_site_is_offered_to_nobody_here(
    builder: Builder, world: Alliance, package: PackageFacts
) -> None:
    other = builder.alliance()
    with use(other.hub):
        plain = engine.start("clean", "standard", other.hub.name, "")
        designing.start(other.hub, plain, author="", now=clock.now())
        session.commit()
    theirs = kept(other.hub, pictures.kept(other.hub).id)
    client = world.client(world.hub)
    assert client.get(f"/open/given/{theirs.id}.svg").status_code == 404
    sent = answers(package, theme=str(theirs.id))
    assert post(client, sent).status_code == 422
    with shared():
        assert registry.by_slug(sent["slug"]) is None


def test_a_package_without_the_looks_template_says_so_at_its_field(
    world: Alliance, preset: PresetFacts
) -> None:
    few = terms.package(world.hub, name="只有澄蓝", allows=Allows(themes=("clean",)))
    answer = post(world.client(world.hub), answers(few, theme=str(preset.id)))
    assert answer.status_code == 422
    assert 'id="theme-error"' in answer.get_data(as_text=True)


def test_a_look_that_went_while_the_newcomer_waited_leaves_her_with_the_templates_own(
    world: Alliance, package: PackageFacts, preset: PresetFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "ready", lambda tenant, media_id: None)
    site = opened(world, answers(package, theme=str(preset.id), primary="theme"))
    with use(site):
        live = design.live(site)
    assert live["theme"] == "fest"
    assert world.client(site).get("/").status_code == 200
