"""How a site comes to collect by itself: the leave, its own keys, the switch, its balance."""

from __future__ import annotations

import re

import requests
from playwright.sync_api import expect

from tests.journeys import operator
from tests.journeys.operator import form_to, goes_to, sends
from tests.support.browser import Watched
from tests.support.running import Deployment

WRONG = "sk_test_nobody_has_this_key"
PATIENCE_MS = 15_000


def allows(hub: Watched, live: Deployment, master: str, site: str) -> None:
    """The master gives the leave, on the page of the site."""
    operator.opens_site(hub, live, master, site)
    hub.look("leave-before")
    sends(hub, form_to(hub, "/collecting"))
    hub.look("leave-given")


def opens_account(live: Deployment, slug: str) -> tuple[str, str]:
    """An account of the site's own at the provider, with its webhook; the key and its secret."""
    key, hook = f"sk_test_own_{slug.replace('-', '_')}", f"whsec_own_{slug.replace('-', '_')}"
    port = live.settings.port
    told = {
        "key": key,
        "webhook_secret": hook,
        "hook_url": f"http://127.0.0.1:{port}/stripe/site/{slug}",
    }
    requests.post(f"{live.standin}/_control/accounts", json=told, timeout=10).raise_for_status()
    return key, hook


def stores_keys(bo: Watched, live: Deployment, slug: str, key: str, hook: str) -> None:
    """A key nobody knows is refused at the box; the right ones are tried and stored."""
    goes_to(bo, live, slug, "collecting")
    expect(bo.page.locator("main")).to_contain_text(f"/stripe/site/{slug}")
    bo.look("keys-missing")
    with bo.expecting(409, 422):
        types_keys(bo, WRONG, hook)
        expect(bo.page.locator("[name=secret]")).to_have_attribute("aria-invalid", "true")
    bo.look("keys-refused")
    types_keys(bo, key, hook)
    expect(bo.page.locator("main")).to_contain_text("已测试，未开启")
    expect(bo.page.locator("body")).to_contain_text(key[-4:])
    assert key not in bo.page.content()
    assert hook not in bo.page.content()
    bo.look("keys-tested")


def types_keys(bo: Watched, key: str, hook: str) -> None:
    """Fills in both keys and sends them."""
    form = form_to(bo, "/collecting/keys")
    form.locator("[name=secret]").fill(key)
    form.locator("[name=hook]").fill(hook)
    sends(bo, form)


def switches_on(bo: Watched) -> None:
    """From now on shoppers pay to the site itself."""
    sends(bo, form_to(bo, "/collecting/state"))
    expect(bo.page.locator("main")).to_contain_text("自主收款")
    bo.look("switched-on")


def tops_up(bo: Watched, live: Deployment, slug: str, amount: str) -> None:
    """Pays onto the site's balance at the provider; the page says when it has arrived."""
    goes_to(bo, live, slug, "balance")
    form = form_to(bo, "/balance/top-ups")
    form.locator("[name=amount]").fill(amount)
    bo.look("balance-before")
    form.locator("[type=submit]").click()
    bo.page.wait_for_url(f"{live.standin}/**")
    bo.page.get_by_role("button", name="模拟支付成功").click()
    bo.page.wait_for_url(re.compile(r"/top-ups/[0-9a-f-]+\?paid=1"))
    expect(bo.page.locator("#topup")).not_to_have_attribute(
        "hx-trigger", re.compile("."), timeout=PATIENCE_MS
    )
    expect(bo.page.locator("#topup .badge").first).to_be_visible()
    bo.look("balance-topped-up")
