"""收件箱: everybody finds on the page what concerns him, and says how he is told."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import KINDS, Kind
from kameng.faces.console.inbox import words
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk, shop
from tests.support.desk import Desk
from tests.support.worlds import Alliance, Builder

COUNT = re.compile(r"收件箱，(\S+) 条未读")
READ = re.compile(r"inbox/([0-9a-f-]{36})/reading")


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.ada)
    return made


@pytest.fixture(scope="module")
def ada(world: Alliance) -> Desk:
    return desk.at(world, world.ada, "agent")


@pytest.fixture(scope="module")
def finance(world: Alliance) -> Desk:
    return desk.at(world, world.ada, "finance")


def tell(site: Tenant, kind: Kind = Kind.WITHDRAWAL_APPROVED, page: str = "", **facts: str) -> None:
    told = {"amount": Money.of("100")} | facts
    with use(site):
        notifications.notify(site, kind, told, key=str(ids.uuid7()), now=clock.now(), page=page)
        session.commit()


def unread(page: str) -> str:
    found = COUNT.search(page)
    return found[1] if found else ""


def test_an_empty_inbox_says_what_will_come(world: Alliance) -> None:
    page = desk.at(world, world.bo, "agent").text("inbox")
    assert "暂无通知" in page
    assert unread(page) == ""


def test_the_head_counts_what_is_unread_and_reading_leads_to_the_page(
    world: Alliance, ada: Desk
) -> None:
    tell(world.ada, page="/ledger")
    tell(world.ada)
    page = ada.text("inbox")
    assert page.count("提现 ¥100.00 已通过审核") == 2
    assert "等待打款" in page
    assert unread(page) == unread(ada.text()) == "2"
    newest, oldest = READ.findall(page)
    answer = ada.post(f"inbox/{oldest}/reading")
    assert (answer.status_code, answer.location) == (303, f"/s/{world.ada.slug}/ledger")
    assert ada.post(f"inbox/{newest}/reading").location.endswith("/inbox")
    assert unread(ada.text("inbox")) == ""
    assert "此类通知均已读" in ada.text("inbox", unread="1")
    assert "Withdrawal" not in page
    assert "Withdrawal of ¥100.00 approved" in ada.text("inbox", lang="en")
    ada.text("inbox", lang="zh_CN")


def test_all_are_read_that_stood_on_the_page_and_none_that_came_since(
    world: Alliance, ada: Desk
) -> None:
    tell(world.ada)
    found = re.search(r'name="until" value="([^"]+)"', ada.text("inbox"))
    assert found
    tell(world.ada)
    assert ada.post("inbox/reading", until=found[1].replace("&#43;", "+")).status_code == 303
    assert unread(ada.text("inbox")) == "1"
    assert ada.post("inbox/reading", until="gestern").status_code == 422
    assert unread(ada.text("inbox")) == "1"


def test_nobody_reads_what_is_for_another(world: Alliance, ada: Desk, finance: Desk) -> None:
    facts = {"visitor": "张三", "via": "Hub", "until": "今天", "reason": "排查"}
    tell(world.ada, Kind.SITE_ENTERED, **facts)
    assert "张三" in ada.text("inbox")
    assert "张三" not in finance.text("inbox")
    mine = READ.findall(ada.text("inbox", unread="1", group="site"))
    before = unread(ada.text("inbox"))
    assert finance.post(f"inbox/{mine[0]}/reading").status_code == 404
    assert unread(ada.text("inbox")) == before


def test_the_switches_are_kept_and_hold(world: Alliance, finance: Desk, owner: Engine) -> None:
    page = finance.text("inbox/wishes")
    assert "staff@example.com" in page
    assert 'name="mail-withdrawal_approved"' in page
    assert "package_ends" not in page, "for owners"
    saved = finance.post("inbox/wishes", **{"mail-withdrawal_approved": "daily", "locale": "en"})
    assert saved.status_code == 303
    tell(world.ada)
    assert "¥100.00" not in finance.text("inbox", unread="1").split("card-body")[-1]
    person = finance.person.id
    assert waiting(owner, person) == 1
    refused = finance.post("inbox/wishes", **{"mail-withdrawal_approved": "hourly", "locale": "en"})
    assert refused.status_code == 422
    assert "请为每类通知选择接收方式" in refused.get_data(as_text=True)
    again = finance.text("inbox/wishes")
    assert '<option value="daily" selected>' in again.split("mail-withdrawal_approved")[1]


def test_every_kind_has_a_name_on_the_page() -> None:
    assert set(KINDS) == set(Kind)
    assert set(words.KINDS) >= set(Kind)


def waiting(owner: Engine, person: UUID) -> int:
    said = "SELECT count(*) FROM shared.notice_copy WHERE staff_id = :who AND NOT shown"
    with owner.connect() as behind:
        return int(behind.execute(text(said), {"who": person}).scalar_one())
