"""At the console: the master lets a site collect by itself, the site stores keys and switches."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from kameng.config import Settings, settings, use_settings
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.orders.reach import queries as reach
from kameng.domains.payees import service as payees
from kameng.domains.payments.own import queries
from kameng.domains.payments.own.rules import OwnChannel
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.settlement.queries import pockets
from kameng.domains.terms.rules import Allows
from kameng.domains.wallet.alarm import queries as alarms
from kameng.domains.wallet.rules import deposit_account
from kameng.faces.console import lists
from kameng.faces.worker import owing, sweeping
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, terms
from tests.support import shop as shops
from tests.support.desk import Desk
from tests.support.orders import paid, relayed, stocked
from tests.support.own import KEYS, connected, deposit, owe
from tests.support.payees import PAPERS
from tests.support.payments import Standin, standin
from tests.support.shop import Visitor
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]
pytestmark = pytest.mark.usefixtures("standin")
NOTICES = text(
    "SELECT count(*) FROM shared.notice WHERE tenant_id = :site AND kind = 'shop_out_of_funds'"
)
OTHER = "sk_test_own_bo_2"


@pytest.fixture(scope="module")
def shared_alliance(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada, made.bo):
        shops.decorate(site)
    package = terms.package(made.hub, allows=Allows(child_sites=True))
    terms.bind(made.ada, package)
    return made


@pytest.fixture(scope="module")
def sku(shared_alliance: Alliance) -> SkuFacts:
    with use(shared_alliance.ada) as site:
        place, now = Place(Scope.ALL, None, Audience.RETAIL), clock.now()
        half = Method.PERCENT, "50", Rounding.FEN
        pricing.set_rule(site, place, *half, actor=SYSTEM, now=now)
        session.commit()
    return stocked(shared_alliance.hub, secrets=60)


@pytest.fixture(scope="module")
def hub(shared_alliance: Alliance) -> Desk:
    return desk.at(shared_alliance, shared_alliance.hub)


@pytest.fixture(scope="module")
def ada(shared_alliance: Alliance) -> Desk:
    return desk.at(shared_alliance, shared_alliance.ada, role="agent")


@pytest.fixture(scope="module")
def bo(shared_alliance: Alliance) -> Desk:
    return desk.at(shared_alliance, shared_alliance.bo, role="agent")


def stored(site: Desk) -> OwnChannel | None:
    with use(site.site):
        return queries.of(site.site)


def collects(site: Desk) -> bool:
    with use(site.site):
        return queries.collects(site.site)


def told_of_keys(site: Desk) -> list[tuple[str, str, str, bool]]:
    """Of each notice about stored keys: their end, who stored them, the account, whether mailed."""
    with use(site.site):
        rows = session.connection().exec_driver_sql(
            "SELECT right(n.facts->>'hint', 4), n.facts->>'who', n.facts->>'account',"
            " c.mail_at IS NOT NULL FROM shared.notice n JOIN shared.notice_copy c"
            " ON c.notice_id = n.id AND c.staff_id = %s"
            " WHERE n.tenant_id = %s AND n.kind LIKE 'own_keys%%' ORDER BY n.id",
            (site.person.id, site.site.id),
        )
        return [tuple(row) for row in rows]


def log(site: Desk, action: str) -> int:
    with use(site.site):
        found = session.connection().exec_driver_sql(
            "SELECT count(*) FROM shared.audit_log WHERE tenant_id = %s AND action = %s",
            (site.site.id, action),
        )
        return int(found.scalar_one())


def test_the_master_alone_gives_leave_and_both_logs_keep_it(hub: Desk, ada: Desk, bo: Desk) -> None:
    page = f"sites/{bo.site.id}"
    assert "主站尚未允许本站自主收款" in bo.text("collecting")
    assert ada.post(f"{page}/collecting", form="leave", allowed="yes").status_code == 403
    assert "自主收款" not in ada.text(page)
    for typed in ("", "maybe"):
        answer = hub.post(f"{page}/collecting", form="leave", allowed=typed)
        assert answer.status_code == 422
    with use(bo.site):
        assert not queries.is_allowed(bo.site)
    assert hub.post(f"{page}/collecting", form="leave", allowed="yes").status_code == 303
    assert "收回许可" in hub.text(page)
    assert log(bo, "own_channel.leave") == log(hub, "own_channel.leave") == 1
    assert "修改自主收款许可" in hub.text("audit")
    assert "收款人未核实" in bo.text("collecting")
    assert "主站已允许自主收款" in bo.text("inbox")
    assert hub.post("sites/999999/collecting", form="leave", allowed="yes").status_code == 404


def test_the_page_leads_from_step_to_step(bo: Desk, hub: Desk, standin: Standin) -> None:
    now = clock.now()
    assert 'name="secret"' not in bo.text("collecting")
    with use(bo.site):
        sent = payees.send(bo.site, PAPERS, actor=SYSTEM, now=now)
        payees.verify(bo.site, sent.version, actor=SYSTEM, now=now)
        session.commit()
    page = bo.text("collecting")
    assert "待填写密钥" in page
    assert f"/stripe/site/{bo.site.slug}" in page
    assert "checkout.session.completed" in page
    assert bo.post("collecting/state", form="state", on="yes").status_code == 422
    asked = {"key": OTHER, "webhook_secret": "whsec_own_bo"}
    standin.ask("POST", "/_control/accounts", asked)
    answer = bo.post("collecting/keys", form="keys", secret=OTHER, hook="whsec_own_bo")
    assert answer.status_code == 303
    made = stored(bo)
    assert made
    assert told_of_keys(bo) == [(f"{OTHER[-4:]}", bo.person.name, made.account, True)]
    assert told_of_keys(hub) == [(f"{OTHER[-4:]}", bo.person.name, made.account, False)]
    assert f"{bo.site.name} 保存了收款密钥（…{OTHER[-4:]}）" in hub.text("inbox")
    page = bo.text("collecting")
    assert "密钥测试通过" in page
    assert "已测试，未开启" in page
    assert made.account in page
    assert OTHER not in page
    assert "whsec_own_bo" not in page
    assert not collects(bo)
    assert bo.post("collecting/state", form="state", on="yes").status_code == 303
    assert collects(bo)
    page = bo.text("collecting")
    assert "关闭自主收款" in page
    assert "自主收款" in hub.text(f"sites/{bo.site.id}")
    assert bo.post("collecting/state", form="state", on="no").status_code == 303
    assert not collects(bo)
    assert log(bo, "own_channel.switch") == 2


@pytest.mark.parametrize(
    ("secret", "hook", "says"),
    [
        ("", "whsec_123456", "必填"),
        ("pk_live_1234567", "whsec_123456", "sk_live_"),
        ("ｓｋ_test_1234567", "whsec_123456", "sk_live_"),
        ("sk_test_1234567", "1234567", "whsec_"),
        ("sk_test_nobody_has_it", "whsec_123456", "Stripe 不认得该密钥"),
        ("sk_test_" + "x" * 400, "whsec_123456", "300"),
    ],
)
def test_keys_that_do_not_work_are_refused_by_their_field_and_never_shown_again(
    bo: Desk, secret: str, hook: str, says: str
) -> None:
    before = stored(bo)
    answer = bo.post("collecting/keys", form="keys", secret=secret, hook=hook)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert says in page
    assert 'aria-invalid="true"' in page
    for one in (secret, hook):
        assert not one or f'value="{one}"' not in page
    assert stored(bo) == before


def test_the_masters_keys_and_test_keys_in_production_are_refused(
    bo: Desk, standin: Standin, tools: Settings
) -> None:
    before = stored(bo)
    answer = bo.post("collecting/keys", form="keys", secret=standin.secret_key, hook="whsec_123456")
    assert answer.status_code == 422
    assert "主站" in answer.get_data(as_text=True)
    chosen = settings()
    use_settings(dataclasses.replace(chosen, env="production", test_payments=False))
    try:
        answer = bo.post("collecting/keys", form="keys", secret=OTHER, hook="whsec_own_bo")
    finally:
        use_settings(chosen)
    assert answer.status_code == 422
    assert "sk_live_" in answer.get_data(as_text=True)
    assert stored(bo) == before


@pytest.mark.parametrize("role", ["finance", "support", "agent_staff"])
def test_who_does_not_hold_the_keys_may_not_touch_them(
    shared_alliance: Alliance, bo: Desk, role: str
) -> None:
    person, before = desk.at(shared_alliance, bo.site, role=role), stored(bo)
    seen = person.get("collecting")
    assert seen.status_code == (200 if role == "finance" else 403)
    assert b'name="secret"' not in seen.data
    assert b"collecting/state" not in seen.data
    for page, fields in (
        ("collecting/keys", {"form": "keys", "secret": KEYS.secret, "hook": KEYS.hook}),
        ("collecting/state", {"form": "state", "on": "yes"}),
    ):
        assert person.post(page, **fields).status_code == 403
    assert stored(bo) == before


def test_a_visitor_from_above_may_not_touch_them_either(hub: Desk, bo: Desk) -> None:
    answer = hub.post(f"sites/{bo.site.id}/visits", form="visit", reason="help", hours="4")
    assert answer.status_code == 303
    inside, before = Desk(hub.client, bo.site, hub.person), stored(bo)
    assert inside.get().status_code == 200
    assert inside.get("collecting").status_code == 403
    assert inside.post("collecting/state", form="state", on="yes").status_code == 403
    fields = {"secret": KEYS.secret, "hook": KEYS.hook}
    assert inside.post("collecting/keys", form="keys", **fields).status_code == 403
    assert stored(bo) == before
    hub.post(f"sites/{bo.site.id}/visits/{hub.person.id}/end")


def test_the_masters_own_shop_has_no_such_page(hub: Desk) -> None:
    assert hub.get("collecting").status_code == 422
    assert hub.post("collecting/state", form="state", on="yes").status_code == 422
    assert "/collecting" not in hub.text("ledger")


def test_who_switches_it_on_is_warned_early_and_told_how_far_the_balance_goes(
    shared_alliance: Alliance, hub: Desk, ada: Desk, sku: SkuFacts, standin: Standin
) -> None:
    shop = shared_alliance.client(ada.site)
    assert f"销售方：{hub.site.name}" in shop.get("/").get_data(as_text=True)
    assert "卖出第一笔后" in ada.text("collecting")
    paid(ada.site, sku, standin)
    sweeping.recover_lost(clock.now())
    relayed()
    with use(ada.site):
        cost = reach.usual_cost(ada.site)
    assert cost
    connected(ada.site, standin)
    with use(ada.site):
        assert alarms.alarm(ada.site) is None
    assert "余额为零" in ada.text("collecting")
    assert ada.post("collecting/state", form="state", on="yes").status_code == 303
    assert "销售方：张三丰" in shop.get("/").get_data(as_text=True)
    with use(ada.site):
        alarm = alarms.alarm(ada.site)
    assert alarm
    assert alarm.below == Money.of("100")
    assert "充值之前" not in ada.text("collecting")
    assert "用于支付订单成本的余额不足" in ada.text()
    deposit(ada.site, "200")
    assert "用于支付订单成本的余额不足" not in ada.text()
    many = Money.of("200").micro // cost.micro
    assert f"约够 {many} 笔" in ada.text("collecting")
    ada.post("balance/alarm", form="alarm", below="150")
    ada.post("collecting/state", form="state", on="yes")
    with use(ada.site):
        again = alarms.alarm(ada.site)
    assert again
    assert again.below == Money.of("150")


def test_what_stays_on_the_own_account_counts_as_earned(
    ada: Desk, sku: SkuFacts, standin: Standin
) -> None:
    """One order was paid to the master before, one is paid to Ada: both earned her the same."""
    today = lists.day_span(clock.now())
    standin.ask("POST", "/_control/accounts", {"key": KEYS.secret, "webhook_secret": KEYS.hook})
    with use(ada.site):
        before = journal.earned(ada.site, since=today[0], until=today[1])
    sold = paid(ada.site, sku, standin)
    sweeping.recover_lost(clock.now())
    relayed()
    with use(ada.site):
        cost = reach.usual_cost(ada.site)
        assert cost
        earned = journal.earned(ada.site, since=today[0], until=today[1])
    assert earned - before == before == sold.order.total - cost
    assert f"{earned.decimal:.2f}" in ada.text()


def test_an_order_refused_for_lack_of_balance_stands_at_home_and_the_shopper_learns_little(
    shared_alliance: Alliance, ada: Desk, sku: SkuFacts, standin: Standin
) -> None:
    with use(ada.site):
        left = ledger.balance(deposit_account(ada.site.id)).available
        notices = NOTICES.bindparams(site=ada.site.id)
    visitor = Visitor(shared_alliance.client(ada.site))
    for _ in range(2):
        answer = visitor.buy(sku, quantity="40")
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "本店暂时无法接受" in page
        assert "成本" not in page
    with use(ada.site):
        assert session.scalar(notices) == 1
        assert ledger.balance(deposit_account(ada.site.id)).available == left
    assert standin.ask("GET", "/v1/checkout/sessions")["data"] == []
    assert "有顾客未能下单" in ada.text()
    assert "有顾客未能下单" in ada.text("collecting")
    with time_machine.travel(clock.now() + timedelta(days=2)):
        again = desk.at(shared_alliance, ada.site, role="agent")
        assert "有顾客未能下单" not in again.text()
    deposit(ada.site, "5000")
    assert "有顾客未能下单" not in ada.text()


def test_who_owes_reads_how_much_and_the_shop_names_whoever_collects_now(
    shared_alliance: Alliance, hub: Desk, ada: Desk
) -> None:
    """At once, both ways: the page, the master's page of the site, the foot of the shop."""
    shop = shared_alliance.client(ada.site)

    def seller() -> str:
        page = shop.get("/").get_data(as_text=True)
        return re.search("销售方：([^<]+)", page)[1].strip()  # type: ignore[index]

    assert seller() == "张三丰"
    with use(ada.site):
        earned = pockets(ada.site).pending
    owe(ada.site, str(earned + Money.of("12.34")))
    assert seller() == hub.site.name
    page = ada.text("collecting")
    for words in ("先还欠款", "贵店欠主站 ¥12.34", "先抵欠款"):
        assert words in page
    assert "扣还" not in page
    assert "该站欠款 ¥12.34" in hub.text(f"sites/{ada.site.id}")
    assert ada.site.slug in hub.text("sites/export", collecting="owes")
    assert ada.site.slug not in hub.text("sites/export", collecting="on")
    ada.post("collecting/state", form="state", on="no")
    ada.post("collecting/state", form="state", on="yes")
    assert "已开启。贵店欠款 ¥12.34" in ada.text("collecting")
    owing.look_after(clock.now())
    assert "欠款 ¥12.34，顾客暂由主站收款" in ada.text("inbox")
    owe(ada.site, str(-(earned + Money.of("12.34"))))
    assert seller() == "张三丰"
    assert "欠主站" not in ada.text("collecting")
    owing.look_after(clock.now())
    assert "自主收款已恢复" in ada.text("inbox")


def test_the_master_finds_who_collects_and_nobody_else_is_told(
    hub: Desk, ada: Desk, bo: Desk
) -> None:
    def named(**query: str) -> list[str]:
        page = hub.text("sites", **query)
        return [one.site.name for one in (ada, bo) if f'{one.site.id}">{one.site.name}' in page]

    assert named(collecting="on") == [ada.site.name]
    assert named(collecting="allowed") == [bo.site.name]
    assert named(collecting="master") == []
    assert named(collecting="on", q=bo.site.slug) == []
    assert named(collecting="nonsense") == [ada.site.name, bo.site.name]
    sheet = hub.text("sites/export", collecting="allowed")
    assert "已允许，未开启" in sheet
    assert ada.site.slug not in sheet
    assert "主站代收" not in ada.text("sites", collecting="on")


def test_taking_the_leave_back_stops_it_and_the_page_says_so(hub: Desk, ada: Desk) -> None:
    page = f"sites/{ada.site.id}/collecting"
    assert hub.post(page, form="leave", allowed="no").status_code == 303
    assert not collects(ada)
    shown = ada.text("collecting")
    assert "主站已收回许可" in shown
    assert "主站已收回自主收款许可" in ada.text("inbox")
    assert hub.post(page, form="leave", allowed="no").status_code == 303
    assert ada.text("inbox").count("主站已收回自主收款许可") == 1
    assert 'name="secret"' not in shown
    assert ada.post("collecting/state", form="state", on="yes").status_code == 422
    assert "用于支付订单成本的余额" not in ada.text()
    assert ada.post("collecting/state", form="state", on="no").status_code == 303
    found = stored(ada)
    assert found
    assert not found.is_on
