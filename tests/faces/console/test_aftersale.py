"""Giving delivered goods back at the console: looked at first, done once, by whoever may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from kameng.domains.orders import queries
from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.orders.service import Wanted
from kameng.domains.payments import queries as payments
from kameng.faces.storefront.drops import orders as order_drops
from kameng.kit import audit, clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tests.domains.orders.test_aftersale import bought, give_back, promise, through_channel
from tests.support import desk
from tests.support.desk import Desk
from tests.support.orders import books_balance, relayed, state_of, stocked
from tests.support.payments import Standin, standin
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]
HIDDEN = re.compile(r'name="(once|seen)" value="([^"]+)"')


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    """Hub, Ada and Bo, shared by these tests."""
    builder.app = app
    return builder.alliance()


@pytest.fixture(scope="module")
def hub(family: Alliance) -> Desk:
    """The operator at his desk."""
    return desk.at(family, family.hub)


def page(site_id: int, order: OrderFacts) -> str:
    return f"orders/{site_id}/{order.number}/return"


def preview(hub: Desk, address: str, **typed: str) -> dict[str, str]:
    """What the page that shows what it comes to hands on."""
    return {**typed, **dict(HIDDEN.findall(hub.text(address, **typed)))}


def test_a_part_is_looked_at_and_then_given_back_once(family: Alliance, hub: Desk) -> None:
    ada = family.ada
    order = bought(ada, (stocked(family.hub), 2))
    address = page(ada.id, order)
    assert address in hub.text(f"orders/{ada.id}/{order.number}")
    typed: dict[str, Any] = {"pieces-1": "１", "reason": "卡密无效"}
    seen = hub.text(address, **typed)
    assert "买家收到" in seen
    assert "¥10.00" in seen
    assert state_of(ada, order.number) is OrderState.COMPLETED
    form = preview(hub, address, **typed)
    assert hub.post(address, **form).status_code == 303
    assert hub.post(address, **form).status_code == 303
    assert state_of(ada, order.number) is OrderState.PARTIALLY_REFUNDED
    told = hub.text(f"orders/{ada.id}/{order.number}")
    assert "退款 1 件" in told
    assert "卡密无效" in told
    with use(ada):
        assert len(queries.by_number(ada, order.number).returns) == 1
        assert {row.action for row in audit.about(ada, order.number)} == {"order.returned"}
    late = hub.post(address, **(form | {"once": str(ids.uuid7())}))
    assert late.status_code == 409
    assert "请重新核对" in late.get_data(as_text=True)
    relayed()
    books_balance(family.hub)


def test_the_shopper_sees_what_came_back_and_not_why(
    app: Flask, family: Alliance, waiting: OrderFacts
) -> None:
    ada = family.ada
    order = bought(ada, (stocked(family.hub), 3))
    with use(ada):
        line = queries.by_number(ada, order.number).lines[0].id
    give_back(ada, order, Wanted(line, 1, Money.of("2.50")), reason="只给员工看的原因")
    with use(ada):
        view = queries.by_number(ada, order.number)
        untouched = queries.by_number(ada, waiting.number)
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        page = order_drops.order(view, now=clock.now())
        other = order_drops.order(untouched, now=clock.now())
    assert (page["state_label"], page["refunded"]) == ("部分退款", "12.50")
    assert page["lines"][0]["refund"] == "退款 1 件 · 另退 ¥2.50"
    (told,) = page["refunds"]
    assert (told["amount"], told["way"], told["state_label"]) == ("12.50", "退到账户余额", "已退款")
    assert "只给员工看的原因" not in str(page)
    assert (other["refunds"], other["refunded"], other["lines"][0]["refund"]) == ([], None, "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pieces-1": "3"}, "最多还能退 2 件"),
        ({"pieces-1": "-1"}, "最多还能退 2 件"),
        ({"pieces-1": "一"}, "请填写整数件数"),
        ({"pieces-1": "1.5"}, "请填写整数件数"),
        ({"money-1": "NaN"}, "9.90"),
        ({"money-1": "1e400"}, "9.90"),
        ({"money-1": "0.0000001"}, "9.90"),
        ({"money-1": "-1"}, "金额必须大于零"),
        ({"money-1": "0"}, "金额必须大于零"),
        ({"money-1": "0.001"}, "最多两位小数"),
        ({"money-1": "２０.01"}, "只剩 ¥20.00 可退"),
    ],
)
def test_what_makes_no_sense_is_said_and_stays_typed(
    family: Alliance, hub: Desk, waiting: OrderFacts, typed: dict[str, str], said: str
) -> None:
    address = page(family.ada.id, waiting)
    asked = hub.get(address, **typed)
    assert asked.status_code == 422
    text = asked.get_data(as_text=True)
    assert said in text
    (value,) = typed.values()
    assert f'value="{value}"' in text
    form = {**typed, "reason": "x", "once": str(ids.uuid7()), "seen": "0-0"}
    posted = hub.post(address, **form)
    assert posted.status_code == 422
    assert said in posted.get_data(as_text=True)
    assert state_of(family.ada, waiting.number) is OrderState.COMPLETED


@pytest.fixture(scope="module")
def waiting(family: Alliance) -> OrderFacts:
    """An order whose refunds are all refused."""
    return bought(family.ada, (stocked(family.hub), 2))


def test_after_the_promised_days_it_takes_whoever_may_and_a_tick(
    family: Alliance, hub: Desk
) -> None:
    ada = family.ada
    never = stocked(family.hub)
    promise(family.hub, never, 0)
    order = bought(ada, (never, 1))
    address = page(ada.id, order)
    form = preview(hub, address, **{"pieces-1": "1", "reason": "破例"})
    finance = desk.at(family, family.hub, role="finance")
    assert "已超过可退期限" in finance.text(address, **{"pieces-1": "1"})
    assert finance.post(address, **form, late="yes").status_code == 422
    assert hub.post(address, **form).status_code == 422
    assert state_of(ada, order.number) is OrderState.COMPLETED
    assert hub.post(address, **form, late="yes").status_code == 303
    assert state_of(ada, order.number) is OrderState.REFUNDED
    assert "超期特批" in hub.text(f"orders/{ada.id}/{order.number}")


def test_an_agent_gives_no_delivered_goods_back(family: Alliance, waiting: OrderFacts) -> None:
    """The cost of them is the master's."""
    ada = desk.at(family, family.ada, role="agent")
    address = page(family.ada.id, waiting)
    assert address not in ada.text(f"orders/{family.ada.id}/{waiting.number}")
    assert ada.get(address).status_code == 403
    assert ada.post(address, **{"pieces-1": "1", "reason": "x"}).status_code == 403


def test_a_refund_that_failed_is_sent_again_or_given_up(
    family: Alliance, hub: Desk, standin: Standin
) -> None:
    ada = family.ada
    order = through_channel(ada, stocked(family.hub), standin, 2)
    address, life = page(ada.id, order), f"orders/{ada.id}/{order.number}"
    standin.turn(refunds="failed")
    form = preview(hub, address, **{"pieces-1": "2", "reason": "无效"})
    assert hub.post(address, **form).status_code == 303
    assert state_of(ada, order.number) is OrderState.REFUND_FAILED
    text = hub.text(life)
    assert "失败" in text
    assert f"{life}/return/end" in text
    assert "当前不能退款" in hub.text(address)
    assert hub.post(f"{life}/return/end", reason=" ").status_code == 422
    assert hub.post(f"{life}/return/end", reason="线下已转账").status_code == 303
    assert state_of(ada, order.number) is OrderState.COMPLETED
    assert hub.post(f"{life}/return/end", reason="again").status_code == 409
    form = preview(hub, address, **{"pieces-1": "2", "reason": "无效"})
    assert hub.post(address, **form).status_code == 303
    standin.turn(refunds="succeeded")
    assert hub.post(f"{life}/return/again").status_code == 303
    assert state_of(ada, order.number) is OrderState.REFUNDED
    assert f"{life}/return/unseen" in hub.text(life)
    assert hub.post(f"{life}/return/unseen").status_code == 303
    assert f"{life}/return/unseen" not in hub.text(life)
    books_balance(family.hub)


def test_an_agent_does_not_try_again_what_only_the_master_may_begin(
    family: Alliance, hub: Desk, standin: Standin
) -> None:
    ada = family.ada
    order = through_channel(ada, stocked(family.hub), standin, 2)
    address, life = page(ada.id, order), f"orders/{ada.id}/{order.number}"
    standin.turn(refunds="failed")
    form = preview(hub, address, **{"pieces-1": "1", "reason": "无效"})
    assert hub.post(address, **form).status_code == 303
    standin.turn(refunds="succeeded")
    agent = desk.at(family, ada, role="agent")
    assert f"{life}/return/again" not in agent.text(life)
    assert agent.post(f"{life}/return/again").status_code == 403
    assert agent.post(f"{life}/refund", form="refund", reason="again").status_code == 409
    assert state_of(ada, order.number) is OrderState.REFUND_FAILED
    with use(ada):
        assert len(payments.refunds_for(ada, "order", order.number)) == 1
    master = desk.at(family, family.hub)
    assert f"{life}/return/again" in master.text(life)
    assert master.post(f"{life}/return/again").status_code == 303
    assert state_of(ada, order.number) is OrderState.PARTIALLY_REFUNDED
    books_balance(family.hub)
