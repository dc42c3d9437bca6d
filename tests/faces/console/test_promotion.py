"""推广: an agent sets shares, sees who promotes, switches them off; odd input changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from kameng.domains.payees import service
from kameng.domains.payees.accounts import service as account_service
from kameng.domains.payees.rules import MEMBER, Owner
from kameng.domains.promotion import queries
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.rules import PromoterFacts, Rates, Settings
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Percent
from tenants.context import use
from tenants.database import session
from tests.support import accounts, desk, payees, shop
from tests.support.desk import Desk
from tests.support.payees import OTHER_PAPERS as OTHER
from tests.support.shop import Shop
from tests.support.worlds import Builder

TYPED = {"form": "settings", "is_on": "y", "first": "５.5", "second": "2", "days": "20"}


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Shop:
    builder.app = app
    return shop.furnish(builder.alliance())


@pytest.fixture(scope="module")
def hub(world: Shop) -> Desk:
    return desk.at(world.alliance, world.alliance.hub, "operator")


@pytest.fixture(scope="module")
def ada(world: Shop) -> Desk:
    return desk.at(world.alliance, world.alliance.ada, "agent")


@pytest.fixture(scope="module")
def kim(world: Shop, ada: Desk) -> PromoterFacts:
    """A member of Ada's who promotes."""
    assert "还没有推广员" in ada.text("promotion")
    site = world.alliance.ada
    assert ada.post("promotion/settings", **TYPED).status_code == 303
    member = accounts.member(site, name="小金")
    with use(site):
        made = promotion.join(site, member.id, agreed=True, referral=None, now=clock.now())
        session.commit()
    return made


def settings_of(world: Shop) -> Settings:
    with use(world.alliance.ada):
        return queries.settings(world.alliance.ada)


def test_an_agent_switches_promotion_on_and_sees_who_promotes(
    world: Shop, ada: Desk, kim: PromoterFacts
) -> None:
    assert settings_of(world) == Settings(True, Rates(Percent.of("5.5"), Percent.of(2)), 20)
    page = ada.text("promotion")
    assert "小金" in page
    assert kim.code in page
    assert "一级佣金 5.5%" in page
    assert "结算级数" not in ada.text("promotion/settings")


@pytest.mark.parametrize(
    "odd",
    [
        *({"first": one} for one in ("-1", "50.1", "1e400", "NaN", "", "=1+1", "1.23456")),
        *({"days": one} for one in ("0", "91", "-3", "2.5", "", "九")),
        {"second": "51"},
    ],
)
def test_odd_shares_are_refused_with_what_was_typed(
    world: Shop, ada: Desk, kim: PromoterFacts, odd: dict[str, str]
) -> None:
    before = settings_of(world)
    answer = ada.post("promotion/settings", **(TYPED | odd))
    assert answer.status_code == 422
    (typed,) = odd.values()
    assert f'value="{typed}"' in answer.get_data(as_text=True)
    assert settings_of(world) == before


def test_only_the_master_says_how_many_levels_are_paid(world: Shop, hub: Desk, ada: Desk) -> None:
    ada.post("promotion/settings", **TYPED, levels="0")
    with use(world.alliance.ada):
        assert queries.paid_levels(world.alliance.ada) == 2
    assert hub.post("promotion/settings", **TYPED, levels="3").status_code == 422
    assert hub.post("promotion/settings", **TYPED, levels="1").status_code == 303
    with use(world.alliance.ada):
        assert queries.paid_levels(world.alliance.ada) == 1
    assert "主站当前结算 1 级" in ada.text("promotion/settings")


def test_a_promoter_is_found_by_code_note_and_name_and_the_site_was_told_of_him(
    world: Shop, ada: Desk, kim: PromoterFacts
) -> None:
    for asked in (kim.code.lower(), "小金"):
        assert kim.code in ada.text("promotion", q=asked)
    assert kim.code not in ada.text("promotion", q="%")
    assert kim.code not in ada.text("promotion", state="off")
    assert "小金 成为推广员" in ada.text("inbox")


def test_each_promoter_is_checked_alone_with_the_consent_and_told(
    world: Shop, hub: Desk, ada: Desk, kim: PromoterFacts
) -> None:
    """The master sees papers and code, never the member's name or contact; and not everybody's
    number at once."""
    site, other = world.alliance.ada, accounts.member(world.alliance.ada, name="小王")
    owner = Owner(MEMBER, str(kim.member_id))
    with use(site):
        promotion.join(site, other.id, agreed=True, referral=None, now=clock.now())
        sent = []
        for one, papers in ((owner, payees.PAPERS), (Owner(MEMBER, str(other.id)), OTHER)):
            payees.agreed(site, one)
            code = Actor(MEMBER, one.id, "CODE", "")
            sent.append(service.send(site, papers, owner=one, actor=code, now=clock.now()))
        session.commit()
    mine, theirs = sent
    everybody = hub.text("payees")
    assert f"/payees/{site.id}/{mine.id}" in everybody
    overview = hub.text(f"payees/{site.id}")
    assert "本站推广员" in overview
    page = hub.text(f"payees/{site.id}/{mine.id}")
    assert payees.PAPERS.id_number in page
    assert "版本 2026-11" in page
    for number in (OTHER.id_number, payees.PAPERS.id_number):
        assert number not in overview
        assert number not in everybody
    assert OTHER.id_number not in page
    assert "小金" not in page
    verdict = f"payees/{site.id}/{mine.id}/verification"
    answer = hub.post(verdict, form="reason", seen=mine.version)
    assert answer.location.endswith(f"/payees/{site.id}/{mine.id}")
    assert "已通知推广员" in hub.text(f"payees/{site.id}/{mine.id}")
    with use(site):
        bound = account_service.bind(
            site, payees.ALIPAY, owner=owner, actor=SYSTEM, now=clock.now()
        )
        session.commit()
    account = f"payees/{site.id}/accounts/{bound.id}/verification"
    assert hub.post(account).location.endswith(f"/payees/{site.id}/{mine.id}")
    assert payees.PAPERS.id_number in hub.text(f"payees/{site.id}", account=str(bound.id))
    again = hub.post(verdict, form="reason", seen=mine.version)
    assert again.status_code == 409
    assert payees.PAPERS.legal_name in again.text
    assert ada.get(f"payees/{site.id}/{theirs.id}").status_code in (403, 404)
    assert hub.get(f"payees/{site.id}/{ids.uuid7()}").status_code == 404


def test_promoters_are_switched_off_and_on_many_at_once(
    world: Shop, ada: Desk, kim: PromoterFacts
) -> None:
    site = world.alliance.ada
    assert ada.post("promotion/promoters", to="off").status_code == 303
    assert "请先勾选推广员" in ada.text("promotion")
    for to, on in (("off", False), ("on", True)):
        assert ada.post("promotion/promoters", to=to, pick=str(kim.member_id)).status_code == 303
        with use(site):
            found = queries.promoter(site, kim.member_id)
        assert found
        assert found.is_on is on
    assert ada.post("promotion/promoters", to="off", pick="x").status_code == 422


def test_a_promoter_has_a_note_and_shares_of_his_own(
    world: Shop, ada: Desk, kim: PromoterFacts
) -> None:
    page = f"promotion/promoters/{kim.member_id}"
    typed = {"form": "promoter", "first": "7", "second": "", "note": " 群主  老客户 "}
    assert ada.post(page, **typed).status_code == 303
    shown = ada.text(page)
    assert "群主 老客户" in shown
    assert "7% / 0%" in ada.text("promotion")
    assert ada.post(page, **(typed | {"first": "51"})).status_code == 422
    assert "7% / 0%" in ada.text("promotion")
    assert ada.get(f"promotion/promoters/{ids.uuid7()}").status_code == 404


def test_a_product_has_shares_of_its_own_until_they_are_removed(
    world: Shop, ada: Desk, kim: PromoterFacts
) -> None:
    product, name = world.sku.product_id, world.sku.product_name
    typed = {"form": "product", "name": name, "first": "8", "second": "1"}
    odd = ada.post("promotion/products", **(typed | {"name": "没有这个商品"}))
    assert odd.status_code == 422
    assert "没有找到唯一对应" in odd.get_data(as_text=True)
    assert ada.post("promotion/products", **typed).status_code == 303
    site = world.alliance.ada
    with use(site):
        assert list(queries.products_with_rates(site)) == [product]
    assert ada.post(f"promotion/products/{product}/removal").status_code == 303
    with use(site):
        assert queries.products_with_rates(site) == {}


@pytest.mark.parametrize("role", ["finance", "support", "catalogue", "agent_staff"])
def test_staff_without_the_right_neither_see_nor_set(world: Shop, role: str) -> None:
    someone = desk.at(world.alliance, world.alliance.ada, role)
    before = settings_of(world)
    assert someone.get("promotion").status_code == 403
    assert someone.post("promotion/settings", **(TYPED | {"first": "1"})).status_code == 403
    assert settings_of(world) == before


def test_another_sites_promoter_is_as_if_he_were_not_there(
    world: Shop, hub: Desk, kim: PromoterFacts
) -> None:
    assert hub.get(f"promotion/promoters/{kim.member_id}").status_code == 404
    assert hub.post("promotion/promoters", to="off", pick=str(kim.member_id)).status_code == 303
    with use(world.alliance.ada):
        found = queries.promoter(world.alliance.ada, kim.member_id)
    assert found
    assert found.is_on
