"""Behind PgBouncer in transaction mode: everybody shares four connections, nobody's site."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine

from kameng import wiring
from kameng.config import Settings
from tests.support import crowd, orders, pooler, shop
from tests.support.payments import Standin, standin
from tests.support.pooler import Pooler
from tests.support.worlds import Builder

__all__ = ["standin"]

SITES = 400
SIZE = 4
MEMBER = "kim-behind-the-pooler@example.com"


@pytest.fixture
def pooled(tools: Settings) -> Iterator[Pooler]:
    """This process speaks to the database through the pooler only."""
    with pooler.before(tools, size=SIZE) as made:
        wiring.connect(made.settings)
        yield made
        wiring.connect(tools)


def test_no_transaction_sees_another_site_through_the_pooler(owner: Engine, pooled: Pooler) -> None:
    with crowd.schemas_of(owner, SITES) as sites:
        seen = crowd.visit_all(sites, threads=8)
        assert seen.wrong == []
        assert seen.ended["committed"] == SITES - SITES // crowd.FAILING
        kept, touched = crowd.standing(owner, sites)
    assert kept == touched == seen.committed
    assert pooled.transactions() >= SITES
    assert pooled.servers("app") <= SIZE


def test_what_a_client_leaves_behind_is_not_the_next_ones(tools: Settings, owner: Engine) -> None:
    """One server connection: a commit, a rollback and a client that dies in the middle."""
    opened = "BEGIN; SET LOCAL search_path = {}, shared; SET LOCAL app.tenant_id = '7'"
    with pooler.before(tools, size=1) as made, crowd.schemas_of(owner, 1) as (site,):
        address = made.settings.role_url("app")
        for ending in ("COMMIT", "ROLLBACK", ""):
            with psycopg.connect(address, autocommit=True) as one:
                one.execute(opened.format(site.schema))
                assert one.execute("SELECT tenant_id FROM schema_info").fetchone() == (site.id,)
                if ending:
                    one.execute(ending)
                else:
                    one.pgconn.finish()
            with psycopg.connect(address, autocommit=True) as other:
                with pytest.raises(psycopg.errors.UndefinedTable):
                    other.execute("SELECT tenant_id FROM schema_info")
                with pytest.raises(psycopg.Error, match=r"app\.|bigint"):
                    other.execute("SELECT count(*) FROM shared.due")
        assert made.servers("app") <= 1


def test_a_shop_opens_sells_is_paid_and_delivers_through_the_pooler(
    app: Flask, builder: Builder, pooled: Pooler, standin: Standin
) -> None:
    """A guest pays at the provider, a member from her balance; the books close."""
    builder.app = app
    market = shop.furnish(builder.alliance())
    guest = market.visitor()
    page = guest.buy(market.sku).location
    standin.pay(page)
    for event in standin.events("checkout.session.completed"):
        assert standin.notify(market.alliance.hooks, event).status_code == 200
    orders.relayed(threads=2)
    number = standin.session(page)["success_url"].rpartition("/")[2].partition("?")[0]
    assert "----pw" in guest.get(f"/orders/{number}").text
    shop.member(market.alliance.ada, contact=MEMBER, balance="50.00")
    kim = market.visitor()
    kim.sign_in(MEMBER)
    answer = kim.buy(market.sku, pay="wallet", contact=MEMBER)
    assert "----pw" in kim.get(answer.location).text
    orders.books_balance(market.alliance.hub)
    assert pooled.transactions() > 20
    assert 1 <= pooled.servers("app") <= SIZE
