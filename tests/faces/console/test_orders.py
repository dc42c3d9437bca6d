"""Orders at the console: who sees which, where the money went, and giving it back."""

import re

import pytest

from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet import service as wallets
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop

NUMBER = re.compile(r"/orders/([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})")


@pytest.fixture
def bought(alliance, app):
    """Kim bought one piece at Ada's from his balance."""
    made = shop.furnish(alliance)
    with use(alliance.ada):
        wallets.deposit(
            alliance.ada, Money.of("100"), key=str(ids.uuid7()), actor=SYSTEM, now=clock.now()
        )
        session.commit()
    kim = shop.member(alliance.ada, balance="50")
    visitor = made.visitor()
    visitor.sign_in("kim@example.com")
    answer = visitor.buy(made.sku, pay="wallet")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    number = NUMBER.search(answer.location).group(1)
    return made, kim, number


def page_of(made, number):
    return f"orders/{made.alliance.ada.id}/{number}"


def test_the_master_sees_the_order_of_a_site_below_with_the_contact_masked(bought):
    made, kim, number = bought
    hub = desk.at(made.alliance, made.alliance.hub)
    assert number in hub.text("orders")
    page = hub.text(page_of(made, number))
    assert "已完成" in page
    assert "kim@example.com" not in page
    assert kim.name not in page


def test_the_agent_sees_her_own_order_and_the_buyers_contact(bought):
    made, _, number = bought
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    assert number in ada.text("orders", q=number)
    assert "kim@example.com" in ada.text(page_of(made, number))
    assert number not in ada.text("orders", state="expired")


def test_a_site_below_sees_nothing_of_the_order(bought):
    made, _, number = bought
    bo = desk.at(made.alliance, made.alliance.bo, role="agent")
    assert number not in bo.text("orders")
    assert bo.get(page_of(made, number)).status_code == 404


@pytest.mark.parametrize(("role", "seen"), [("support", False), ("finance", True)])
def test_who_may_not_see_prices_does_not_read_the_cost_off_an_order(bought, role, seen):
    made, _, number = bought
    for site in (made.alliance.hub, made.alliance.ada):
        page = desk.at(made.alliance, site, role=role).text(page_of(made, number))
        assert number in page
        assert ("资金分配" in page) is seen
        assert ("商品成本" in page) is (seen and site.is_root)
        assert ("售价是怎么来的" in page) is seen


def test_no_page_of_the_console_shows_the_secret_of_an_order(bought):
    made, _, number = bought
    with use(made.alliance.ada):
        from kameng.domains.catalog.stock import service as stock
        from kameng.domains.orders import queries

        order = queries.by_number(made.alliance.ada, number).order
        secret = stock.open(made.alliance.ada, order.id)[0].secret
    for site, role in ((made.alliance.hub, "operator"), (made.alliance.ada, "agent")):
        here = desk.at(made.alliance, site, role=role)
        for page in ("", "orders", page_of(made, number), "ledger", "audit"):
            assert secret not in here.text(page)


def test_the_ledger_shows_the_order_and_its_sum_is_zero(bought):
    made, _, number = bought
    hub = desk.at(made.alliance, made.alliance.hub)
    page = hub.text(page_of(made, number))
    entries = re.search(r'href="/s/[^"]*/(ledger\?ref=[^"]+)"', page).group(1)
    reference = entries.split("ref=")[1]
    assert "余额购买" in hub.text("ledger", ref=reference)
    assert "账目平衡" in hub.text("ledger/trial-balance")
    figures = hub.text()
    assert "今日销售额" in figures


def test_a_day_outside_all_time_is_no_filter_and_no_breakdown(bought):
    made, _, number = bought
    hub = desk.at(made.alliance, made.alliance.hub)
    assert number in hub.text("orders", since="0001-01-01", until="9999-12-31")
    assert number not in hub.text("orders", until="2000-01-01")


def test_a_completed_order_is_not_given_back_twice_over(bought):
    made, kim, number = bought
    ada = desk.at(made.alliance, made.alliance.ada, role="agent")
    with use(made.alliance.ada):
        before = wallet.balance(made.alliance.ada, kim.id)
    answer = ada.post(f"{page_of(made, number)}/refund", form="refund", reason="买错了")
    assert answer.status_code == 409
    with use(made.alliance.ada):
        assert wallet.balance(made.alliance.ada, kim.id) == before
