"""How looks come and go: Ada publishes and goes back, a festive skin turns by the clock, and a new
line of a template that some shops' pages fail on is taken from everybody again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Browser, Locator, expect

from tests.journeys import operator
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.operator import form_to, goes_to, sends
from tests.support import accounts, gallery
from tests.support.browser import Watched, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

ADA, BO = "ada-looks", "bo-looks"
SKIN = "双十一红包雨"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def shops(live: Deployment) -> None:
    """Ada's shop below Hub and Bo's below hers, both with questions of their own on the front."""
    live.run("tests.support.chain", MASTER, "looks")


def front(live: Deployment, slug: str) -> str:
    """The front page a shopper gets, to the byte."""
    host = f"{live.settings.host(slug)}:{live.settings.port}"
    asked = {"Host": host, "Accept-Language": "zh-CN"}
    answer = requests.get(f"http://127.0.0.1:{live.settings.port}/", headers=asked, timeout=60)
    assert answer.status_code == 200
    return answer.text


def comes_true(check: Callable[[], bool]) -> None:
    """The deployment's own clock and worker get there."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while not check():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)


def test_what_ada_publishes_is_taken_back_to_the_byte(
    chromium: Browser, live: Deployment, shops: None
) -> None:
    before = front(live, ADA)
    with person(chromium, "ada-looks", "phone") as ada:
        operator.signs_in(ada, live, ADA, accounts.PASSWORD)
        goes_to(ada, live, ADA, "design/themes")
        with ada.page.expect_navigation():
            ada.page.locator("form:has([name=theme][value=neon]) button[value=games]").click()
        assert front(live, ADA) == before, "a draft is nobody else's"
        sends(ada, form_to(ada, "/publication"))
        assert "/assets/neon/" in front(live, ADA)
        goes_to(ada, live, ADA, "design/revisions")
        expect(version(ada, 2)).to_contain_text("使用中")
        ada.look("versions")
        sends(ada, version(ada, 1).locator("form[action$='/publication']"))
        assert front(live, ADA) == before
        goes_to(ada, live, ADA, "design/revisions")
        expect(version(ada, 1)).to_contain_text("使用中")


def version(ada: Watched, number: int) -> Locator:
    """The card of a version."""
    return ada.page.get_by_role("article", name=f"第 {number} 版", exact=True)


def test_a_festive_skin_comes_and_goes_by_the_clock(
    chromium: Browser, live: Deployment, shops: None
) -> None:
    before = front(live, ADA)
    with person(chromium, "ada-skin", "phone") as ada:
        operator.signs_in(ada, live, ADA, accounts.PASSWORD)
        plans(ada, live)
        expect(ada.page.get_by_role("article", name=SKIN)).to_contain_text("待上线")
        assert front(live, ADA) == before
        live.run("tests.support.turning", "skin", ADA)
        comes_true(lambda: "/assets/fest/" in front(live, ADA))
        ada.page.reload()
        expect(ada.page.get_by_role("article", name=SKIN)).to_contain_text("进行中")
        ada.look("skin-on")
        live.run("tests.support.turning", "skin", ADA)
        comes_true(lambda: front(live, ADA) == before)
        ada.page.reload()
        expect(ada.page.locator("tr", has_text=SKIN)).to_contain_text("已结束")
        goes_to(ada, live, ADA, "inbox")
        told = ada.page.locator("main")
        expect(told).to_contain_text(f"“{SKIN}”已上线")
        expect(told).to_contain_text(f"“{SKIN}”已结束")


def plans(ada: Watched, live: Deployment) -> None:
    """A festive decoration from tomorrow on for a day, on the clock of the shop."""
    goes_to(ada, live, ADA, "design/skins/new")
    begins = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    form = form_to(ada, "/design/skins")
    form.locator("[name=what][value='preset:fest:games']").check(force=True)
    form.locator("[name=name]").fill(SKIN)
    for field, at in (("starts", begins), ("ends", begins + timedelta(days=1))):
        form.locator(f"[name={field}]").fill(f"{at:%Y-%m-%dT%H:%M}")
    ada.look("skin-form")
    sends(ada, form)


def test_a_line_some_pages_fail_on_is_taken_back_by_itself(
    chromium: Browser, live: Deployment, shops: None, tmp_path: Path
) -> None:
    folder = gallery.release(tmp_path, worse="picky")
    before = {slug: front(live, slug) for slug in (MASTER, ADA, BO)}
    with live.released(folder), person(chromium, "hub-release", "desktop") as hub:
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        rolls_out(hub, live)
        expect(row(hub, "星河卡盟")).to_contain_text("已升级", timeout=PATIENCE_MS)
        assert f"/assets/clean/{gallery.NEW}/" in front(live, MASTER), "and nothing is wrong there"
        expect(row(hub, "Ada 的小店")).to_contain_text("等待升级")
        hub.look("rollout-running")
        live.run("tests.support.turning", "wave", MASTER)
        for name in ("Ada 的小店", "Bo 分店"):
            expect(row(hub, name)).to_contain_text("已升级", timeout=PATIENCE_MS)
        seen = [front(live, slug) for slug in (ADA, BO, ADA)]
        assert not any("常见问题" in page for page in seen), "who wrote her own has them no more"
        main = hub.page.locator("main")
        expect(main).to_contain_text("自动停止", timeout=PATIENCE_MS)
        for name in ("星河卡盟", "Ada 的小店", "Bo 分店"):
            expect(row(hub, name)).to_contain_text("已恢复原版本", timeout=PATIENCE_MS)
        hub.look("rollout-stopped")
        assert {slug: front(live, slug) for slug in before} == before
        goes_to(hub, live, MASTER, "design/rollouts")
        expect(main).to_contain_text("该版本上一次发布未完成")
        hub.look("rollout-tried")
        goes_to(hub, live, MASTER, "inbox")
        expect(main).to_contain_text(f"{gallery.NEW} 的发布已自动停止")
        assert "Traceback" not in (folder / "clock-again.log").read_text("utf-8")


def rolls_out(hub: Watched, live: Deployment) -> None:
    """The new line waits on its page; Hub's own shop goes first, then all others."""
    goes_to(hub, live, MASTER, "design/rollouts")
    form = form_to(hub, "/design/rollouts")
    form.locator("[name=first]").fill(MASTER)
    form.locator("[name=waves]").fill("100")
    form.locator("[name=wait]").select_option("10")
    hub.look("rollout-form")
    sends(hub, form)
    hub.look("rollout-planned")
    sends(hub, hub.page.locator("form:has([name=to][value=running])"))


def row(hub: Watched, name: str) -> Locator:
    """One site of the roll-out."""
    return hub.page.locator("tr", has_text=name)
