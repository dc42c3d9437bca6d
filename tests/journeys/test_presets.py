"""A look for sub-sites in the browser: Hub tries one, keeps it, pushes it to Ada as a draft;
Ada is told, sees it over her own shop, publishes it, and may go back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import agent, operator
from tests.journeys.agent import Wish
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.operator import form_to, goes_to, sends
from tests.support.browser import Watched, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SITE = Wish(slug="liuli", site_name="琉璃小铺", login="liuli-owner", package="素材版")
NAME = "端午夜电"
PATIENCE_MS = 60_000


def keeps_its_look(hub: Watched, live: Deployment) -> None:
    """Another theme, tried and kept under a name; Hub's own shop stays as it is."""
    goes_to(hub, live, MASTER, "design/themes")
    with hub.page.expect_navigation():
        card = hub.page.locator(
            "form:has([name=theme][value=neon]):has([name=preset][value=games])"
        )
        card.locator("button[value=games]").click()
    tried = hub.page.url.rpartition("/")[2]
    goes_to(hub, live, MASTER, f"design/presets?from={tried}")
    form = form_to(hub, "/design/presets")
    form.locator("[name=name]").fill(NAME)
    form.locator("[name=note]").fill("节前一周换上")
    hub.look("presets")
    sends(hub, form)
    hub.look("preset-kept")


def pushes_it(hub: Watched) -> None:
    """To everybody below; the page follows until it is there."""
    with hub.page.expect_navigation():
        hub.page.locator("a[href$='/pushes']").first.click()
    expect(hub.page.locator("form[action$='/pushes']")).to_contain_text(SITE.site_name)
    hub.look("preset-push")
    sends(hub, form_to(hub, "/pushes"))
    row = hub.page.locator("tr", has_text=SITE.site_name)
    expect(row).to_contain_text("等待对方决定", timeout=PATIENCE_MS)
    hub.look("preset-pushed")


def test_a_look_goes_from_hub_to_ada_as_a_draft_and_she_decides(
    chromium: Browser, live: Deployment
) -> None:
    with person(chromium, "hub-look", "desktop") as hub, person(chromium, "liuli", "phone") as ada:
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        operator.offers_package(hub, live, MASTER, SITE.package)
        ada.page.goto(live.url(MASTER, "/open"))
        agent.opens(ada, live, SITE)
        keeps_its_look(hub, live)
        pushes_it(hub)

        operator.signs_in(ada, live, SITE.login, agent.PASSWORD)
        goes_to(ada, live, SITE.slug, "inbox")
        expect(ada.page.locator("main")).to_contain_text(NAME)
        goes_to(ada, live, SITE.slug, "design/themes")
        expect(ada.page.locator("main")).to_contain_text("给您准备了一套装修")
        ada.look("offered")
        sends(ada, form_to(ada, "/previews"))
        frame = ada.page.frame_locator("iframe")
        expect(frame.locator("body")).to_contain_text(SITE.site_name, timeout=PATIENCE_MS)
        ada.look("offered-seen")
        sends(ada, form_to(ada, "/publication"))
        ada.look("offered-published")
        ada.page.goto(live.url(SITE.slug, "/"))
        expect(ada.page.locator("link[href*='/assets/neon/']")).not_to_have_count(0)
        expect(ada.page.locator("body")).to_contain_text(SITE.site_name)

        hub.page.reload()
        expect(hub.page.locator("tr", has_text=SITE.site_name)).to_contain_text("对方已发布")
