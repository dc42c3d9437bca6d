"""Who may do what, by hand: Hub makes a role, invites Lin by mail, Lin works, the role shrinks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import operator
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.operator import form_to, goes_to, sends
from tests.journeys.test_members import link_in_the_mail
from tests.support.browser import Watched, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PASSWORD = "lin keeps the night shift"


def makes_a_role(hub: Watched, live: Deployment, name: str) -> str:
    """From what support may do, refunds on top, by keyboard; where it is changed."""
    goes_to(hub, live, MASTER, "settings/roles")
    hub.look("matrix")
    form = form_to(hub, "/settings/roles")
    form.locator("[name=name]").fill(name)
    form.locator("[name=like]").select_option(label="客服")
    sends(hub, form)
    box = hub.page.locator("[name=permission][value='orders.refund']")
    box.focus()
    hub.page.keyboard.press("Space")
    expect(box).to_be_checked()
    hub.look("role-being-changed")
    where = hub.page.url
    saves(hub)
    return where


def saves(hub: Watched) -> None:
    """The button stands outside the form it belongs to."""
    with hub.page.expect_navigation():
        hub.page.locator("button[form=own-role]").click()


def test_a_role_is_made_given_and_taken_away(
    chromium: Browser, live: Deployment, screen: str
) -> None:
    login, role = f"lin-{screen}", f"夜班 {screen}"
    with person(chromium, "hub-team", screen) as hub, person(chromium, "lin", screen) as lin:
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        where = makes_a_role(hub, live, role)

        goes_to(hub, live, MASTER, "settings/staff")
        form = form_to(hub, "/settings/staff")
        form.locator("[name=login]").fill(login)
        form.locator("[name=name]").fill("小林")
        form.locator("[name=email]").fill(f"{login}@example.com")
        form.locator("[name=role]").select_option(label=role)
        sends(hub, form)
        hub.look("staff")

        lin.page.goto(link_in_the_mail(live.settings.home, f"{login}@example.com"))
        lin.look("invited")
        form = form_to(lin, "/welcome")
        form.locator("[name=password]").fill(PASSWORD)
        form.locator("[name=consent]").check()
        sends(lin, form)
        expect(lin.page.locator("#menu")).not_to_contain_text("卡密")
        lin.page.goto(live.url("console", f"/s/{MASTER}/members"))

        hub.page.goto(where)
        hub.page.locator("[name=permission][value='members.edit']").uncheck()
        hub.page.locator("[name=permission][value='members.view']").uncheck()
        saves(hub)
        with lin.expecting(403):
            lin.page.reload()
        lin.look("no-longer-allowed")

        hub.page.evaluate("localStorage.clear()")
        goes_to(hub, live, MASTER, "audit?what=people")
        expect(hub.page.locator("#list")).to_contain_text(role)
        hub.look("audit-of-people")
        hub.page.emulate_media(color_scheme="dark")
        goes_to(hub, live, MASTER, "settings/roles")
        hub.look("matrix-in-the-dark")
        goes_to(hub, live, MASTER, "settings/roles?lang=en")
        hub.look("matrix-in-english")
        goes_to(hub, live, MASTER, "settings/staff?lang=zh_CN")
        row = hub.page.locator("tr", has_text=login)
        sends(hub, row.locator("form[action$='/removal']"))
        with lin.expecting(404):
            lin.page.goto(live.url("console", f"/s/{MASTER}/orders"))
