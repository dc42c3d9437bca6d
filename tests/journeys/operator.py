"""What operator Hub does in the console: signs in, imports, stocks, prices, offers packages."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Locator, expect

from tests.support.browser import Watched
from tests.support.running import Deployment

SITE_PAGE = re.compile(r"/s/[a-z0-9-]+")
AUTHENTICATOR: dict[str, str] = {}
"""The keys in the authenticator app of the people of this run."""
KNOWN: dict[tuple[str, str], list[Any]] = {}
"""The cookies of who has signed in, by login and screen: a code is good once, and a new one comes
only every thirty seconds."""
SHOWN: dict[str, int] = {}
"""The last step of time whose code was shown, by key."""


def signs_in(staff: Watched, live: Deployment, login: str, password: str) -> None:
    """The console's front door; who has come through it on such a screen is known there."""
    page = staff.page
    if known := KNOWN.get((login, staff.screen)):
        staff.context.add_cookies(known)
        page.goto(live.url("console"))
        page.wait_for_url(SITE_PAGE)
        return
    page.goto(live.url("console", "/sign-in"))
    staff.look_once("console-sign-in")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    sends(staff, form_to(staff, "/sign-in"))
    if page.locator("[name=code]").count():
        second_step(staff, login)
    page.wait_for_url(SITE_PAGE)
    KNOWN[login, staff.screen] = staff.context.cookies()


def second_step(staff: Watched, login: str) -> None:
    """Switches the authenticator on the first time, shows its code from then on."""
    page = staff.page
    enrolling = page.locator("details .mono")
    if enrolling.count():
        staff.look_once("console-second-factor")
        AUTHENTICATOR[login] = (enrolling.text_content() or "").replace(" ", "").strip()
    page.locator("[name=code]").fill(_fresh_code(AUTHENTICATOR[login]))
    sends(staff, page.locator("form:has([name=code])"))


def _fresh_code(key: str) -> str:
    """The code on the screen, or the one after it: a code that was shown is good for nothing."""
    clock = pyotp.TOTP(key)
    step = max(int(time.time()) // clock.interval, SHOWN.get(key, 0) + 1)
    while step > time.time() // clock.interval + 1:
        time.sleep(0.5)
    SHOWN[key] = step
    return clock.generate_otp(step)


def goes_to(staff: Watched, live: Deployment, slug: str, path: str) -> None:
    """A page of a site's console."""
    staff.page.goto(live.url("console", f"/s/{slug}/{path}"))


def sends(staff: Watched, form: Locator) -> None:
    """Submits a form, says yes where it asks, and waits for the answer."""
    button = form.locator("[type=submit]").last
    with staff.page.expect_navigation():
        button.click()
        yes = staff.page.locator("dialog#confirm[open] [value=yes]")
        if yes.count():
            yes.click()


def form_to(staff: Watched, ending: str) -> Locator:
    """The form that posts to an address ending so, whatever it is asked there."""
    form = "form[method=post]"
    return staff.page.locator(f'{form}[action$="{ending}"], {form}[action*="{ending}?"]')


def previews(hub: Watched, live: Deployment, slug: str, sheet: Path) -> None:
    """Uploads a spreadsheet and sees row by row what would happen; nothing is imported yet."""
    goes_to(hub, live, slug, "goods/import")
    hub.look("import")
    form = form_to(hub, "/goods/import")
    form.locator("[type=file]").set_input_files(str(sheet))
    sends(hub, form)
    expect(hub.page.get_by_role("heading", level=1)).to_have_text(sheet.name)


def commits(hub: Watched) -> None:
    """Imports the good rows of the file shown."""
    sends(hub, form_to(hub, "/commit"))


def undoes(hub: Watched) -> None:
    """Takes the import shown back."""
    sends(hub, form_to(hub, "/undo"))


def stocks(hub: Watched, live: Deployment, slug: str, product: str, lines: list[str]) -> None:
    """Pastes card secrets for a product's SKU."""
    goes_to(hub, live, slug, f"secrets?q={product}")
    hub.page.get_by_role("link", name=product).first.click()
    hub.page.locator("[name=lines]").fill("\n".join(lines))
    sends(hub, hub.page.locator("form:has([name=lines])"))


def prices_for_agents(hub: Watched, live: Deployment, slug: str, percent: str) -> None:
    """One rule for all goods: what agents pay, as a markup on the own cost."""
    goes_to(hub, live, slug, "prices?audience=child")
    _sets_rule(hub, percent)
    hub.look("prices-for-agents")


def marks_up(agent: Watched, live: Deployment, slug: str, percent: str) -> None:
    """The agent's own markup on everything."""
    goes_to(agent, live, slug, "prices")
    _sets_rule(agent, percent)
    agent.look("prices-of-the-agent")


def _sets_rule(staff: Watched, percent: str) -> None:
    form = form_to(staff, "/prices/rules")
    form.locator("[name=method]").select_option("percent")
    form.locator("[name=value]").fill(percent)
    form.locator("[name=rounding]").select_option("fen")
    sends(staff, form)


def offers_package(
    hub: Watched, live: Deployment, slug: str, name: str, trial_days: str = ""
) -> None:
    """A package newcomers may choose."""
    goes_to(hub, live, slug, "packages/new")
    form = form_to(hub, "/packages/new")
    form.locator("[name=name]").fill(name)
    form.locator("[name=summary]").fill("适合刚起步的站长：域名、货源、支付开箱即用")
    form.locator("[name=trial_days]").fill(trial_days)
    form.locator("[name=on_sale]").check()
    sends(hub, form)


def opens_site(hub: Watched, live: Deployment, slug: str, child: str) -> None:
    """The page of a sub-site in its parent's console."""
    goes_to(hub, live, slug, f"sites?q={child}")
    hub.page.locator("tr", has_text=child).locator("a[href*='/sites/']").first.click()
    expect(hub.page.locator("main")).to_contain_text(child)


def suspends(hub: Watched, live: Deployment, slug: str, child: str) -> None:
    """Suspends a sub-site; it asks first and holds at once."""
    opens_site(hub, live, slug, child)
    sends(hub, form_to(hub, "/state"))
    hub.look("site-suspended")


def deposits(hub: Watched, live: Deployment, slug: str, child: str, amount: str) -> None:
    """Records what an agent has paid in."""
    opens_site(hub, live, slug, child)
    form = form_to(hub, "/deposits")
    form.locator("[name=amount]").fill(amount)
    form.locator("[name=note]").fill("银行转账")
    sends(hub, form)


def credits(staff: Watched, live: Deployment, slug: str, contact: str, amount: str) -> None:
    """Puts money into a member's wallet."""
    goes_to(staff, live, slug, f"members?q={contact}")
    staff.page.locator("tbody a[href*='/members/']").first.click()
    form = form_to(staff, "/credits")
    form.locator("[name=amount]").fill(amount)
    form.locator("[name=note]").fill("线下充值")
    sends(staff, form)


def freezes(staff: Watched, live: Deployment, slug: str, contact: str) -> None:
    """Freezes a member's account; it holds at once."""
    goes_to(staff, live, slug, f"members?q={contact}")
    staff.page.locator("tbody a[href*='/members/']").first.click()
    sends(staff, form_to(staff, "/freeze"))
    staff.look("member-frozen")
