"""财务 → 结算: a master runs it and sees who owes; a site sees what it gets, when, and of what."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.settlement import queries
from kameng.domains.terms import queries as terms
from kameng.faces.worker import queues, timetable
from kameng.kit import clock
from tenants.context import use
from tests.support import desk, shop
from tests.support import terms as termset
from tests.support.desk import Desk
from tests.support.earning import ago, earned, holds, order, settled
from tests.support.worlds import Alliance, Builder

LINK = re.compile(r"settlements/([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    for site in (made.hub, made.ada, made.bo):
        shop.decorate(site)
    return made


@pytest.fixture(scope="module")
def hub(world: Alliance) -> Desk:
    return desk.at(world, world.hub, "operator")


@pytest.fixture(scope="module")
def ada(world: Alliance) -> Desk:
    return desk.at(world, world.ada, "agent")


def test_before_anything_was_earned_the_page_says_what_will_come(hub: Desk, ada: Desk) -> None:
    assert "还没有结算记录" in hub.text("settlements")
    page = ada.text("settlements")
    assert "日结 T+7" in page
    assert "没有待结算收益" in page
    answer = hub.post("settlements")
    assert answer.status_code == 303
    assert "下级分站还没有任何收益" in hub.text("settlements")


def test_the_operator_settles_and_the_agent_finds_every_order(
    world: Alliance, hub: Desk, ada: Desk, owner: Engine
) -> None:
    due, young, argued = (order(owner, world.bo) for _ in range(3))
    for about, day in ((due, 10), (young, 2), (argued, 10)):
        earned(world.ada, "1.25", ago(day), about, sold_by=world.bo)
    order(owner, world.bo, "refunding", argued)
    page = ada.text("settlements")
    assert "1 笔订单退款或争议处理中" in page
    assert hub.post("settlements").status_code == 303
    assert "已结算 0 / 1 个分站" in hub.text("settlements")
    _clock(world)
    page = hub.text("settlements")
    assert "1 个分站中 1 个有到期收益，合计 ¥1.25" in page
    assert world.ada.name in page
    page = ada.text("settlements")
    found = LINK.search(page)
    assert found
    page = ada.text(f"settlements/{found[1]}")
    assert due.hex[-20:] in page
    assert "Bo 分店" in page
    assert young.hex[-20:] not in page
    assert "1.25" in hub.text(f"settlements/{found[1]}")
    bo = desk.at(world, world.bo, "agent")
    assert bo.get(f"settlements/{found[1]}").status_code == 404
    assert "立即结算" in hub.text("settlements")
    assert "立即结算" not in ada.text("settlements")
    assert "已结算 ¥1.25" in ada.text("inbox")


def test_a_debt_is_told_to_both(world: Alliance, hub: Desk, ada: Desk, owner: Engine) -> None:
    sold = order(owner, world.ada)
    earned(world.ada, "9.00", ago(30), sold)
    settled(world.hub, world.ada, now=clock.now() + timedelta(days=1))
    earned(world.ada, "-30.00", ago(0), sold)
    page = ada.text("settlements")
    assert "结算之后的退款比您此后的收益多出 ¥27.50" in page
    assert "27.50" in hub.text("settlements")
    assert "欠款分站" in hub.text("settlements")


@pytest.mark.parametrize("role", ["agent", "finance"])
def test_nobody_below_the_master_settles(world: Alliance, role: str) -> None:
    earned(world.bo, "1.00", ago(20))
    before = holds(world.bo, AccountKind.AVAILABLE)
    someone = desk.at(world, world.ada, role)
    with use(world.hub):
        last = queries.last_run(world.hub)
    assert someone.post("settlements").status_code == 403
    with use(world.hub):
        again = queries.last_run(world.hub)
    assert last is not None
    assert again is not None
    assert again.id == last.id
    assert holds(world.bo, AccountKind.AVAILABLE) == before


def test_a_level_is_given_its_rhythm_on_the_packages_page(world: Alliance, hub: Desk) -> None:
    level = termset.level(world.hub, "银牌")
    assert "日结 T+7" in hub.text("packages")
    answer = hub.post(
        f"packages/levels/{level.id}/cycle", form="cycle", settle="weekly", delay="3", fee="２.5"
    )
    assert answer.status_code == 303
    assert "周结，周日后第 3 天" in hub.text("packages")
    assert "平台服务费 2.5%" in hub.text("packages")
    audit = hub.text("audit")
    assert "weekly" in audit or "结算" in audit


@pytest.mark.parametrize(
    ("settle", "delay"),
    [
        *(("weekly", "0"), ("weekly", "-1"), ("monthly", "91"), ("hourly", "3"), ("days", "七")),
        *(("days", "1e400"), ("days", "NaN"), ("days", "2.5"), ("days", "")),
    ],
)
def test_an_odd_rhythm_is_refused_with_what_was_typed_and_nothing_changes(
    world: Alliance, hub: Desk, settle: str, delay: str
) -> None:
    level = termset.level(world.hub)
    typed = {"form": "cycle", "settle": settle, "delay": delay, "fee": "0"}
    answer = hub.post(f"packages/levels/{level.id}/cycle", **typed)
    assert answer.status_code == 422
    assert f'value="{delay}"' in answer.get_data(as_text=True)
    with use(world.hub):
        same = terms.level(world.hub, level.id)
    assert same is not None
    assert same.cycle == level.cycle


@pytest.mark.parametrize("fee", ["-1", "51", "1e400", "NaN", "2.12345", "=1+1", ""])
def test_an_odd_platform_fee_is_refused_with_what_was_typed_and_nothing_changes(
    world: Alliance, hub: Desk, fee: str
) -> None:
    level = termset.level(world.hub)
    typed = {"form": "cycle", "settle": "weekly", "delay": "3", "fee": fee}
    answer = hub.post(f"packages/levels/{level.id}/cycle", **typed)
    assert answer.status_code == 422
    assert f'value="{fee}"' in answer.get_data(as_text=True)
    with use(world.hub):
        assert terms.level(world.hub, level.id) == level


def test_another_masters_level_is_as_if_it_were_not_there(world: Alliance, ada: Desk) -> None:
    level = termset.level(world.hub)
    typed = {"form": "cycle", "settle": "weekly", "delay": "3"}
    assert ada.post(f"packages/levels/{level.id}/cycle", **typed).status_code in (403, 404)
    with use(world.hub):
        same = terms.level(world.hub, level.id)
    assert same is not None
    assert same.cycle == level.cycle


def _clock(world: Alliance) -> None:
    for one in queues.due(clock.now() + timedelta(minutes=1), limit=1000):
        if one.tenant_id in {world.ada.id, world.bo.id} and one.kind == "settlement":
            timetable.fire(one)
