"""Every cent of a sale finds its owner: three sites earn on it, half of it goes back, and what Bo
has left arrives at his bank; page, workbook, document and ledger agree to the fen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.journeys import books, money, operator, shopper, statements
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.support import accounts, twolines
from tests.support.browser import BOTH, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NAME, DAYS = "money", "9"
SITE, LEGAL_NAME, PAPERS = "Bo 分店", "张三丰", "11010519491231002X"


def proof_of_transfer(home: Path) -> Path:
    """A picture of the bank's receipt."""
    Image.new("RGB", (320, 200), "teal").save(home / "receipt.png")
    return home / "receipt.png"


def test_every_cent_finds_its_owner(chromium: Browser, live: Deployment, tmp_path: Path) -> None:
    number = live.run("tests.support.twolines", "sale", MASTER, NAME).strip()
    slug = f"bo-{NAME}"
    with (
        person(chromium, "hub-money", BOTH) as hub,
        person(chromium, "bo-money", BOTH) as bo,
        person(chromium, "kim-money", BOTH) as kim,
    ):
        # Kim pays 480.00 and two times 192.00; each of the chain has its part
        shopper.goes_to_pay(kim, live, slug, number, twolines.PASSWORD)
        assert len(shopper.pays_at_stripe(kim, live).secrets) == 3
        operator.signs_in(hub, live, OPERATOR_LOGIN, OPERATOR_PASSWORD)
        books.shows_the_split(
            hub, live, MASTER, number, ("180.00", "160.00", "32.00", "48.00", "144.00")
        )

        # Hub gives the second line back, seen first: everybody gives up his part of it
        preview = money.refunds_a_line(hub, live, MASTER, number, line=1, pieces=2)
        for part in ("384.00", "160.00", "32.00", "48.00", "144.00"):
            expect(preview).to_contain_text(part)
        operator.sends(hub, preview)
        hub.look("refund-booked")
        kim.page.reload()
        expect(kim.page.locator("main")).to_contain_text("384.00")
        kim.look("order-half-refunded")

        # Bo sees what waits for its day, and says who is to be paid
        operator.signs_in(bo, live, slug, accounts.PASSWORD)
        operator.goes_to(bo, live, slug, "settlements")
        expect(bo.page.locator("main")).to_contain_text("180.00")
        bo.look("earned-not-due")
        money.sends_payee(bo, live, slug, LEGAL_NAME, PAPERS)
        money.verifies_payee(hub, live, MASTER, SITE)

        # the settlement day comes: Bo's 180.00 become his, he asks for 150.00 and gets them
        live.run("tests.support.twolines", "later", number, DAYS)
        money.settles(hub, live, MASTER)
        operator.goes_to(bo, live, slug, "settlements")
        bo.look("earned-and-settled")
        money.asks_for(bo, live, slug, "150")
        money.reviews_and_pays(
            hub, live, MASTER, SITE, "ICBC20261122-0091", proof_of_transfer(tmp_path)
        )
        operator.goes_to(bo, live, slug, "inbox")
        expect(bo.page.locator("#list")).to_contain_text("150.00")
        bo.look("inbox")

        # every page, file and row says the same, and the books are right
        assert statements.same_everywhere(bo, live, slug, "margin", tmp_path) == [
            ["324.00", "", "324.00"],
            ["", "144.00", "180.00"],
            ["", "180.00", "0.00"],
        ]
        assert statements.same_everywhere(bo, live, slug, "available", tmp_path) == [
            ["180.00", "", "180.00"],
            ["", "150.00", "30.00"],
        ]
        operator.goes_to(bo, live, slug, "statements")
        bo.look("statement")
        money.proves(hub, live, MASTER)
