"""设置 → 域名: claim, prove, choose, give up; and what other sites' people may not."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator

import pytest
import rq
from flask import Flask
from sqlalchemy import update

from kameng.domains.agents.hostnames.models import OwnDomain
from kameng.domains.agents.hostnames.rules import State
from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import Allows
from kameng.kit import cache
from tenants import registry
from tenants.context import use
from tenants.database import session
from tests.support import desk, hosts, shop
from tests.support.desk import Desk
from tests.support.hosts import World
from tests.support.shop import TOKEN
from tests.support.terms import bind, package
from tests.support.worlds import Alliance, Builder, HostClient

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with hosts.world() as made:
        yield made


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    made = builder.alliance()
    bind(made.ada, package(made.hub, allows=Allows(own_domain=True)))
    bind(made.bo, package(made.ada, allows=Allows()))
    shop.decorate(made.ada)
    return made


@pytest.fixture(scope="module")
def agent(family: Alliance) -> Desk:
    return desk.at(family, family.ada, "agent")


@pytest.fixture
def host(family: Alliance) -> Iterator[str]:
    yield f"desk{next(_numbers)}.example.com"
    for site in (family.hub, family.ada):
        hosts.give_up(site)


def seen(page: str) -> str:
    return html.unescape(page)


def test_a_site_without_own_domains_is_told_what_they_are_for(family: Alliance) -> None:
    page = desk.at(family, family.hub).text("domains")
    assert "还没有自己的域名" in page
    assert family.settings.host(family.hub.slug) in page
    assert 'name="host"' in page


def test_from_a_typed_name_to_the_main_address(
    world: World, family: Alliance, agent: Desk, host: str
) -> None:
    added = agent.post("domains", form="domain", host=f"https://{host.upper()}/")
    assert added.status_code == 303
    assert added.headers["Location"].endswith(f"/domains/{host}")
    (claim,) = [one for one in hosts.names_of(family.ada).claims if one.host == host]
    page = agent.text(f"domains/{host}")
    assert claim.entry in page
    assert claim.token in page
    assert f"http://{host}{claim.file_path}" in page
    assert "待验证" in page
    agent.post(f"domains/{host}/check")
    assert "没有找到 DNS 记录" in agent.text(f"domains/{host}")
    world.prove(claim)
    agent.post(f"domains/{host}/check")
    page = agent.text(f"domains/{host}")
    assert "验证成功" in page
    assert "尚未指向本店" in page
    refused = agent.post(f"domains/{host}/main")
    assert refused.status_code == 422
    assert "主域名保持不变" in refused.get_data(as_text=True)
    world.lead_here(family.ada, host)
    agent.post(f"domains/{host}/check")
    assert agent.post(f"domains/{host}/main").status_code == 303
    assert hosts.names_of(family.ada).main == host
    assert f"http://{host}:8000/" in agent.text("settings")
    assert agent.post(f"domains/{host}/removal").status_code == 303
    assert registry.by_host(host) is None
    assert agent.get(f"domains/{host}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "必填"),
        ("not a name", "这不是域名"),
        ("127.0.0.1", "这是 IP 地址"),
        ("com.cn", "公共后缀"),
        ("bo.localhost", "平台的域名"),
        ("a" * 300 + ".com", "太长"),
        ("router.local", "不存在这样的域名"),
    ],
)
def test_what_is_no_domain_of_ones_own_is_refused_and_stays_in_the_box(
    agent: Desk, family: Alliance, typed: str, said: str
) -> None:
    before = hosts.names_of(family.ada)
    answer = agent.post("domains", form="domain", host=typed)
    assert answer.status_code == 422
    page = seen(answer.get_data(as_text=True))
    assert typed in page
    assert hosts.names_of(family.ada) == before
    if typed:
        assert said in page


def test_a_host_another_site_has_proven_is_refused(
    world: World, family: Alliance, agent: Desk, host: str
) -> None:
    hosts.proven(world, family.hub, host)
    answer = agent.post("domains", form="domain", host=host)
    assert answer.status_code == 409
    assert "已由另一个站点验证" in answer.get_data(as_text=True)
    assert host not in [claim.host for claim in hosts.names_of(family.ada).claims]


def test_a_package_without_own_domains_shows_no_form_and_takes_none(
    family: Alliance, host: str
) -> None:
    bo = desk.at(family, family.bo, "agent")
    page = bo.text("domains")
    assert "套餐不含独立域名" in page
    assert 'name="host"' not in page
    assert bo.post("domains", form="domain", host=host).status_code == 403
    assert hosts.names_of(family.bo).claims == ()


def test_people_of_other_sites_reach_no_domain(
    world: World, family: Alliance, agent: Desk, host: str
) -> None:
    hosts.claimed(family.hub, host)
    for page in ("check", "main", "removal"):
        assert agent.post(f"domains/{host}/{page}").status_code == 404
        stranger = desk.post(agent.client, f"/s/{family.hub.slug}/domains/{host}/{page}")
        assert stranger.status_code == 404
    assert agent.get(f"domains/{host}").status_code == 404
    support = desk.at(family, family.ada, "support")
    assert support.get("domains").status_code == 403
    assert support.post("domains", form="domain", host=host).status_code == 403


def test_a_visitor_from_above_leads_nobodys_shoppers_elsewhere(
    world: World, family: Alliance, agent: Desk, host: str
) -> None:
    """A host of the visitor's own as main address would outlast the visit."""
    hosts.proven(world, family.ada, host)
    hub = desk.at(family, family.hub)
    said = {"form": "visit", "reason": "help with the notice", "hours": "4"}
    assert hub.post(f"sites/{family.ada.id}/visits", **said).status_code == 303
    inside = Desk(hub.client, family.ada, hub.person)
    assert inside.get("domains").status_code == 200
    assert inside.post("domains", form="domain", host=f"my-{host}").status_code == 403
    for act in ("check", "main", "removal"):
        assert inside.post(f"domains/{host}/{act}").status_code == 403, act
    assert [claim.host for claim in hosts.names_of(family.ada).claims] == [host]
    assert inside.post(f"visits/{hub.person.id}/end").status_code == 303


def test_a_chinese_name_is_shown_as_it_is_read_and_led_as_it_is_sent(
    world: World, family: Alliance, agent: Desk
) -> None:
    assert agent.post("domains", form="domain", host="网店.中国").status_code == 303
    written = "xn--hxt814e.xn--fiqs8s"
    assert registry.by_host(written) is None
    (claim,) = [one for one in hosts.names_of(family.ada).claims if one.host == written]
    page = agent.text(f"domains/{written}")
    assert "网店.中国" in page
    assert claim.entry in page
    agent.post(f"domains/{written}/removal")


def test_other_hosts_lead_on_what_is_looked_at_and_answer_what_is_sent(
    app: Flask, world: World, family: Alliance, host: str
) -> None:
    hosts.proven(world, family.ada, host)
    hosts.main(family.ada, host)
    home = HostClient(app, app.response_class, host=family.settings.host(family.ada.slug))
    led = home.get("/c?page=2", headers={"Host": home.host})
    assert (led.status_code, led.headers["Location"]) == (308, f"http://{host}:8000/c?page=2")
    assert led.headers["Cache-Control"] == "no-store"
    assert home.head("/").status_code == 308
    assert home.get("/orders").status_code == 200
    assert home.get("/c", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    assert home.post("/sign-in", data={}).status_code == 400
    own = HostClient(app, app.response_class, host=host)
    assert own.get("/c").status_code == 200
    hosts.main(family.ada, family.settings.host(family.ada.slug))
    assert home.get("/c").status_code == 200
    assert own.get("/c").headers["Location"].startswith(f"http://{home.host}:8000/")


def test_no_address_of_another_host_makes_an_open_redirect(
    app: Flask, world: World, family: Alliance, host: str
) -> None:
    hosts.proven(world, family.ada, host)
    own = HostClient(app, app.response_class, host=host)
    home = f"http://{family.settings.host(family.ada.slug)}:8000"
    for path in ("//evil.example/c", "/\\evil.example", "/c?next=//evil.example"):
        answer = own.get(path)
        if answer.status_code == 308:
            assert answer.headers["Location"].startswith(f"{home}/")
            assert not answer.headers["Location"].startswith(f"{home}//")


def test_links_in_mails_carry_the_main_address_whatever_host_was_asked(
    app: Flask, world: World, family: Alliance, host: str
) -> None:
    hosts.proven(world, family.ada, host)
    hosts.main(family.ada, host)
    queue = rq.Queue("slow", connection=cache.client())
    queue.empty()
    home = family.settings.host(family.ada.slug)
    client = HostClient(app, app.response_class, host=f"{home}:6666")
    page = client.get("/password/reset", headers={"Sec-Fetch-Mode": "cors"}).text
    token = TOKEN.search(page)
    assert token
    client.post("/password/reset", data={"login": "a@example.com", "csrf_token": token.group(1)})
    (job,) = queue.jobs
    assert f"http://{host}:8000/password/reset" in job.args
    assert not any("6666" in str(one) for one in job.args)


def test_a_package_says_whether_it_brings_an_own_domain(family: Alliance) -> None:
    boss = desk.at(family, family.hub)
    for name, more in (("With domain", {"own_domain": "y"}), ("Without", {})):
        made = boss.post("packages/new", form="package", name=name, level_id="", **more)
        assert made.status_code == 303
    with use(family.hub):
        found = {one.name: one.allows.own_domain for one in terms.packages(family.hub)}
    assert (found["With domain"], found["Without"]) == (True, False)


def test_a_state_has_its_words(world: World, family: Alliance, agent: Desk, host: str) -> None:
    from datetime import timedelta

    from kameng.kit import clock

    claim = hosts.proven(world, family.ada, host)
    world.forget(claim)
    start = clock.now()
    hosts.looked_at(family.ada, host, now=start + timedelta(days=1))
    assert "找不到验证信息" in agent.text(f"domains/{host}")
    assert f"域名 {host}" in agent.text()
    for day in (2, 3):
        after = hosts.looked_at(family.ada, host, now=start + timedelta(days=day))
    assert after.state is State.LOST
    assert "不再指向您的店铺" in agent.text(f"domains/{host}")
    assert "验证已失效" in agent.text("domains")


def test_what_was_done_stands_in_the_audit_log(agent: Desk) -> None:
    page = agent.text("audit")
    for act in ("添加域名", "域名检查", "更换主域名", "移除域名"):
        assert act in page, act


def test_the_filing_number_of_a_domain_is_typed_where_it_is_managed(
    family: Alliance, agent: Desk, host: str
) -> None:
    agent.post("domains", form="domain", host=host)
    typed = {"form": "filing", "icp": "粤ICP备2026000001号－2", "police": ""}
    assert agent.post(f"domains/{host}/filing", **typed).status_code == 303
    assert "粤ICP备2026000001号-2" in agent.text(f"domains/{host}")
    for odd in ({"icp": "随便写"}, {"police": "粤ICP备2026000001号"}):
        answer = agent.post(f"domains/{host}/filing", **{**typed, **odd})
        assert answer.status_code == 422
        assert "粤ICP备2026000001号-2" in agent.text(f"domains/{host}")


def test_a_domain_shoppers_come_by_is_missed_its_number_until_it_has_one(
    family: Alliance, agent: Desk, world: World, host: str
) -> None:
    agent.post("domains", form="domain", host=host)
    with use(family.ada):
        claim = OwnDomain.tenant_id == family.ada.id, OwnDomain.host == host
        session.execute(update(OwnDomain).where(*claim).values(state="proven", reached=True))
        session.commit()
    assert "缺备案号" in agent.text("domains")
    assert "尚未填写备案号" in agent.text()
    typed = {"form": "filing", "icp": "粤ICP备2026000001号", "police": ""}
    agent.post(f"domains/{host}/filing", **typed)
    assert "缺备案号" not in agent.text("domains")
    assert "尚未填写备案号" not in agent.text()
