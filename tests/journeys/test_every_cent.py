"""Every cent of a sale finds its owner: three sites earn on it, half of it goes back, and what Bo
has left arrives at his bank; page, workbook, document and ledger agree to the fen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from kameng.domains.ledger.statements.rules import Month, month_of
from kameng.kit import clock
from tests.journeys import books, money, operator, shopper
from tests.journeys.conftest import MASTER, OPERATOR_LOGIN, OPERATOR_PASSWORD
from tests.journeys.money import Rows
from tests.support import accounts, databases, twolines
from tests.support.browser import Watched, person
from tests.support.running import Deployment

pytestmark = [pytest.mark.journey, pytest.mark.slow]

DAYS = "9"
SITE, LEGAL_NAME, PAPERS = "Bo 分店", "张三丰", "11010519491231002X"


def pays(kim: Watched, live: Deployment, slug: str, number: str) -> shopper.Bought:
    """Finds the order that waits, and pays it on the provider's page."""
    shopper.queries(kim, live, slug, number, twolines.PASSWORD)
    kim.page.locator("a[href*='/cashier/']").first.click()
    kim.look("cashier-of-two-lines")
    kim.page.locator("form[action$='/payment'] [type=submit]").click()
    return shopper.pays_at_stripe(kim, live)


def ledger(live: Deployment, slug: str, account: str) -> list[str]:
    """The changes of a site's account as the database holds them, oldest first, in yuan."""
    owner = databases.owner_engine(live.settings)
    query = (
        "SELECT -e.amount FROM shared.ledger_entry e JOIN shared.ledger_account a"
        " ON a.id = e.account_id JOIN shared.tenant t ON t.id = a.tenant_id"
        " WHERE t.slug = :slug AND a.kind = :account AND NOT e.pending ORDER BY e.day, e.txn_id"
    )
    with owner.connect() as behind:
        found = behind.execute(text(query), {"slug": slug, "account": account}).scalars().all()
    owner.dispose()
    return [f"{one / 1_000_000:,.2f}" for one in found]


def months() -> list[Month]:
    """The months this run's movements fall into: in the first hours of a month in Beijing the
    ledger's day still is one of the month before."""
    this = month_of(clock.now())
    return [this.previous, this] if clock.now().month != this.number else [this]


def same_everywhere(bo: Watched, live: Deployment, slug: str, account: str, home: Path) -> Rows:
    """One account on the page, in both files and in the database; its changes and balances."""
    rows: Rows = []
    for month in months():
        operator.goes_to(bo, live, slug, f"statements?account={account}&month={month}")
        page = money.statement_on_page(bo)
        assert money.in_book(money.statement_file(bo, "xlsx", home)) == page
        paper = money.in_document(money.statement_file(bo, "pdf", home))
        assert paper == [[one for one in row if one] for row in page]
        rows += page
    assert [up or f"-{down}" for up, down, _ in rows] == ledger(live, slug, account)
    return rows


def proof_of_transfer(home: Path) -> Path:
    """A picture of the bank's receipt."""
    Image.new("RGB", (320, 200), "teal").save(home / "receipt.png")
    return home / "receipt.png"


def test_every_cent_finds_its_owner(
    chromium: Browser, live: Deployment, screen: str, tmp_path: Path
) -> None:
    name = f"money-{screen}"
    number = live.run("tests.support.twolines", "sale", MASTER, name).strip()
    slug = f"bo-{name}"
    with (
        person(chromium, "hub-money", screen) as hub,
        person(chromium, "bo-money", screen) as bo,
        person(chromium, "kim-money", screen) as kim,
    ):
        # Kim pays 480.00 and two times 192.00; each of the chain has its part
        assert len(pays(kim, live, slug, number).secrets) == 3
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
        assert same_everywhere(bo, live, slug, "margin", tmp_path) == [
            ["324.00", "", "324.00"],
            ["", "144.00", "180.00"],
            ["", "180.00", "0.00"],
        ]
        assert same_everywhere(bo, live, slug, "available", tmp_path) == [
            ["180.00", "", "180.00"],
            ["", "150.00", "30.00"],
        ]
        operator.goes_to(bo, live, slug, "statements")
        bo.look("statement")
        money.proves(hub, live, MASTER)
