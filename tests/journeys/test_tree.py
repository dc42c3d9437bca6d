"""The tree by hand: Hub opens a shop for Dan, Dan sets his password and opens one below his own,
Hub looks at it, moves it, goes in for a while, and shuts the branch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import operator
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.operator import form_to, goes_to, sends
from tests.journeys.test_members import link_in_the_mail
from tests.support.browser import Watched, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PASSWORD = "dan has his own shop"
LONG_NAME = "丹丹的星辰大海数字生活超级旗舰店"


def offers(staff: Watched, live: Deployment, slug: str, name: str, *, sites: bool) -> None:
    """A package; for some, with sites below."""
    goes_to(staff, live, slug, "packages/new")
    form = form_to(staff, "/packages/new")
    form.locator("[name=name]").fill(name)
    form.locator("[name=summary]").fill("可开设下级分站")
    if sites:
        form.locator("[name=child_sites]").check()
    sends(staff, form)


def opens(
    staff: Watched, live: Deployment, slug: str, child: str, name: str, package: str, mail: str = ""
) -> None:
    """A site below: for somebody new with a mail address, else for oneself."""
    goes_to(staff, live, slug, "sites/new")
    form = form_to(staff, "/sites/new")
    form.locator("[name=name]").fill(child)
    form.locator("[name=site_name]").fill(name)
    form.locator("[name=package]").select_option(label=f"{package} · 免费")
    form.locator(f"[name=owner][value={'new' if mail else 'mine'}]").check()
    if mail:
        form.locator("[name=login]").fill(child)
        form.locator("[name=email]").fill(mail)
    if mail:
        staff.look("open-a-site-at-the-console")
    sends(staff, form)
    expect(staff.page.get_by_role("heading", level=1)).to_have_text(name)


def goes_in(staff: Watched, why: str) -> None:
    """From the page of a site into it, saying why."""
    form = form_to(staff, "/visits")
    form.locator("[name=reason]").fill(why)
    sends(staff, form)
    expect(staff.page.locator(".visit-bar")).to_contain_text(why)


def test_the_tree_grows_moves_and_is_shut(chromium: Browser, live: Deployment, screen: str) -> None:
    dan, low = f"dan-{screen}", f"low-{screen}"
    wide, plain = f"渠道版 {screen}", f"单店版 {screen}"
    with person(chromium, "hub-tree", screen) as hub, person(chromium, "dan", screen) as owner:
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        offers(hub, live, MASTER, wide, sites=True)
        offers(hub, live, MASTER, plain, sites=False)
        opens(hub, live, MASTER, dan, LONG_NAME, wide, f"{dan}@example.com")
        expect(hub.page.locator("main")).to_contain_text("尚未设置密码")
        hub.look("site-of-somebody-new")

        owner.page.goto(link_in_the_mail(live.settings.home, f"{dan}@example.com"))
        owner.look("first-password")
        form = form_to(owner, "/welcome")
        form.locator("[name=password]").fill(PASSWORD)
        form.locator("[name=consent]").check()
        sends(owner, form)
        offers(owner, live, dan, f"下级版 {screen}", sites=False)
        opens(owner, live, dan, low, "小店", f"下级版 {screen}")

        goes_to(hub, live, MASTER, "sites")
        hub.look("sites")
        goes_to(hub, live, MASTER, f"sites?q={low}")
        hub.page.locator("a[href*='/sites/']", has_text="小店").first.click()
        hub.page.wait_for_load_state("load")
        site = hub.page.url
        goes_in(hub, "应站长电话请求，协助设置公告")
        hub.look("inside-for-a-while")
        owner.page.goto(live.url("console", f"/s/{low}"))
        owner.look("somebody-is-in")
        sends(hub, hub.page.locator(".visit-bar form"))
        expect(hub.page.locator(".visit-bar")).to_have_count(0)

        hub.page.goto(f"{site}/move")
        hub.page.locator("a.list-group-item", has_text="直属本站").click()
        hub.page.wait_for_load_state("load")
        expect(hub.page.locator("main")).to_contain_text("3 → 2")
        hub.page.locator("[name=package]").select_option(label=plain)
        hub.look("move-preview")
        sends(hub, hub.page.locator("main form[method=post]"))
        sends(hub, hub.page.locator("form[action$='/undo']"))
        expect(hub.page.locator(".chain")).to_contain_text(LONG_NAME)

        goes_to(hub, live, MASTER, f"sites?q={dan}")
        hub.page.locator("a[href*='/sites/']", has_text=LONG_NAME).first.click()
        hub.page.wait_for_load_state("load")
        sends(hub, form_to(hub, "/state"))
        with owner.expecting(503):
            owner.page.goto(live.url(low))
        expect(owner.page).to_have_title(re.compile(r"[\u4e00-\u9fff]"))
        hub.page.goto(site)
        expect(hub.page.locator("main")).to_contain_text("随上级停用")
        hub.look("shut-with-the-site-above")
