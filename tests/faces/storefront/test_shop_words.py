"""What a shop says about itself."""

from __future__ import annotations

from kameng.domains.design import queries as design
from kameng.domains.design import service as designs
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tests.support.shop import Shop


def test_a_sub_site_names_the_master_as_its_seller(shop: Shop) -> None:
    assert shop.alliance.hub.name in shop.visitor().get("/").text


def test_what_a_sub_site_says_of_itself_only_stands_beside_whoever_collects(shop: Shop) -> None:
    """limits.md: the payee is the verified name, whatever somebody typed."""
    ada, hub = shop.alliance.ada, shop.alliance.hub
    with use(ada):
        live, last = design.live(ada), design.live_revision(ada)
        assert last
        said = {**live, "site": {**live["site"], "seller": "某知名公司"}}
        said.pop("digest", None)
        designs.replace(ada, said, expected=last.id, author="t", note="", now=clock.now())
        session.commit()
    foot = shop.visitor().get("/").text.split('class="ft-legal"')[1]
    assert f"销售方：{hub.name} · 某知名公司" in foot


def test_an_agent_who_has_just_opened_is_greeted_once(shop: Shop) -> None:
    greeted = shop.visitor().get("/?opened=1").text
    assert "店铺已开通" in greeted
    assert 'href="/open/console"' in greeted
    assert shop.visitor().get("/open/console").location == "http://console.localhost:8000/sign-in"
    assert "店铺已开通" not in shop.visitor().get("/").text


def test_a_form_with_a_stale_token_says_what_to_do(shop: Shop) -> None:
    answer = shop.visitor().client.post("/orders/query", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
