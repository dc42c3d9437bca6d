"""A price from the master site to the shopper: Hub decides, Ada and Bo see what they pay, may
charge and earn, and Kim pays what the trace says."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys import books, operator, shopper
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.operator import form_to, goes_to, sends
from tests.support import accounts, chain
from tests.support.browser import Watched, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

WORKED_OUT_MS = 20_000


@dataclass(frozen=True)
class Row:
    """One line of the price page, in yuan."""

    cost: str
    floor: str
    price: str
    profit: str


def row_of(staff: Watched, live: Deployment, slug: str, goods: str, query: str = "") -> Locator:
    """The line of one product on a site's price page."""
    goes_to(staff, live, slug, f"prices?q={goods}{query}")
    row = staff.page.locator("tr[data-cost]")
    expect(row).to_have_count(1)
    return row


def reads(staff: Watched, live: Deployment, slug: str, goods: str, *, ceiling: str = "") -> Row:
    """What a site's console says of its own price for shoppers."""
    row = row_of(staff, live, slug, goods)
    row.locator("summary").click()
    staff.look(f"prices-of-{slug.partition('-')[0]}")
    cost, floor, price, profit = row.locator("td.num").all()[:4]
    expect(floor).to_contain_text(ceiling)
    said = [NUMBER.search(cell.inner_text()) for cell in (cost, floor, price, profit)]
    return Row(*(found.group(0) if found else "" for found in said))


NUMBER = re.compile(r"-?\d+\.\d+")


def sets_a_template(hub: Watched, live: Deployment, name: str, level: str, goods: str) -> None:
    """A line for shoppers and one for Ada's level, seen price by price before it is in force."""
    goes_to(hub, live, MASTER, "prices/templates/new")
    form = form_to(hub, "/prices/templates/new")
    form.locator("[name=name]").fill(name)
    for who, percent in ((form.locator("fieldset").first, "80"), (line_for(form, level), "20")):
        who.locator("[name^=method]").select_option("percent")
        who.locator("[name^=value]").fill(percent)
    hub.look("template")
    sends(hub, form)
    hub.page.goto(f"{hub.page.url}?q={goods}")
    hub.look("template-on-goods")
    hub.page.locator("[name=which][value=all]").click()
    hub.page.wait_for_url("**/previews/**")
    expect(hub.page.locator("#list")).to_contain_text("12.00")
    hub.look("template-preview")
    sends(hub, form_to(hub, "/commit"))


def line_for(form: Locator, level: str) -> Locator:
    """The line of a template for one level."""
    return form.locator("fieldset").filter(has_text=level)


def agrees_on_a_price(hub: Watched, live: Deployment, site: str, goods: str, price: str) -> None:
    """Less than the level pays, for one named site, typed into the list."""
    row = row_of(hub, live, MASTER, goods, f"&audience=child&site={site}")
    row.locator("[data-price-input]").fill(price)
    hub.look("price-agreed-with-ada")
    sends(hub, form_to(hub, "/prices/skus"))


def puts_a_ceiling(hub: Watched, live: Deployment, goods: str, floor: str, ceiling: str) -> None:
    """No shop anywhere sells under the floor or over the ceiling."""
    goes_to(hub, live, MASTER, f"goods?q={goods}")
    hub.page.locator("main a[href*='/goods/products/']").first.click()
    hub.page.locator("main a[href*='/skus/']:not([href$='/new'])").first.click()
    hub.page.locator("[name=floor]").fill(floor)
    hub.page.locator("[name=ceiling]").fill(ceiling)
    hub.look("ceiling")
    sends(hub, hub.page.locator("form:has([name=ceiling])"))


def tries_a_cost(hub: Watched, live: Deployment, goods: str, move: str) -> None:
    """Supposes that the cost moves, and waits until every site below is worked out."""
    goes_to(hub, live, MASTER, "prices/what-if")
    form = form_to(hub, "/prices/what-if")
    form.locator("[name=title]").fill(f"供应商涨价 {goods}")
    sends(hub, form)
    hub.page.locator("main [name=q]").fill(goods)
    hub.page.keyboard.press("Enter")
    hub.page.locator("a[href*='about=sku']").first.click()
    form = form_to(hub, "/costs")
    form.locator("[name=move]").fill(move)
    sends(hub, form)
    hub.look("what-if-supposed")
    sends(hub, form_to(hub, "/run"))
    expect(form_to(hub, "/commit")).to_have_count(1, timeout=WORKED_OUT_MS)
    hub.look("what-if-worked-out")


def looks_at_bo(hub: Watched, bo: str) -> None:
    """Where it would hurt: the page of one site, and back."""
    hub.page.locator("#list tr", has_text=bo).locator("a").first.click()
    hub.page.wait_for_load_state("load")
    expect(hub.page.locator("main")).to_contain_text("25.00")
    hub.look("what-if-at-bo")
    hub.page.go_back()


def sells_on(
    staff: Watched, live: Deployment, slug: str, percent: str, *, children: bool = False
) -> None:
    """One rule for all goods: what a site adds for its shoppers or for the sites below."""
    goes_to(staff, live, slug, "prices?audience=child" if children else "prices")
    form = form_to(staff, "/prices/rules")
    form.locator("[name=method]").select_option("percent")
    form.locator("[name=value]").fill(percent)
    form.locator("[name=rounding]").select_option("fen")
    sends(staff, form)


def test_a_price_from_the_master_site_to_the_shopper(
    chromium: Browser, live: Deployment, screen: str
) -> None:
    name = f"prices-{screen}"
    live.run("tests.support.chain", MASTER, name)
    goods, ada_slug, bo_slug = chain.product(name), f"ada-{name}", f"bo-{name}"
    with (
        person(chromium, "hub-prices", screen) as hub,
        person(chromium, "ada-prices", screen) as ada,
        person(chromium, "bo-prices", screen) as bo,
        person(chromium, "kim-prices", screen) as kim,
    ):
        # Hub: +20 % for Ada's level, +15 % agreed with her, between 12 and 25 for every shopper
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        sets_a_template(hub, live, f"会员类 {screen}", chain.level(name), goods)
        agrees_on_a_price(hub, live, ada_slug, goods, "15%")
        puts_a_ceiling(hub, live, goods, "12.00", "25.00")

        # Ada: 10.00 + 15 % = 11.50, for Bo + 20 %; Bo: 13.80 + 80 %
        operator.signs_in(ada, live, ada_slug, accounts.PASSWORD)
        sells_on(ada, live, ada_slug, "20", children=True)
        sells_on(ada, live, ada_slug, "40")
        operator.signs_in(bo, live, bo_slug, accounts.PASSWORD)
        sells_on(bo, live, bo_slug, "80")
        assert reads(ada, live, ada_slug, goods, ceiling="25.00").cost == "11.50"
        assert reads(bo, live, bo_slug, goods) == Row("13.80", "13.80", "24.84", "11.04")

        # Hub: + 10 % on the cost, tried first; Bo's shoppers would pay more than the ceiling
        tries_a_cost(hub, live, goods, "+10%")
        looks_at_bo(hub, "Bo 分店")
        assert row_of(bo, live, bo_slug, goods).get_attribute("data-cost") == "13800000"
        sends(hub, form_to(hub, "/commit"))
        hub.look("what-if-in-force")
        goes_to(hub, live, MASTER, "prices/changes")
        hub.look("price-changes")

        # 11.00 → 12.65 → 15.18, and 27.32 is cut to 25.00
        assert reads(ada, live, ada_slug, goods, ceiling="25.00") == Row(
            "12.65", "12.65", "17.71", "5.06"
        )
        assert reads(bo, live, bo_slug, goods, ceiling="25.00") == Row(
            "15.18", "15.18", "25.00", "9.82"
        )

        # Kim pays it, and the order keeps how it came about
        shopper.finds(kim, live, bo_slug, goods)
        expect(kim.page.locator("main")).to_contain_text("25.00")
        shopper.orders(kim, contact=f"kim-{screen}@example.com")
        bought = shopper.pays_at_stripe(kim, live)
        assert len(bought.secrets) == 1
        books.opens_order(bo, live, bo_slug, bought.number)
        trace = bo.page.locator(".trace li .money")
        assert [NUMBER.search(one).group(0) for one in trace.all_inner_texts()][-1] == "25.00"
        bo.look("order-with-its-trace")
        books.shows_the_split(hub, live, MASTER, bought.number, ("11.00", "1.65", "2.53", "9.82"))
