"""At the console: the master sees until when to answer a dispute, a site its frozen order."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.payments.disputes import queries
from kameng.faces.worker import sweeping
from kameng.kit import audit, clock
from kameng.kit.calls import CallRefused
from tenants.context import use
from tests.support import desk, disputes, own
from tests.support import shop as shops
from tests.support.desk import Desk
from tests.support.orders import paid, relayed, state_of, stocked
from tests.support.payments import Standin, standin
from tests.support.topups import paid as topped_up
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]


@dataclass
class Case:
    """A delivered order of Ada's and its dispute."""

    order: OrderFacts
    dispute: str
    page: str


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada, made.bo):
        shops.decorate(site)
    markup(made.hub, "7", children=True)
    markup(made.ada, "9", children=False)
    return made


@pytest.fixture(scope="module")
def hub(family: Alliance) -> Desk:
    return desk.at(family, family.hub)


@pytest.fixture(scope="module")
def ada(family: Alliance) -> Desk:
    return desk.at(family, family.ada, role="agent")


@pytest.fixture(scope="module")
def bo(family: Alliance) -> Desk:
    return desk.at(family, family.bo, role="agent")


@pytest.fixture
def case(family: Alliance, standin: Standin) -> Case:
    bought = paid(family.ada, stocked(family.hub), standin)
    standin.notify(family.hooks, standin.events("checkout.session.completed")[-1])
    relayed()
    page = bought.page.rpartition("/")[2]
    asked = f"/_control/dispute/{page}?reason=product_not_received"
    told = standin.ask("POST", asked)["id"]
    disputes.told(told)
    with use(family.ada):
        [known] = queries.of(family.ada, "order", bought.order.number)
    return Case(bought.order, told, f"disputes/{known.id}")


def decided(standin: Standin, case: Case, step: str) -> None:
    standin.ask("POST", f"/_control/dispute/{case.dispute}/{step}")
    disputes.told(case.dispute)


def test_the_master_sees_who_disputes_what_and_until_when(hub: Desk, case: Case) -> None:
    rows = hub.text("disputes")
    assert case.order.number in rows
    assert "待提交证据" in rows
    assert "还剩 6 天" in rows
    one = hub.text(case.page)
    assert case.dispute in one
    assert "未收到商品" in one
    assert "渠道争议费" in one
    assert "¥15.00" in one
    assert "争议" in hub.text("ledger")


def test_the_site_sees_its_dispute_and_its_frozen_order_but_not_the_masters_fee(
    ada: Desk, case: Case
) -> None:
    order = ada.text(f"orders/{ada.site.id}/{case.order.number}")
    assert "的争议" in order
    assert "举证期限" in order
    assert "退款商品" not in order
    one = ada.text(case.page)
    assert "由主站向银行举证" in one
    assert "渠道争议费" not in one


def test_a_site_below_or_beside_sees_nothing_of_it(bo: Desk, case: Case) -> None:
    assert case.order.number not in bo.text("disputes")
    assert bo.get(case.page).status_code == 404


@pytest.mark.parametrize(("step", "said"), [("win", "胜诉"), ("lose", "败诉")])
def test_what_was_decided_stands_on_every_page(
    hub: Desk, ada: Desk, case: Case, standin: Standin, step: str, said: str
) -> None:
    decided(standin, case, step)
    for page in (case.page, "disputes", f"orders/{ada.site.id}/{case.order.number}"):
        assert said in hub.text(page)
        assert said in ada.text(page)
    assert case.order.number not in hub.text("disputes", show="open")


def test_a_disputed_order_takes_no_refund(hub: Desk, case: Case) -> None:
    page = f"orders/{case_site(hub, case)}/{case.order.number}"
    answer = hub.post(f"{page}/refund", form="refund", reason="客户要求")
    assert answer.status_code == 409
    assert "争议" in hub.text(page)


def case_site(hub: Desk, case: Case) -> int:
    with use(hub.site):
        found = queries.page(hub.site).rows
    return next(one.tenant_id for one in found if one.reference == case.order.number)


def test_a_disputed_top_up_says_that_its_balance_was_not_touched(
    family: Alliance, hub: Desk, standin: Standin
) -> None:
    made = topped_up(family.ada, "100", standin)
    with use(family.ada):
        from kameng.domains.payments import queries as payments

        page = payments.attempt(family.ada, made.attempt_id).provider_session
    told = standin.ask("POST", f"/_control/dispute/{page}")["id"]
    standin.ask("POST", f"/_control/dispute/{told}/lose")
    assert disputes.told(told) == ("done", None)
    with use(family.ada):
        [known] = queries.of(family.ada, "topup", str(made.id))
    assert known.followed
    assert "请人工处理" in hub.text(f"disputes/{known.id}")


@pytest.fixture
def held(family: Alliance, standin: Standin) -> str:
    """The page of an order of Ada's that was disputed before it was delivered."""
    bought = paid(family.ada, stocked(family.hub, cost="8.00", retail="10.00"), standin, 2)
    page = bought.page.rpartition("/")[2]
    disputes.told(standin.ask("POST", f"/_control/dispute/{page}")["id"])
    return f"orders/{family.ada.id}/{bought.order.number}"


def test_goods_that_are_held_back_are_let_go_by_the_master_with_a_reason(
    family: Alliance, held: str
) -> None:
    number = held.rpartition("/")[2]
    agent = desk.at(family, family.ada, role="agent")
    told = agent.text(held)
    assert "已付款，暂缓发货" in told
    assert "裁定前只有主站可以放行" in told
    assert f"{held}/release" not in told
    assert f"{held}/refund" not in told
    assert agent.post(f"{held}/release", reason="mine").status_code == 403
    refund = agent.post(f"{held}/refund", form="refund", reason="asked")
    assert refund.status_code == 409
    assert "重复付款" in refund.get_data(as_text=True)
    master = desk.at(family, family.hub)
    assert f"{held}/release" in master.text(held)
    assert master.post(f"{held}/release", reason=" ").status_code == 422
    assert state_of(family.ada, number) is OrderState.RISK_HOLD
    assert master.post(f"{held}/release", reason="已电话核实").status_code == 303
    assert state_of(family.ada, number) is OrderState.COMPLETED
    assert "争议中人工放行" in master.text(held)
    assert master.post(f"{held}/release", reason="again").status_code == 409
    with use(family.ada):
        assert [one.action for one in audit.about(family.ada, number)] == ["order.released"]


def test_what_went_back_at_the_provider_is_shown_and_put_away_by_the_master(
    family: Alliance, standin: Standin
) -> None:
    master = desk.at(family, family.hub)
    bought = paid(family.ada, stocked(family.hub, cost="8.00", retail="10.00"), standin, 2)
    standin.notify(family.hooks, standin.events("checkout.session.completed")[-1])
    relayed()
    standin.ask("POST", f"/_control/give-back/{bought.page.rpartition('/')[2]}?amount=700")
    standin.notify(family.hooks, standin.events("charge.refunded")[-1])
    relayed()
    page = f"orders/{family.ada.id}/{bought.order.number}"
    agent = desk.at(family, family.ada, role="agent")
    told = agent.text(page)
    assert "渠道后台已退款" in told
    assert "¥7.00" in told
    assert f"{page}/outside-refund" not in told
    assert agent.post(f"{page}/outside-refund").status_code == 403
    assert "渠道后台退款" in master.text("inbox")
    assert f"{page}/outside-refund" in master.text(page)
    assert master.post(f"{page}/outside-refund").status_code == 303
    assert f"{page}/outside-refund" not in master.text(page)


def test_a_dispute_of_an_own_payment_is_its_sites_to_answer(
    family: Alliance, hub: Desk, ada: Desk, standin: Standin
) -> None:
    own.connected(family.ada, standin, on=True)
    own.deposit(family.ada, "100")
    bought = paid(family.ada, stocked(family.hub), standin)
    sweeping.recover_lost(clock.now())
    relayed()
    number = bought.page.rpartition("/")[2]
    told = standin.ask("POST", f"/_control/dispute/{number}?reason=fraudulent")["id"]
    with pytest.raises(CallRefused):
        disputes.told(told)
    assert disputes.told(told, own=family.ada) == ("done", None)
    with use(family.ada):
        [known] = queries.of(family.ada, "order", bought.order.number)
    for one in (hub, ada):
        assert "自有账户" in one.text("disputes")
        assert "分站自有收款账户" in one.text(f"disputes/{known.id}")
        assert "渠道争议费" not in one.text(f"disputes/{known.id}")
    assert "由该分站在自有账户应对银行" in hub.text(f"disputes/{known.id}")
    assert "请登录贵店在支付渠道的自有账户" in ada.text(f"disputes/{known.id}")
    standin.ask("POST", f"/_control/dispute/{told}/lose")
    disputes.told(told, own=family.ada)
    assert "订单的成本不退回余额" in ada.text(f"disputes/{known.id}")


def test_nobody_without_the_right_gets_there(family: Alliance) -> None:
    clerk = desk.at(family, family.hub, role="catalogue")
    assert clerk.get("disputes").status_code in (403, 404)
