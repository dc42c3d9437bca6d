"""我的套餐: seen, paid from the balance, changed; a shop that was shut is open again at once."""

from __future__ import annotations

import html
import itertools
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import Allows
from kameng.domains.topups import queries as topups
from kameng.domains.wallet import service as wallets
from kameng.faces.worker import trials
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk, shop, terms
from tests.support.desk import Desk
from tests.support.earning import holds
from tests.support.payments import Standin, standin
from tests.support.topups import told
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]
_numbers = itertools.count(1)
SEEN = re.compile(r'name="seen" value="([^"]*)"')


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.hub)
    return made


@pytest.fixture(scope="module")
def small(world: Alliance) -> PackageFacts:
    return terms.package(
        world.hub, name="普及版", fee=Money.of("30"), fee_year=Money.of("300"), trial_days=5
    )


@pytest.fixture(scope="module")
def big(world: Alliance) -> PackageFacts:
    return terms.package(
        world.hub, name="专业版", fee=Money.of("90"), allows=Allows(child_sites=True)
    )


@pytest.fixture
def site(world: Alliance, builder: Builder, small: PackageFacts) -> Desk:
    """An agent of a new site on trial, with 100.00."""
    made = builder.site(f"planner{next(_numbers)}", world.hub)
    shop.decorate(made)
    terms.bind(made, small)
    with use(made):
        key = f"test:{ids.uuid7()}"
        wallets.deposit(made, Money.of("100"), key=key, actor=SYSTEM, note="", now=clock.now())
        session.commit()
    return desk.at(world, made, "agent")


def seen(page: str) -> str:
    found = SEEN.search(page)
    assert found
    return html.unescape(found[1])


def choose(at: Desk, package: PackageFacts, period: str = "month", **more: str) -> int:
    fields = {"package": str(package.id), "period": period, "seen": seen(at.text("package"))}
    fields |= {"amount": "300"}
    return at.post("package/choice", **fields | more).status_code


def state_of(site: Tenant) -> str:
    with shared():
        found = registry.by_id(site.id)
    assert found
    return found.state


def ends(owner: Engine, site: Tenant, ago: timedelta) -> None:
    """The site's time is over since then."""
    said = text("UPDATE shared.tenant_terms SET valid_until = :at WHERE tenant_id = :id")
    with owner.begin() as behind:
        behind.execute(said, {"at": clock.now() - ago, "id": site.id})


def left(site: Desk) -> Money:
    return holds(site.site, AccountKind.PREPAID)


def test_the_page_says_where_the_site_stands_and_what_it_may_do(
    site: Desk, big: PackageFacts
) -> None:
    page = site.text("package")
    for said in (
        "普及版",
        "试用中",
        "付一个月 ¥30.00",
        "在线支付",
        "余额支付",
        "付一年 ¥300.00",
        "余额还差 ¥200.00",
        "专业版",
    ):
        assert said in page
    assert "将于" in site.text(), "the first page says that it ends"


def test_paying_is_on_record_and_pressed_twice_it_is_paid_once(
    site: Desk, small: PackageFacts
) -> None:
    shown = seen(site.text("package"))
    assert choose(site, small) == 303
    assert choose(site, small, seen=shown) == 409
    page = site.text("package")
    assert "已付费" in page
    assert left(site) == Money.of("70")
    assert "套餐续费" in site.text("audit")
    assert "套餐费" in site.text("balance")


def test_bad_fields_pay_nothing(world: Alliance, site: Desk, small: PackageFacts) -> None:
    foreign = terms.package(world.ada, fee=Money.of("1"))
    assert choose(site, small, period="decade") == 422
    assert choose(site, small, seen="gestern") == 422
    assert choose(site, small, amount="29") == 409
    for odd in ("", "NaN", "1e400", "x"):
        assert choose(site, small, amount=odd) == 422, odd
    assert choose(site, foreign) == 404
    assert choose(site, small, "year") in (409, 422)
    assert left(site) == Money.of("100")


def test_a_shop_shut_for_its_fee_is_open_again_at_once(
    world: Alliance, site: Desk, small: PackageFacts, owner: Engine
) -> None:
    ends(owner, site.site, timedelta(hours=1))
    trials.end(clock.now())
    assert state_of(site.site) == "suspended", "no grace before the first payment"
    shop_page = world.client(site.site).get("/").get_data(as_text=True)
    assert "暂停" in shop_page
    assert "店铺已暂停营业" in site.text("package")
    assert choose(site, small) == 303
    assert state_of(site.site) == "live"
    assert "店铺已恢复营业" in site.text("package")


def test_grace_keeps_the_shop_open_and_the_sweep_opens_what_a_crash_left(
    site: Desk, small: PackageFacts, owner: Engine
) -> None:
    assert choose(site, small) == 303
    ends(owner, site.site, timedelta(days=6))
    trials.end(clock.now())
    assert state_of(site.site) == "live"
    ends(owner, site.site, timedelta(days=8))
    trials.end(clock.now())
    assert state_of(site.site) == "suspended"
    ends(owner, site.site, timedelta(days=-20))
    trials.begin_again(clock.now())
    assert state_of(site.site) == "live"


def test_who_is_held_shut_from_above_pays_and_stays_shut(
    world: Alliance, site: Desk, small: PackageFacts, owner: Engine
) -> None:
    hub = desk.at(world, world.hub)
    ends(owner, site.site, timedelta(hours=1))
    trials.end(clock.now())
    assert hub.post(f"sites/{site.site.id}/state", state="suspended").status_code == 303
    assert choose(site, small) == 303
    trials.begin_again(clock.now())
    assert state_of(site.site) == "suspended"


def test_a_smaller_package_is_refused_by_name_while_over_its_limits(
    site: Desk, small: PackageFacts, big: PackageFacts, builder: Builder
) -> None:
    assert choose(site, big) == 303
    builder.site(f"planner{next(_numbers)}", site.site)
    assert "暂不能变更" in site.text("package")
    fields = {"package": str(small.id), "period": "month", "seen": seen(site.text("package"))}
    fields |= {"amount": "30"}
    refused = site.post("package/choice", **fields)
    assert refused.status_code == 422
    assert "下级分站 1 个" in refused.get_data(as_text=True)
    assert "到期后变更为" not in site.text("package")
    assert left(site) == Money.of("10")


def test_a_cheaper_package_waits_and_may_be_taken_back(
    site: Desk, small: PackageFacts, big: PackageFacts
) -> None:
    assert choose(site, big) == 303
    assert choose(site, small) == 303
    assert "到期后变更为「普及版」" in site.text("package")
    assert site.post("package/stay").status_code == 303
    assert "到期后变更为" not in site.text("package")
    assert site.post("package/renewal", auto="on", period="month").status_code == 303
    assert 'name="auto" checked' in site.text("package")
    assert left(site) == Money.of("10")


def test_the_clock_reminds_and_renews(site: Desk, small: PackageFacts) -> None:
    assert site.post("package/renewal", auto="on", period="month").status_code == 303
    trials.look(clock.now())
    assert "还有 5 天到期" in site.text("inbox")
    trials.look(clock.now() + timedelta(days=4, hours=12))
    trials.look(clock.now() + timedelta(days=4, hours=12))
    assert left(site) == Money.of("70")
    assert "自动" in site.text("package")


def test_a_seller_sets_fees_and_grace(world: Alliance, owner: Engine) -> None:
    hub = desk.at(world, world.hub)
    fields = {"form": "package", "name": "新套餐", "fee": "２９．９", "fee_year": "299"}
    fields |= {"level_id": "", "grace_days": "3", "position": "9", "on_sale": "y"}
    assert hub.post("packages/new", **fields).status_code == 303
    page = hub.text("packages")
    assert "¥29.90" in page
    assert "¥299.00" in page
    for bad in ("-1", "1.001", "NaN", "1e400", "1000001"):
        answer = hub.post("packages/new", **fields | {"fee": bad})
        assert answer.status_code == 422, bad
    with owner.connect() as behind:
        said = text("SELECT count(*) FROM shared.package WHERE name = '新套餐' AND tenant_id = :me")
        assert behind.execute(said, {"me": world.hub.id}).scalar_one() == 1


def test_the_master_site_has_no_package_of_its_own(world: Alliance) -> None:
    assert desk.at(world, world.hub).get("package").status_code == 404


def test_a_package_is_paid_online_and_the_master_may_undo_it(
    world: Alliance, site: Desk, small: PackageFacts, standin: Standin
) -> None:
    fields = {"package": str(small.id), "period": "month", "seen": seen(site.text("package"))}
    assert site.post("package/payment", **fields, amount="29").status_code == 409
    sent = site.post("package/payment", **fields, amount="30")
    assert sent.status_code == 303
    with use(site.site):
        (paying,) = topups.page(site.site).rows
    paid = str(paying.id)
    assert "正在确认" in site.text("package", paid=paid)
    standin.pay(sent.location)
    told(sent.location)
    assert "已支付 ¥30.00" in site.text("package", paid=paid)
    assert left(site) == Money.of("100"), "the balance is as before"
    hub = desk.at(world, world.hub)
    assert "套餐「普及版」" in hub.text(f"top-ups/{paying.id}")
    assert site.post(f"top-ups/{paying.id}/fee-return", form="fee", why="x").status_code == 403
    again = {"form": "fee", "why": "误购"}
    assert hub.post(f"top-ups/{paying.id}/fee-return", **again).status_code == 303
    assert hub.post(f"top-ups/{paying.id}/fee-return", **again).status_code == 409
    assert left(site) == Money.of("130")
    assert "已退回" in site.text("package")
    refund = {"form": "refund", "amount": "30", "reason": "误购"}
    assert hub.post(f"top-ups/{paying.id}/refunds", **refund).status_code == 303
    assert left(site) == Money.of("100")
