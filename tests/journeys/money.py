"""What happens to money after a sale: refund, settlement, payee, withdrawal, statement, proof."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys import books
from tests.journeys.operator import form_to, goes_to, sends
from tests.support.browser import Watched
from tests.support.running import Deployment

SOON_MS = 15_000


def refunds_a_line(
    hub: Watched, live: Deployment, master: str, number: str, *, line: int, pieces: int
) -> Locator:
    """Looks first at what the refund comes to; the preview, and the refund with the way back."""
    books.opens_order(hub, live, master, number)
    hub.page.locator("a[href$='/return']").click()
    hub.page.locator("[name^=pieces-]").nth(line).fill(str(pieces))
    hub.page.locator("form[method=get] [name=reason]").fill("买家拍错，整行退回")
    hub.look("refund-before")
    hub.page.locator("form[method=get] [type=submit]").click()
    preview = hub.page.locator("form#preview")
    expect(preview).to_be_visible()
    hub.look("refund-preview")
    return preview


def sends_payee(agent: Watched, live: Deployment, slug: str, name: str, number: str) -> None:
    """Says who is paid, and binds a bank account in that name."""
    goes_to(agent, live, slug, "payee")
    form = form_to(agent, "/payee")
    form.locator("[name=legal_name]").fill(name)
    form.locator("[name=id_number]").fill(number)
    agent.look("payee-before")
    sends(agent, form)
    form = form_to(agent, "/payee/accounts")
    for field, value in (
        ("number", "6222021234567890123"),
        ("bank", "工商银行"),
        ("branch", "杭州西湖支行"),
    ):
        form.locator(f"[name={field}]").fill(value)
    sends(agent, form)
    agent.look("payee-sent")


def verifies_payee(hub: Watched, live: Deployment, master: str, site: str) -> None:
    """The master's finance compares the papers, then the account."""
    goes_to(hub, live, master, "payees")
    hub.look("payees-to-check")
    hub.page.locator(".todo", has_text=site).first.locator("a").click()
    hub.look("payee-check")
    sends(hub, form_to(hub, "/verification"))
    sends(hub, form_to(hub, "/verification"))
    hub.look("payee-verified")


def settles(hub: Watched, live: Deployment, master: str) -> None:
    """The day's run by hand; the clock does the sites one after the other."""
    goes_to(hub, live, master, "settlements")
    sends(hub, form_to(hub, "/settlements"))
    expect(hub.page.locator("#run .badge")).to_be_visible(timeout=SOON_MS)
    hub.page.reload()
    hub.look("settlement-run")


def asks_for(agent: Watched, live: Deployment, slug: str, amount: str) -> None:
    """Asks for a part of what is free."""
    goes_to(agent, live, slug, "withdrawals")
    form = form_to(agent, "/withdrawals")
    form.locator("[name=amount]").fill(amount)
    agent.look("withdrawal-before")
    sends(agent, form)
    expect(agent.page.locator("main .alert-danger")).to_have_count(0)
    agent.look("withdrawal-asked")


def reviews_and_pays(
    hub: Watched, live: Deployment, master: str, site: str, transfer: str, picture: Path
) -> None:
    """Approves it, takes it to be paid, sends the money and books it with the proof."""
    goes_to(hub, live, master, "payouts")
    hub.look("payouts")
    hub.page.locator("tr", has_text=site).first.locator("a").first.click()
    hub.look("payout-asked")
    sends(hub, form_to(hub, "/approval"))
    sends(hub, form_to(hub, "/paying"))
    hub.look("payout-paying")
    form = form_to(hub, "/proof")
    form.locator("[name=proof]").fill(transfer)
    form.locator("[name=picture]").set_input_files(str(picture))
    sends(hub, form)
    expect(hub.page.locator("main")).to_contain_text(transfer)
    hub.look("payout-paid")


def proves(hub: Watched, live: Deployment, master: str) -> None:
    """Every check of the books, one by one, is right; the front page says so."""
    goes_to(hub, live, master, "proofs")
    sends(hub, form_to(hub, "/ledger/proof"))
    hub.look("proof")
    expect(hub.page.locator("main .bg-red-lt, main .bg-orange-lt")).to_have_count(0)
    hub.page.goto(live.url("console", f"/s/{master}"))
    expect(hub.page.locator(".figure", has_text="账目")).to_contain_text("平衡")
    hub.look("home-of-the-master")
