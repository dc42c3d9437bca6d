"""At the console: an agent pays in and is warned, the master limits and gives back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from kameng.domains.ledger import queries as ledger
from kameng.domains.payments import queries as payments
from kameng.domains.topups import queries
from kameng.domains.topups.rules import Payer
from kameng.domains.wallet.alarm import queries as alarms
from kameng.domains.wallet.rules import deposit_account, wallet_of
from kameng.kit import audit
from kameng.kit.money import Money
from tenants.context import use
from tests.support import accounts, desk, disputes
from tests.support import shop as shops
from tests.support.desk import Desk
from tests.support.payments import Standin, standin
from tests.support.topups import begun, paid, seen, told
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]
pytestmark = pytest.mark.usefixtures("standin")


@pytest.fixture(scope="module")
def shared_alliance(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada):
        shops.decorate(site)
    return made


@pytest.fixture(scope="module")
def ada(shared_alliance: Alliance) -> Desk:
    return desk.at(shared_alliance, shared_alliance.ada, role="agent")


@pytest.fixture(scope="module")
def hub(shared_alliance: Alliance) -> Desk:
    return desk.at(shared_alliance, shared_alliance.hub)


def deposit(site: Desk) -> Money:
    with use(site.site):
        return ledger.balance(deposit_account(site.site.id)).available


def test_an_agent_pays_in_and_the_page_shows_it_when_it_has_arrived(
    ada: Desk, standin: Standin
) -> None:
    before = deposit(ada)
    answer = ada.post("balance/top-ups", form="pay", choice="500.00", amount="")
    assert answer.status_code == 303
    page = standin.session(answer.location)
    assert page["amount_total"] == 50000
    path = page["success_url"].split("/s/", 1)[1].split("/", 1)[1]
    where, _, query = path.partition("?")
    assert query == "paid=1"
    assert "正在确认付款" in ada.text(where, paid="1")
    standin.pay(answer.location)
    told(answer.location)
    assert "已到账" in ada.text(where)
    assert deposit(ada) - before == Money.of("500")
    assert "在线充值" in ada.text("balance")


def test_the_payment_page_may_follow_a_form_of_the_console(ada: Desk, standin: Standin) -> None:
    policy = ada.get("balance").headers["Content-Security-Policy"]
    assert f"form-action 'self' {standin.base}" in policy


@pytest.mark.parametrize("typed", ["-5", "0", "5", "NaN", "1e400", "9" * 20, "1.2345678", "20.005"])
def test_a_bad_amount_is_refused_and_kept_in_the_form(
    ada: Desk, standin: Standin, typed: str
) -> None:
    answer = ada.post("balance/top-ups", form="pay", choice="500.00", amount=typed)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert standin.ask("GET", "/v1/checkout/sessions")["data"] == []


def test_a_master_site_has_no_balance_of_its_own(hub: Desk) -> None:
    assert hub.get("balance").status_code == 422
    assert hub.post("balance/top-ups", form="pay", amount="100").status_code == 422
    assert "/balance" not in hub.text("top-ups")


def test_the_warning_is_set_shown_at_home_and_lifted(ada: Desk, standin: Standin) -> None:
    assert ada.post("balance/alarm", form="alarm", below="999999").status_code == 303
    left = deposit(ada)
    with use(ada.site):
        assert alarms.low(ada.site) == left
    assert "余额不足" in ada.text()
    assert "预警线" in ada.text("balance")
    for typed in ("-1", "NaN", "0", "1.005", "10000000"):
        assert ada.post("balance/alarm", form="alarm", below=typed).status_code == 422
    assert ada.post("balance/alarm", form="alarm", below="").status_code == 303
    ada.text()
    assert "余额不足" not in ada.text()


def test_the_master_gives_back_and_both_logs_keep_it(
    shared_alliance: Alliance, hub: Desk, ada: Desk, standin: Standin
) -> None:
    topup = paid(ada.site, "120", standin)
    before = deposit(ada)
    own = ada.post(f"top-ups/{topup.id}/refunds", form="refund", amount="120", reason="no")
    assert own.status_code == 403
    for typed in ("120.01", "-1", "NaN", "", "1.005"):
        answer = hub.post(f"top-ups/{topup.id}/refunds", form="refund", amount=typed, reason="x")
        assert answer.status_code == 422, typed
    assert deposit(ada) == before
    answer = hub.post(f"top-ups/{topup.id}/refunds", form="refund", amount="120", reason="closing")
    assert answer.status_code == 303
    assert before - deposit(ada) == Money.of("120")
    assert "已全额退款" in hub.text(f"top-ups/{topup.id}")
    with use(ada.site):
        assert "topup.refund" in [one.action for one in audit.about(ada.site, str(topup.id))]
    with use(hub.site):
        subject = f"{topup.id} {ada.site.slug}"
        assert "topup.refund" in [one.action for one in audit.about(hub.site, subject)]
    assert ada.site.name in hub.text("top-ups")


def test_an_agent_gives_back_to_a_member_of_his_own(
    shared_alliance: Alliance, ada: Desk, standin: Standin
) -> None:
    kim = accounts.member(ada.site)
    topup = paid(ada.site, "30", standin, kim.id)
    answer = ada.post(f"top-ups/{topup.id}/refunds", form="refund", amount="10", reason="asked")
    assert answer.status_code == 303
    with use(ada.site):
        assert ledger.balance(wallet_of(ada.site.id, kim.id)).available == Money.of("20")
    bo = desk.at(shared_alliance, shared_alliance.bo, role="agent")
    assert bo.get(f"top-ups/{topup.id}").status_code == 404
    assert (
        bo.post(f"top-ups/{topup.id}/refunds", form="refund", amount="1", reason="x").status_code
        == 404
    )


def test_a_payment_that_does_not_fit_stands_at_the_masters_home_until_it_is_settled(
    hub: Desk, ada: Desk, standin: Standin
) -> None:
    opened = begun(ada.site, "77")
    assert opened.url
    standin.pay(opened.url)
    page = opened.url.rpartition("/")[2]
    standin.ask("POST", f"/_control/tamper/{page}", {"amount_total": 1})
    told(opened.url)
    topup = seen(ada.site, opened)
    assert "对不上" in hub.text()
    assert "amount: ours 7700, theirs 1" in hub.text(f"top-ups/{topup.id}")
    answer = hub.post(f"top-ups/{topup.id}/settlement", form="settle", reason="given back there")
    assert answer.status_code == 303
    assert "对不上" not in hub.text()
    again = hub.post(f"top-ups/{topup.id}/settlement", form="settle", reason="again")
    assert again.status_code == 409


def test_a_disputed_top_up_says_so(ada: Desk, standin: Standin) -> None:
    topup = paid(ada.site, "35", standin)
    with use(ada.site):
        page = payments.attempt(ada.site, topup.attempt_id).provider_session
    found = standin.ask("POST", f"/_control/dispute/{page}?reason=fraudulent")["id"]
    disputes.told(found)
    assert "暂时从余额扣除" in ada.text(f"top-ups/{topup.id}")
    standin.ask("POST", f"/_control/dispute/{found}/win")
    disputes.told(found)
    assert "胜诉" in ada.text(f"top-ups/{topup.id}")


def test_the_master_sets_limits_for_all_and_for_one_site(hub: Desk, ada: Desk) -> None:
    fields = {"form": "member", "member-is_open": "y", "member-minimum": "2"}
    fields |= {"member-maximum": "300", "member-choices": "10，20、 30"}
    assert hub.post("top-ups/policy/members", **fields).status_code == 303
    one = fields | {"site": str(ada.site.id), "member-maximum": "２00"}
    assert hub.post("top-ups/policy/members", **one).status_code == 303
    with use(ada.site):
        held = queries.policy(ada.site, Payer.MEMBER)
    assert (held.minimum, held.maximum) == (Money.of("2"), Money.of("200"))
    assert held.choices == tuple(Money.of(n) for n in ("10", "20", "30"))
    for wrong in ({"member-minimum": "-1"}, {"member-maximum": "1"}, {"member-choices": "1,x"}):
        assert hub.post("top-ups/policy/members", **(fields | wrong)).status_code == 422
    assert hub.post("top-ups/policy/members", **(fields | {"site": "999999"})).status_code == 404
    assert ada.get("top-ups/policy").status_code == 403
    assert ada.post("top-ups/policy/members", **fields).status_code == 403
    with use(ada.site):
        assert queries.policy(ada.site, Payer.MEMBER) == held
    assert str(uuid4()) not in hub.text("top-ups/policy", site=str(ada.site.id))
