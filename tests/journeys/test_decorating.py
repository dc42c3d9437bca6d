"""A new agent, with a phone or at a desk, goes from sign-up to a shop of her own look in less than
three minutes: logo, banner, an order of her own and a page of her own, live for shoppers.

Nobody sleeps here: a person's time is counted by the keystroke-level model of Card, Moran and
Newell (1980, see tests/support/pace.py), and the time the system took is added by the clock."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import operator
from tests.journeys.agent import Wish
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.decorator import ABOUT, BUTTON, PAGE, TITLE, Decorator
from tests.support.browser import Watched, patience, person
from tests.support.media import file_of, photo
from tests.support.pace import Hands
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

THREE_MINUTES = 180.0
PACKAGE = "装修版"
DRAWN = "all => all.every(one => one.complete && one.naturalWidth > 0)"


@pytest.fixture(scope="module")
def offered(chromium: Browser, live: Deployment) -> None:
    """A package newcomers may choose."""
    with person(chromium, "hub-decor", "desktop") as hub:
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        operator.offers_package(hub, live, MASTER, PACKAGE)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A photo of a telephone's size and a logo."""
    folder = tmp_path_factory.mktemp("pictures")
    banner, logo = folder / "banner.jpg", folder / "logo.png"
    banner.write_bytes(file_of(photo(2400, 1600)))
    logo.write_bytes(file_of(photo(800, 300, 2), "PNG"))
    return banner, logo


def test_from_sign_up_to_a_shop_of_her_own_look_in_three_minutes(
    chromium: Browser, live: Deployment, screen: str, offered: None, files: tuple[Path, Path]
) -> None:
    banner, logo = files
    name = f"lime-{screen[0]}"
    wish = Wish(name, "青柠点卡", name, PACKAGE)
    with person(chromium, "decorator", screen) as ada:
        hands = Hands(ada.page, finger=screen == "phone")
        she = Decorator(ada, hands)
        she.opens_a_shop(live, MASTER, wish)
        she.comes_to_the_editor(wish)
        she.writes_a_page()
        she.returns_home()
        order = she.brings_goods_up()
        she.dresses_the_banner(banner)
        she.puts_up_the_logo(logo)
        she.sees_it()
        she.publishes()
        human, system = hands.human, hands.system
    told = f"{screen}: {human:.0f} s of a human and {system:.0f} s of the system"
    sys.stderr.write(f"{told}\n")
    assert human + system / patience(1.0) < THREE_MINUTES, told

    with person(chromium, "shopper", screen) as kim:
        sees_the_new_shop(kim, live, wish, order)


def sees_the_new_shop(kim: Watched, live: Deployment, wish: Wish, order: list[str]) -> None:
    """Logo, banner, order and page, as a stranger finds them."""
    page = kim.page
    page.goto(live.url(wish.slug))
    expect(page.locator("h1")).to_have_text(TITLE)
    pictures = page.locator(".logo img, .sec-hero img")
    expect(pictures).to_have_count(2)
    page.wait_for_load_state("load")
    assert pictures.evaluate_all(DRAWN)
    shown = page.locator("main [data-section]").evaluate_all(
        "all => all.map(one => one.id.slice(2))"
    )
    assert shown == [one for one in order if one in shown]
    assert shown[1] == order[1]
    kim.look("decorated-home")
    page.get_by_role("link", name=BUTTON).first.click()
    page.wait_for_url("**/pages/page-1")
    expect(page.locator("main h1")).to_have_text(PAGE)
    expect(page.locator("main")).to_contain_text(ABOUT)
    kim.look("decorated-page")
