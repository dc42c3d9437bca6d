"""A month as page, workbook and PDF document: the same rows, and they are the ledger."""

from __future__ import annotations

import io
import re

import openpyxl
import pypdf
import pytest

from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.statements import queries
from kameng.domains.ledger.statements.rules import month_of
from kameng.domains.wallet import service as wallets
from kameng.faces.console.statements import files
from kameng.faces.frame.money import money
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop

AMOUNT = re.compile(r"-?\d[\d,]*\.\d{2,6}")
TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def sold(alliance, app):
    """Kim bought three times at Ada's, from the balance he was given out of her deposit."""
    made = shop.furnish(alliance)
    with use(alliance.ada) as ada:
        wallets.deposit(ada, Money.of("100"), key=str(ids.uuid7()), actor=SYSTEM, now=clock.now())
        session.commit()
    shop.member(alliance.ada, balance="50")
    visitor = made.visitor()
    visitor.sign_in("kim@example.com")
    for _ in range(3):
        assert visitor.buy(made.sku, pay="wallet").status_code == 303
    return alliance


def ledger(site, account):
    """What the journal says of an account this month: amounts with their sides, oldest first."""
    with use(site):
        found = journal.journal(site, journal.JournalFilter(account_kind=account), size=200)
    lines = [one for txn in reversed(found.txns) for one in txn.entries]
    mine = [one for one in lines if (one.account.kind, one.account.tenant_id) == (account, site.id)]
    return [money(one.credit - one.debit) for one in mine if not one.pending]


def on_page(text):
    """Rows of the table of movements: in, out and balance as they are shown."""
    body = text.split("<tbody>")[2].split("</tbody>")[0]
    rows = [[TAG.sub("", cell) for cell in row.split("<td")[3:]] for row in body.split("<tr>")[1:]]
    return [[amount.split(">")[-1].strip() for amount in row] for row in rows]


def in_book(content):
    """The same of a workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    shown = ("" if one is None else money(Money.of(str(one))) for row in rows for one in row[4:])
    return [list(row) for row in zip(*[shown] * 3, strict=True)]


def in_document(content):
    """The amounts of each line of the second table of a PDF document."""
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    lines = text.split("\n明细\n", 1)[1].splitlines()
    return [found for line in lines if len(found := AMOUNT.findall(line)) > 1]


def _same_everywhere(here, site, *accounts):
    for account in accounts:
        page = on_page(here.text("statements", account=account))
        book = in_book(here.get("statements/file", kind="xlsx", account=account).data)
        paper = in_document(here.get("statements/file", kind="pdf", account=account).data)
        assert page == book
        assert [[one for one in row if one] for row in book] == paper
        changes = [up if up else f"-{down}" for up, down, _ in book]
        assert changes == ledger(site, account)
        assert len(changes) >= 3


def test_page_workbook_and_document_say_what_the_ledger_says(sold):
    ada = desk.at(sold, sold.ada, role="agent")
    _same_everywhere(desk.at(sold, sold.hub), sold.hub, "margin", "supplier_cost")
    _same_everywhere(ada, sold.ada, "wallet", "prepaid")
    whole = in_book(ada.get("statements/file", kind="xlsx").data)
    with use(sold.ada):
        stated = queries.statement(sold.ada, month_of(clock.now()))
    assert len(whole) == stated.count == len(on_page(ada.text("statements")))


def test_only_the_master_sees_the_statements_of_others(sold):
    hub = desk.at(sold, sold.hub)
    ada = desk.at(sold, sold.ada, role="agent")
    assert "该账户本月没有任何变动" in hub.text("statements", account="prepaid")
    hers = on_page(hub.text("statements", site=sold.ada.id, account="prepaid"))
    assert hers == on_page(ada.text("statements", account="prepaid"))
    assert ["100.00", "", "100.00"] in hers
    assert hub.get("statements", site=999_999_999).status_code == 404
    asked = ada.text("statements", site=sold.hub.id)
    assert sold.ada.name in asked
    assert "销售成本" not in asked
    assert desk.at(sold, sold.ada, role="support").get("statements").status_code == 403


def test_what_is_no_month_shows_this_one_and_too_much_is_refused_by_name(sold, monkeypatch):
    ada = desk.at(sold, sold.ada, role="agent")
    now = str(month_of(clock.now()))
    for said in ("2026-13", "9999-01", "x", "２０２６-01", "2199-12"):
        assert f'value="{now}"' in ada.text("statements", month=said, after="no.place")
    assert "本月没有" in ada.text("statements", month="2020-01")
    write, mime, _ = files.WRITERS["pdf"]
    monkeypatch.setitem(files.WRITERS, "pdf", (write, mime, 2))
    refused = ada.get("statements/file", kind="pdf")
    assert refused.status_code in (400, 409, 422)
    assert "笔变动" in refused.get_data(as_text=True)
