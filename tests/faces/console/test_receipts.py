"""Package fees on paper: a receipt for who paid, and for who sold a month that is the ledger."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdf
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from kameng.domains.billing import allowances, returns, service
from kameng.domains.billing import queries as plans
from kameng.domains.billing.models import PackagePayment
from kameng.domains.billing.receipts import queries
from kameng.domains.billing.receipts.rules import Receipt
from kameng.domains.billing.rules import Period
from kameng.domains.ledger.rules import AccountKind
from kameng.domains.ledger.statements.rules import Month, month_of
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.domains.wallet import service as wallets
from kameng.faces.frame.money import money
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk, payees, shop, terms
from tests.support.earning import holds
from tests.support.worlds import Alliance, Builder

TAG = re.compile(r"<[^>]+>")
OWNER = Actor("staff", "1", "王店长")


@dataclass(frozen=True)
class Sold:
    """Ada paid the hub twice and then a difference, Cy's fee went back; Bo paid Ada."""

    world: Alliance
    cy: Tenant
    month: Month

    def of(self, site: Tenant) -> list[Receipt]:
        with use(site):
            return [one for one in queries.page(site)[0] if one.amount]


def pay(site: Tenant, package: PackageFacts, actor: Actor = OWNER) -> None:
    """A month of a package from the site's balance."""
    with use(site):
        service.choose(
            site, package.id, Period.MONTH, uses=allowances.uses_of(site),
            seen=plans.plan(site).held.until, most=Money.of("1000"), actor=actor, now=clock.now(),
        )  # fmt: skip
        session.commit()


def rich(site: Tenant, package: PackageFacts) -> None:
    """Bound to the package, with 1,000 on its balance and a shop."""
    shop.decorate(site)
    terms.bind(site, package)
    with use(site):
        key = f"test:{ids.uuid7()}"
        wallets.deposit(site, Money.of("1000"), key=key, actor=SYSTEM, now=clock.now())
        session.commit()


def paid_online(fee: Receipt) -> None:
    """As if the fee had come of a payment at a provider."""
    session.add(
        PackagePayment(
            topup_id=ids.uuid7(), tenant_id=fee.tenant_id, package_id=fee.package_id,
            package_name=fee.package_name, period=fee.period, amount=fee.amount, actor_id="1",
            actor_name="", made_at=fee.at, receipt_id=fee.id, ended_at=fee.at,
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def sold(app: Flask, builder: Builder) -> Sold:
    builder.app = app
    world = builder.alliance()
    shop.decorate(world.hub)
    cy = builder.site("cyreceipts", world.hub, "=超长名称的分店")
    small = terms.package(world.hub, name="普及版", fee=Money.of("30"))
    big = terms.package(
        world.hub, name="专业版", fee=Money.of("90"), allows=Allows(child_sites=True)
    )
    hers = terms.package(world.ada, name="Ada 月付", fee=Money.of("12.34"))
    for site, package in ((world.ada, small), (cy, small), (world.bo, hers)):
        rich(site, package)
    with use(world.ada):
        payees.ready(world.ada)
        session.commit()
    for site, package in ((world.ada, small), (world.ada, small), (cy, small), (world.bo, hers)):
        pay(site, package)
    pay(world.ada, big)
    made = Sold(world, cy, month_of(clock.now()))
    (fee,) = made.of(cy)
    with use(cy):
        paid_online(fee)
        returns.take_back(cy, fee.id, reason="误购", actor=SYSTEM, now=clock.now())
        session.commit()
    return made


@pytest.fixture
def asked(sold: Sold) -> Iterator[list[str]]:
    """Statements about the fees sold, as they are sent."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.extend([statement] if "package_fees_sold" in statement else [])

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


def document(content: bytes) -> str:
    """The text of a document of one page."""
    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    return page.extract_text()


def test_who_paid_takes_a_receipt_home(sold: Sold) -> None:
    bo = desk.at(sold.world, sold.world.bo, "agent")
    (fee,) = sold.of(sold.world.bo)
    page = bo.text("package")
    assert f"package/receipts/{fee.id}" in page
    assert "余额支付" in page
    answer = bo.get(f"package/receipts/{fee.id}")
    assert answer.mimetype == "application/pdf"
    paper = document(answer.data)
    for said in (
        "收据",
        fee.number,
        "Ada 的小店 (张三丰)",
        "Bo 分店",
        "Ada 月付",
        "¥12.34",
        "余额支付",
        "不是税务发票",
    ):
        assert said in paper, paper
    assert "退回" not in paper


def test_a_receipt_says_that_its_fee_went_back(sold: Sold) -> None:
    (fee,) = sold.of(sold.cy)
    cy = desk.at(sold.world, sold.cy, "agent")
    assert "已退回" in cy.text("package")
    paper = document(cy.get(f"package/receipts/{fee.id}").data)
    assert "不再作为付款凭证" in paper
    assert "在线支付" in paper


def test_a_better_package_is_paid_for_from_that_day_on(sold: Sold) -> None:
    latest = sold.of(sold.world.ada)[0]
    assert latest.since == latest.at
    ada = desk.at(sold.world, sold.world.ada, "agent")
    paper = document(ada.get(f"package/receipts/{latest.id}").data)
    assert "升级" in paper or "补差价" in paper


def test_nobody_reads_the_receipt_of_another(sold: Sold) -> None:
    (fee,) = sold.of(sold.world.bo)
    assert (
        desk.at(sold.world, sold.world.ada, "agent").get(f"package/receipts/{fee.id}").status_code
        == 404
    )
    hub = desk.at(sold.world, sold.world.hub)
    assert hub.get(f"package/receipts/{fee.id}").status_code == 404
    bo = desk.at(sold.world, sold.world.bo, "agent")
    assert bo.get(f"package/receipts/{ids.uuid7()}").status_code == 404
    support = desk.at(sold.world, sold.world.bo, "support")
    assert support.get(f"package/receipts/{fee.id}").status_code == 403


def test_nothing_paid_is_no_receipt(sold: Sold) -> None:
    with use(sold.world.ada):
        free = [one for one in queries.page(sold.world.ada)[0] if not one.amount]
    assert free, "an upgrade leaves a row without money for the other period"
    ada = desk.at(sold.world, sold.world.ada, "agent")
    assert str(free[0].id) not in ada.text("package")
    assert ada.get(f"package/receipts/{free[0].id}").status_code == 404


def test_what_packages_brought_is_what_the_ledger_says(sold: Sold, asked: list[str]) -> None:
    hub, month = sold.world.hub, sold.month
    with use(hub):
        sums = queries.brought(hub, month.begin, month.end)
        fees = queries.sold(hub, month.begin, month.end)
    kept = sum((one.kept.micro for one in sums), 0)
    assert Money(kept) == holds(hub, AccountKind.PACKAGE_FEE)
    assert kept == sum(one.amount.micro for one in fees if not one.returned_at)
    assert {one.package_name: one.count for one in sums} == {"专业版": 1, "普及版": 3}
    asked.clear()
    page = desk.at(sold.world, hub).text("packages/income")
    assert len(asked) == 2, "one question for the sums, one for the page"
    assert money(Money(kept)) in page
    for fee in fees:
        assert fee.number in page
    assert sold.of(sold.world.bo)[0].number not in page


def test_an_agent_sees_what_its_own_packages_brought(sold: Sold) -> None:
    ada = desk.at(sold.world, sold.world.ada, "agent")
    page = TAG.sub("", ada.text("packages/income"))
    assert "12.34" in page
    assert "普及版" not in page
    assert "本月没有套餐收入" in desk.at(sold.world, sold.world.bo, "agent").text("packages/income")
    support = desk.at(sold.world, sold.world.ada, "support")
    assert support.get("packages/income").status_code == 403
    assert support.get("packages/income/file").status_code == 403


def test_the_file_holds_every_fee_and_nothing_that_runs(sold: Sold) -> None:
    hub = desk.at(sold.world, sold.world.hub)
    answer = hub.get("packages/income/file", month=str(sold.month))
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    mine = [*sold.of(sold.world.ada), *sold.of(sold.cy)]
    assert {row["收据编号"]: Money.of(row["金额（元）"]) for row in rows} == {
        one.number: one.amount for one in mine
    }
    (back,) = [row for row in rows if row["退回时间"]]
    assert back["站点"] == "'=超长名称的分店"
    assert back["支付方式"] == "在线支付"
    assert "下载了套餐收入" in hub.text("audit")


def test_another_month_has_none_and_what_is_no_month_shows_this_one(sold: Sold) -> None:
    hub = desk.at(sold.world, sold.world.hub)
    assert "本月没有套餐收入" in hub.text("packages/income", month="2020-01")
    for said in ("2026-13", "9999-01", "x", "２０２６-01"):
        assert f'value="{sold.month}"' in hub.text("packages/income", month=said, after="7")
