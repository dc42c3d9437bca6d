"""A newcomer picks a template by its picture, and the shop begins with it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from kameng.domains.design import queries as design
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.faces.frame import opening
from kameng.kit import clock
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tests.support import terms
from tests.support.signup import answers, nothing_opened, post
from tests.support.worlds import Alliance, Builder
from themes import engine

LOOKS = [(name, one["key"]) for name in engine.THEMES for one in engine.presets(name)]


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    """A master that opens sites, and spares for those opened here."""
    builder.app = app
    made = builder.alliance()
    run.fill_pool(builder.owner, spares=6, now=clock.now())
    return made


@pytest.fixture(scope="module")
def package(world: Alliance) -> PackageFacts:
    return terms.package(world.hub, name="普及版", popular=True)


def test_every_template_stands_there_with_the_pictures_it_has(
    world: Alliance, package: PackageFacts
) -> None:
    client = world.client(world.hub)
    page = client.get("/open").get_data(as_text=True)
    for name in engine.THEMES:
        assert f'name="theme" value="{name}"' in page
    for src in set(re.findall(r'src="(/open/looks/[^"]+)"', page)):
        picture = client.get(src)
        assert picture.status_code == 200
        assert picture.headers["Content-Type"] == "image/webp"
        assert "immutable" in picture.headers["Cache-Control"]
    assert client.get("/open/looks/clean/standard/0000.webp").status_code == 404


def test_the_shop_begins_with_the_template_and_the_trade_that_were_picked(
    world: Alliance, package: PackageFacts
) -> None:
    theme, preset = LOOKS[-1]
    sent = answers(package, theme=theme, industry=preset, primary="theme")
    assert post(world.client(world.hub), sent).status_code == 303
    with shared():
        site = registry.by_slug(sent["slug"])
    assert site
    with use(site):
        live = design.live(site)
    begun = engine.start(theme, opening.preset_of(theme, preset), sent["site_name"], "")
    assert live["theme"] == theme
    assert (live["templates"], live["tokens"]) == (begun["templates"], begun["tokens"])
    assert world.client(site).get("/").status_code == 200


@pytest.mark.parametrize("theme", ["base", "../neon", "nobody"])
def test_a_template_nobody_offers_opens_nothing(
    world: Alliance, package: PackageFacts, theme: str
) -> None:
    sent = answers(package, theme=theme)
    answer = post(world.client(world.hub), sent)
    assert answer.status_code == 422
    with shared():
        assert registry.by_slug(sent["slug"]) is None


def test_a_template_the_package_leaves_out_is_refused_at_its_field(
    builder: Builder, world: Alliance
) -> None:
    other = builder.alliance()
    few = terms.package(other.hub, name="无模板版", allows=Allows(themes=("none",)))
    sent = answers(few, theme=opening.THEME)
    answer = post(other.client(other.hub), sent)
    assert answer.status_code == 422
    assert 'id="theme-error"' in answer.get_data(as_text=True)
    nothing_opened(other, sent)


def test_a_package_decides_the_template_of_who_does_not_choose() -> None:
    names = engine.THEMES
    assert opening.theme_for(Allows()) == opening.THEME
    assert opening.theme_for(Allows(themes=(names[-1],))) == names[-1]
    assert opening.theme_for(Allows(themes=("gone",))) == opening.THEME


def test_who_opens_a_shop_in_english_gets_a_shop_that_speaks_english(
    world: Alliance, package: PackageFacts
) -> None:
    client = world.client(world.hub)
    client.get("/open?lang=en")
    sent = answers(package, theme="fest", industry="games", primary="theme")
    assert post(client, sent).status_code == 303
    with shared():
        site = registry.by_slug(sent["slug"])
    assert site
    with use(site):
        home = design.live(site)["templates"]["home"]["sections"]
    assert home[0]["settings"]["title"] == "Start lucky, keep winning"
