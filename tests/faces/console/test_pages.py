"""Every page of the console opens for those who may, empty and full, in both languages."""

import pytest

from tenants.context import use
from tenants.database import session
from tests.support import catalog, desk, shop

OPERATOR_PAGES = (
    *("", "orders", "goods", "goods/categories", "goods/products/new", "goods/import", "secrets"),
    *("prices", "sites", "packages", "packages/new", "members"),
    *("ledger", "ledger/trial-balance", "settings", "audit"),
)
AGENT_PAGES = ("", "orders", "goods", "prices", "members", "ledger", "settings", "audit")
AGENT_FORBIDDEN = ("secrets", "sites", "packages", "goods/import", "goods/categories")


@pytest.fixture
def furnished(alliance, app):
    return shop.furnish(alliance)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_operator_page_opens_on_an_empty_site(alliance, app, language):
    for site in (alliance.hub, alliance.ada, alliance.bo):
        shop.decorate(site)
    here = desk.at(alliance, alliance.hub)
    for page in OPERATOR_PAGES:
        assert "</html>" in here.text(page, lang=language), page
    assert "</html>" in here.text("prices", audience="child")


def test_every_operator_page_opens_on_a_furnished_site(furnished):
    here = desk.at(furnished.alliance, furnished.alliance.hub)
    for page in OPERATOR_PAGES:
        assert "</html>" in here.text(page), page


def test_every_agent_page_opens_and_the_masters_pages_do_not(furnished):
    here = desk.at(furnished.alliance, furnished.alliance.ada, role="agent")
    for page in AGENT_PAGES:
        assert "</html>" in here.text(page), page
    for page in AGENT_FORBIDDEN:
        assert here.get(page).status_code == 403, page


def test_a_site_without_a_grant_is_as_if_it_did_not_exist(furnished):
    here = desk.at(furnished.alliance, furnished.alliance.ada, role="agent")
    assert here.client.get(f"/s/{furnished.alliance.hub.slug}").status_code == 404
    assert here.client.get("/s/no-such-site/orders").status_code == 404


def test_nobody_comes_in_without_signing_in(furnished):
    answer = furnished.alliance.console.get(f"/s/{furnished.alliance.hub.slug}/orders")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


def test_pages_of_one_product_and_one_sku_open(furnished):
    here = desk.at(furnished.alliance, furnished.alliance.hub)
    sku = furnished.sku
    assert sku.product_name in here.text(f"goods/products/{sku.product_id}")
    here.text(f"goods/products/{sku.product_id}/skus/{sku.sku_id}")
    here.text(f"goods/products/{sku.product_id}/skus/new")
    assert sku.product_name in here.text(f"secrets/{sku.sku_id}")


def test_an_agent_never_sees_what_the_master_pays(alliance, app):
    with use(alliance.hub):
        catalog.sku(alliance.hub, name="成本保密商品", cost="3.17", retail="10.00")
        session.commit()
    for site in (alliance.hub, alliance.ada):
        shop.decorate(site)
    here = desk.at(alliance, alliance.ada, role="agent")
    for page in ("goods", "prices"):
        text = here.text(page)
        assert "成本保密商品" in text
        assert "3.17" not in text


def test_on_a_phone_a_new_agents_next_steps_stand_above_what_is_still_empty(alliance, app):
    shop.decorate(alliance.ada)
    page = desk.at(alliance, alliance.ada, role="agent").text("")
    aside = page.split("下一步")[0].rpartition('<div class="col-lg-5')[2]
    assert aside.startswith(" order-first order-lg-last")
