"""A sale whose money goes to the shop's own account: its balance pays for the goods, what it lacks
stops a shopper before paying, and page, workbook, document and ledger of that balance agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import books, collecting, money, operator, shopper, statements
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.support import accounts, twolines
from tests.support.browser import BOTH, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NAME, DAYS, SITE, PAPERS = "own", "9", "Bo 分店", "11010519491231002X"


def test_a_shop_that_collects_by_itself_pays_for_the_goods_from_its_balance(
    chromium: Browser, live: Deployment, tmp_path: Path
) -> None:
    number = live.run("tests.support.twolines", "sale", MASTER, NAME).strip()
    slug, payee, password = f"bo-{NAME}", "李四", twolines.PASSWORD
    with (
        person(chromium, "hub-own", BOTH) as hub,
        person(chromium, "bo-own", BOTH) as bo,
        person(chromium, "kim-own", BOTH) as kim,
    ):
        # the master must know who is paid and give its leave before Bo may store keys of her own
        operator.signs_in(bo, live, slug, accounts.PASSWORD)
        operator.goes_to(bo, live, slug, "collecting")
        expect(bo.page.locator("main")).to_contain_text("主站代收")
        bo.look("master-collects")
        money.sends_payee(bo, live, slug, payee, PAPERS)
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        money.verifies_payee(hub, live, MASTER, SITE)
        collecting.allows(hub, live, MASTER, slug)
        collecting.stores_keys(bo, live, slug, *collecting.opens_account(live, slug))
        collecting.switches_on(bo)

        # her balance is empty: Kim is told before paying, and Bo hears of it
        with kim.expecting(422):
            shopper.goes_to_pay(kim, live, slug, number, password)
            expect(kim.page.locator("body")).to_contain_text("本店暂时无法接受这笔订单")
        expect(kim.page.locator("footer").last).to_contain_text(payee)
        kim.look("shop-out-of-funds")
        operator.goes_to(bo, live, slug, "inbox")
        expect(bo.page.locator("#list")).to_contain_text("540.00")
        bo.look("inbox-out-of-funds")
        bo.page.goto(live.url("console", f"/s/{slug}"))
        bo.look("home-out-of-funds")

        # 600.00 on it are enough: 540.00 are set aside, and taken when Kim has her three cards
        collecting.tops_up(bo, live, slug, "600")
        shopper.goes_to_pay(kim, live, slug, number, password)
        assert len(shopper.pays_at_stripe(kim, live).secrets) == 3
        books.shows_the_split(
            hub, live, MASTER, number, ("300.00", "180.00", "240.00", "144.00", "自有账户")
        )
        operator.goes_to(bo, live, slug, "collecting")
        expect(bo.page.locator("main")).to_contain_text("60.00")
        bo.look("collecting-after-a-sale")

        # the second line goes back from Bo's own account; what the goods cost her comes back too
        preview = money.refunds_a_line(hub, live, MASTER, number, line=1, pieces=2)
        expect(preview).to_contain_text("384.00")
        operator.sends(hub, preview)
        hub.look("own-refund-booked")
        kim.page.reload()
        expect(kim.page.locator("main")).to_contain_text("384.00")

        # the settlement day comes for those above; Bo's money was never theirs
        live.run("tests.support.twolines", "later", number, DAYS)
        money.settles(hub, live, MASTER)
        assert statements.same_everywhere(bo, live, slug, "prepaid", tmp_path) == [
            ["600.00", "", "600.00"],
            ["", "540.00", "60.00"],
            ["240.00", "", "300.00"],
        ]
        bo.look("statement-of-the-balance")
        money.proves(hub, live, MASTER)
