"""A draft that was left before the shop's template changed: one sees beside it what one edits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.faces.console.editor.browser.conftest import World
from tests.support.decorating import Editor
from themes import engine

pytestmark = [pytest.mark.journey, pytest.mark.slow]
OTHER = "neon"


@pytest.fixture(autouse=True)
def anew(world: World) -> Iterator[None]:
    yield
    world.is_as_it_began()


def another_template_goes_live(world: World) -> None:
    """As when an agent takes the look the master prepared for her, while a draft waits."""
    with use(world.shop.alliance.ada) as site:
        live = {key: value for key, value in designs.live(site).items() if key != "digest"}
        made = engine.switch(live, OTHER, "games")
        saved = design.add_revision(site, made, author="Hub", now=clock.now())
        expected = design.hold(site)
        design.publish_revision(site, saved.id, expected=expected, actor=SYSTEM, now=clock.now())
        session.commit()


def test_a_draft_left_before_the_template_changed_is_seen_in_the_present_one(
    world: World, wide: Editor
) -> None:
    world.somebody_else_saves()
    another_template_goes_live(world)
    wide.open()
    sheet = wide.shop().locator(f"link[href*='/assets/{OTHER}/']")
    expect(sheet).not_to_have_count(0)
    wide.saved()
    assert world.draft()["theme"] == OTHER
    assert wide.seen() == wide.order()
