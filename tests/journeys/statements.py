"""One account's month wherever it is shown: the page, the workbook, the document, the ledger."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pypdf
from sqlalchemy import text

from kameng.domains.ledger.statements.rules import Month, month_of
from kameng.kit import clock
from tests.journeys.operator import goes_to
from tests.support import databases
from tests.support.browser import Watched
from tests.support.running import Deployment

AMOUNT = re.compile(r"-?\d[\d,]*\.\d{2,6}")
Rows = list[list[str]]


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
        goes_to(bo, live, slug, f"statements?account={account}&month={month}")
        page = statement_on_page(bo)
        assert in_book(statement_file(bo, "xlsx", home)) == page
        paper = in_document(statement_file(bo, "pdf", home))
        assert paper == [[one for one in row if one] for row in page]
        rows += page
    assert [up or f"-{down}" for up, down, _ in rows] == ledger(live, slug, account)
    return rows


def statement_on_page(staff: Watched) -> Rows:
    """In, out and balance of each movement, as the page shows them."""
    table = staff.page.locator("main table").nth(1)
    return [
        [cell.strip() for cell in row.locator("td.num").all_inner_texts()]
        for row in table.locator("tbody tr").all()
    ]


def statement_file(staff: Watched, kind: str, into: Path) -> Path:
    """Downloads the month as a file, with a click."""
    with staff.page.expect_download() as caught:
        staff.page.locator(f"a[href*='/statements/file'][href*='kind={kind}']").click()
    place = into / caught.value.suggested_filename
    caught.value.save_as(place)
    return place


def in_book(file: Path) -> Rows:
    """The same of the workbook."""
    rows = openpyxl.load_workbook(file).worksheets[1].iter_rows(min_row=2, values_only=True)
    return [["" if one is None else f"{one:,.2f}" for one in row[4:]] for row in rows]


def in_document(file: Path) -> Rows:
    """The amounts of each movement in the PDF document; an empty box leaves nothing there."""
    whole = "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    lines = whole.partition("\n明细\n")[2].splitlines()
    return [found for line in lines if len(found := AMOUNT.findall(line)) > 1]
