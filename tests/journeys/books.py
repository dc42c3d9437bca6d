"""What the console shows of an order afterwards, and to whom."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import expect

from tests.journeys.operator import form_to, goes_to, sends
from tests.support.browser import Watched
from tests.support.running import Deployment


def shows_the_split(
    staff: Watched, live: Deployment, slug: str, number: str, amounts: Iterable[str]
) -> None:
    """The order's page names every part the money went to."""
    opens_order(staff, live, slug, number)
    staff.look("order-in-console")
    for amount in amounts:
        expect(staff.page.locator("main")).to_contain_text(amount)


def opens_order(staff: Watched, live: Deployment, slug: str, number: str) -> None:
    """From the list to one order's whole life."""
    goes_to(staff, live, slug, f"orders?q={number}")
    staff.page.locator(f"main a[href*='{number}']").first.click()
    expect(staff.page.locator("main")).to_contain_text(number)


def proves(staff: Watched, live: Deployment, slug: str) -> None:
    """The ledger sums to zero."""
    goes_to(staff, live, slug, "ledger")
    staff.look("ledger")
    proof = form_to(staff, "/ledger/proof")
    if proof.count():
        sends(staff, proof)
        staff.look("ledger-proven")
    expect(staff.page.locator("main .alert-danger, main .text-danger")).to_have_count(0)


def sees_orders(staff: Watched, live: Deployment, slug: str, numbers: set[str]) -> None:
    """The list holds exactly these orders."""
    goes_to(staff, live, slug, "orders")
    staff.look("orders-in-console")
    shown = staff.page.locator("main a[href*='/orders/']").all()
    found = {(link.get_attribute("href") or "").rsplit("/", 1)[1] for link in shown}
    assert {one for one in found if "-" in one} == numbers


def sees_no_cost(staff: Watched, live: Deployment, slug: str, number: str, cost: str) -> None:
    """An agent's view of an order ends at her own cost."""
    opens_order(staff, live, slug, number)
    staff.look("order-in-the-agents-console")
    expect(staff.page.locator("main")).not_to_contain_text(cost)


def is_a_stranger(staff: Watched, live: Deployment, slug: str) -> None:
    """Another site's console does not exist for her."""
    with staff.expecting(404):
        goes_to(staff, live, slug, "orders")
    expect(staff.page.get_by_role("heading", level=1)).to_be_visible()
