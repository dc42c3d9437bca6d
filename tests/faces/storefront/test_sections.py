"""Sections with real data: read only where a page wants them, true, and silent about people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.accounts.members.tiers import service as tiers
from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.faces.frame.media import drop
from kameng.faces.storefront import extras
from kameng.kit import cache, clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import engines, session
from tests.support import media, orders
from tests.support import shop as shops
from tests.support.shop import Shop
from tests.support.worlds import Builder
from themes import engine

WANTED = ("ticker", "ranks", "tiers", "member_card", "recharge", "product_tabs")


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """A furnished shop; Ada's front page holds every section with real data."""
    builder.app = app
    made = shops.furnish(builder.alliance())
    arranged(made, [{"id": one, "type": one} for one in WANTED])
    return made


@pytest.fixture(scope="module")
def kim(shop: Shop) -> MemberFacts:
    """A member of Ada's with money, who has bought one piece by balance and got it."""
    made = shops.member(shop.alliance.ada, "kim@example.com", "100")
    visitor = shop.visitor()
    visitor.sign_in("kim@example.com")
    assert visitor.buy(shop.sku, pay="wallet", quantity="2").status_code == 303
    orders.relayed()
    forget(shop)
    return made


def forget(shop: Shop) -> None:
    for name in (extras.TICKER, extras.RANKS, extras.TIERS):
        cache.forget(shop.alliance.ada, name)


def arranged(shop: Shop, sections: list[dict[str, Any]], **live: Any) -> None:
    """Give Ada's front page these sections and make it live."""
    ada = shop.alliance.ada
    for one in sections:
        if one["type"] == "recharge":
            one["settings"] = {"product": str(shop.sku.product_id)}
        if one["type"] == "product_tabs":
            one["blocks"] = [{"id": "t1", "type": "tab", "settings": {"label": "新品"}}]
    with use(ada):
        found = {**designs.live(ada)}
        found.pop("digest", None)
        found["templates"]["home"] = {"sections": sections}
        made = found if live else engine.normalise(found)
        saved = design.save_draft(ada, made, author="test", now=clock.now())
        now = designs.live_revision(ada)
        assert now
        design.publish_revision(ada, saved.id, expected=now.id, actor=SYSTEM, now=clock.now())
        session.commit()


def front(shop: Shop, login: str = "") -> str:
    visitor = shop.visitor()
    if login:
        visitor.sign_in(login)
    return visitor.get("/").get_data(as_text=True)


def test_a_shop_that_sold_nothing_shows_none_of_it(shop: Shop) -> None:
    forget(shop)
    page = front(shop)
    for section in ("ticker", "ranks", "tiers"):
        assert f'id="s-{section}"' not in page
    assert "暂无" not in page
    assert "登录后查看会员价" in page
    assert 'id="s-recharge"' in page
    assert f'value="{shop.sku.sku_id}"' in page
    assert "新品" in page


def test_what_was_delivered_is_told_without_a_word_about_who(shop: Shop, kim: MemberFacts) -> None:
    page = front(shop)
    assert 'id="s-ticker"' in page
    assert "刚刚" in page or "分钟前" in page
    assert "kim@example.com" not in page
    ranks = page.split('id="s-ranks"')[1].split("</section>")[0]
    assert shop.sku.product_name in ranks
    assert "近 30 天售出 2" in ranks


def test_a_site_shows_its_own_sales_and_no_others(shop: Shop, kim: MemberFacts) -> None:
    for site in (shop.alliance.hub, shop.alliance.bo):
        with use(site):
            assert extras.shopwindow.latest(site, now=clock.now()) == []
            assert extras.shopwindow.best_sellers(site, since=clock.now() - extras.RANK_DAYS) == {}


def test_a_member_sees_tier_and_balance_of_this_site(shop: Shop, kim: MemberFacts) -> None:
    ada = shop.alliance.ada
    with use(ada):
        gold = tiers.add(ada, "金牌会员", 3, actor=SYSTEM, now=clock.now())
        tiers.give(ada, kim.id, gold.id, seen=None, actor=SYSTEM, now=clock.now())
        session.commit()
    forget(shop)
    page = front(shop, "kim@example.com")
    card = page.split('id="s-member_card"')[1].split("</section>")[0]
    assert "金牌会员" in card
    assert ">80<" in card
    assert "我的等级" in page
    guest = front(shop)
    assert "金牌会员" in guest
    assert "我的等级" not in guest


def test_a_section_for_a_tier_shows_to_its_members_only(shop: Shop, kim: MemberFacts) -> None:
    words = {"body": "<p>只给金牌</p>", "audience": "tier:3"}
    arranged(shop, [{"id": "vip", "type": "rich_text", "settings": words}])
    assert "只给金牌" in front(shop, "kim@example.com")
    assert "只给金牌" not in front(shop)


def test_a_page_shows_the_sites_own_pictures_and_no_other_sites(shop: Shop) -> None:
    own, foreign = media.kept(shop.alliance.ada), media.kept(shop.alliance.bo, seed=2)
    slides = [
        {"id": f"s{n}", "type": "slide", "settings": {"picture": str(one.id)}}
        for n, one in enumerate((own, foreign))
    ]
    arranged(shop, [{"id": "car", "type": "carousel", "blocks": slides}])
    page = front(shop).split('id="s-car"')[1].split("</section>")[0]
    assert page.count("<img") == 1
    assert drop(shop.alliance.ada, own)["src"] in page
    assert drop(shop.alliance.bo, foreign)["src"] not in page
    assert 'width="' in page


def test_the_number_typed_on_the_front_page_is_in_the_purchase_form(shop: Shop) -> None:
    page = f"/p/{shop.sku.product_id}?sku={shop.sku.sku_id}&contact=13800138000"
    client = shop.visitor().client
    own = client.get(page, headers={"Sec-Fetch-Site": "same-origin"}).text
    assert 'value="13800138000"' in own
    for site in ("cross-site", "none", ""):
        assert "13800138000" not in client.get(page, headers={"Sec-Fetch-Site": site}).text


@contextmanager
def heard() -> Iterator[list[str]]:
    """Every statement of the app while the block runs."""
    asked: list[str] = []

    def hear(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    app_engine = engines.named("app")
    event.listen(app_engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(app_engine, "before_cursor_execute", hear)


def test_nothing_is_read_that_no_section_shows(shop: Shop, kim: MemberFacts) -> None:
    forget(shop)
    arranged(shop, [{"id": "goods", "type": "products"}])
    with heard() as plain:
        front(shop)
    arranged(shop, [{"id": one, "type": one} for one in WANTED])
    with heard() as cold:
        front(shop)
    with heard() as warm:
        front(shop)
    for word in ("order_line", "member_tier"):
        assert not any(word in one for one in plain), word
        assert any(word in one for one in cold), word
        assert not any(word in one for one in warm), word
    assert len(cold) <= len(plain) + 10
    assert len(warm) <= len(plain) + 7


def test_a_section_that_cannot_be_shown_is_told_once_to_who_may_mend_it(
    shop: Shop, owner: Engine
) -> None:
    broken = {"id": "bad", "type": "rich_text", "settings": {"gone": 1}}
    arranged(shop, [broken, {"id": "goods", "type": "products"}], as_it_is=True)
    told = text("SELECT facts FROM shared.notice WHERE tenant_id = :t AND kind = 'section_failed'")
    for _ in range(3):
        assert 'id="s-goods"' in front(shop)
    with owner.connect() as line:
        found = line.execute(told, {"t": shop.alliance.ada.id}).scalars().all()
    assert [one["section"] for one in found] == ["图文说明"]
    assert (found[0]["page"], found[0]["page_en"]) == ("首页", "Front page")
