"""A site does what its package has: so many goods, and the modules that are ticked."""

from __future__ import annotations

import itertools

import pytest
from flask import Flask

from kameng.domains.catalog.goods import listed
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.promotion import queries as promotion
from kameng.domains.promotion import service as promotions
from kameng.domains.promotion.rules import Settings
from kameng.domains.terms import queries as packages
from kameng.domains.terms import service as terms_service
from kameng.domains.terms.errors import NotInPackage
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.terms.rules import ALL_MODULES, Allows
from kameng.domains.topups import queries as topups
from kameng.domains.topups.rules import Payer
from kameng.faces.worker import trials
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog, desk, shop, terms
from tests.support.desk import Desk
from tests.support.worlds import Alliance, Builder

GOODS = 5
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.hub)
    with use(made.hub):
        for number in range(GOODS):
            catalog.sku(made.hub, f"商品 {number}", secrets=1)
        session.commit()
    return made


@pytest.fixture(scope="module")
def small(world: Alliance) -> PackageFacts:
    """Three goods of the master's, and nothing else."""
    few = Allows(sku_limit=3, modules=())
    return terms.package(world.hub, name="体验版", allows=few)


@pytest.fixture
def site(world: Alliance, builder: Builder, small: PackageFacts) -> Desk:
    made = builder.site(f"limits{next(_numbers)}", world.hub)
    shop.decorate(made)
    terms.bind(made, small)
    return desk.at(world, made, "agent")


def lists(site: Tenant) -> int:
    with use(site):
        return listed.count(site)


def hidden_of(site: Desk) -> list[str]:
    """The SKUs the site keeps off its list, by id."""
    with use(site.site):
        return [str(one.sku_id) for one in goods.goods(site.site).items if one.hidden]


def test_what_is_beyond_the_limit_is_hidden_the_latest_first_and_not_shown_again(
    world: Alliance, site: Desk
) -> None:
    assert lists(site.site) == GOODS
    trials.trim(clock.now())
    assert lists(site.site) == 3
    late = hidden_of(site)
    assert len(late) == 2
    refused = site.post(f"goods/skus/{late[0]}/listing", hidden="no")
    assert refused.status_code == 422
    assert "最多上架 3 个规格" in refused.get_data(as_text=True)
    assert hidden_of(site) == late
    with use(site.site):
        shown = next(one for one in goods.goods(site.site).items if not one.hidden)
    assert site.post(f"goods/skus/{shown.sku_id}/listing", hidden="yes").status_code == 303
    assert site.post(f"goods/skus/{late[0]}/listing", hidden="no").status_code == 303
    assert lists(site.site) == 3


def test_new_goods_from_above_do_not_make_it_more(world: Alliance, site: Desk) -> None:
    trials.trim(clock.now())
    with use(world.hub):
        made = catalog.sku(world.hub, "新商品", secrets=1)
        session.commit()
    assert lists(site.site) == 4
    trials.trim(clock.now())
    assert lists(site.site) == 3
    assert str(made.sku_id) in hidden_of(site)
    with use(world.hub):
        assert listed.count(world.hub) >= GOODS + 1, "nobody else lists less"


def test_a_module_that_is_not_in_is_closed_wherever_it_was_on(
    world: Alliance, builder: Builder, small: PackageFacts
) -> None:
    made = builder.site(f"limits{next(_numbers)}", world.hub)
    whole = terms.package(world.hub, name="全功能")
    terms.bind(made, whole)
    with use(made):
        promotions.set_up(made, Settings(is_on=True), actor=SYSTEM, now=clock.now())
        session.commit()
        assert promotion.settings(made).is_on
        assert topups.policy(made, Payer.MEMBER).is_open
    with shared():
        terms_service.rebind(made.id, small, now=clock.now())
        session.commit()
    with use(made):
        assert not promotion.settings(made).is_on
        assert not topups.policy(made, Payer.MEMBER).is_open
        assert topups.policy(made, Payer.SITE).is_open, "its own balance is another thing"
        with pytest.raises(NotInPackage):
            promotions.set_up(made, Settings(is_on=True), actor=SYSTEM, now=clock.now())


def test_keys_are_not_made_without_the_api(site: Desk) -> None:
    fields = {"form": "key", "name": "机器人", "permissions": "prices.view", "days": "90"}
    refused = site.post("settings/keys", **fields)
    assert refused.status_code == 422
    assert "套餐不包含" in refused.get_data(as_text=True)


def test_a_smaller_list_is_taken_after_the_latest_goods_were_hidden(
    world: Alliance, builder: Builder, small: PackageFacts
) -> None:
    made = builder.site(f"limits{next(_numbers)}", world.hub)
    shop.decorate(made)
    terms.bind(made, terms.package(world.hub, name="大套餐"))
    at = desk.at(world, made, "agent")
    page = at.text("package")
    assert "上架规格超出" in page
    fields = {"package": str(small.id), "period": "month", "seen": "", "amount": "0"}
    refused = at.post("package/choice", **fields)
    assert refused.status_code == 422
    assert "超出上架数量" in refused.get_data(as_text=True)
    assert lists(made) > 3
    assert at.post("package/fitting", package=str(small.id)).status_code == 303
    assert lists(made) == 3
    assert at.post("package/choice", **fields).status_code == 303
    assert "体验版" in at.text("package")


def test_a_seller_ticks_what_a_package_has(world: Alliance) -> None:
    hub = desk.at(world, world.hub)
    fields = {"form": "package", "name": "挑选版", "fee": "10", "level_id": "", "grace_days": "3"}
    fields |= {"position": "9", "on_sale": "y", "sku_limit": "100", "modules": "api"}
    assert hub.post("packages/new", **fields).status_code == 303
    page = hub.text("packages")
    assert "最多上架 100 个规格" in page
    with use(world.hub):
        made = next(one for one in packages.packages(world.hub) if one.name == "挑选版")
    assert made.allows == Allows(sku_limit=100, modules=("api",))
    assert set(made.allows.modules) < set(ALL_MODULES)
    assert made.fee == Money.of("10")
    for bad in ("-1", "1000001", "NaN", "1.5"):
        answer = hub.post("packages/new", **fields | {"name": "坏", "sku_limit": bad})
        assert answer.status_code == 422, bad
    assert hub.post("packages/new", **fields | {"modules": "moon"}).status_code == 422
