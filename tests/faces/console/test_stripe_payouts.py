"""Paid by Stripe: the pages of the agent whose account it is, and of the master that sends."""

from urllib.request import Request, urlopen

import pytest

from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.withdrawals import queries
from kameng.domains.withdrawals.connected import queries as connected
from kameng.domains.withdrawals.rules import State
from tenants.context import use
from tenants.database import session
from tests.support import desk, payouts, shop
from tests.support.payments import Standin, standin  # noqa: F401
from tests.support.withdrawals import earn


@pytest.fixture
def world(app, builder, standin):  # noqa: F811
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.hub)
    standin.turn(balance=100_000)
    payouts.verified(made.ada)
    with use(made.ada) as ada:
        earn(ada, "1000")
        session.commit()
    return made


def _there(answer) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return answer.location


def _filled(url: str, last: str, first: str) -> str:
    """The owner fills in the provider's form and is led back."""
    from urllib.parse import urlencode
    from urllib.request import HTTPRedirectHandler, build_opener

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_a, **_k):
            return None

    from urllib.error import HTTPError

    body = urlencode({"action": "submit", "last": last, "first": first}).encode()
    try:
        build_opener(Stay).open(Request(url, data=body))
    except HTTPError as led:
        return str(led.headers["Location"])
    raise AssertionError("not led back")


def test_from_the_switch_to_the_money_and_back(world, standin: Standin) -> None:  # noqa: F811
    agent, boss = desk.at(world, world.ada, "agent"), desk.at(world, world.hub)
    assert "Stripe" not in agent.text("payee")
    page = boss.text("payouts/stripe")
    assert "中国内地" in page
    _there(boss.post("payouts/stripe", on="1"))
    assert "CNY" in boss.text("payouts/stripe")
    assert "中国香港" in agent.text("payee")
    bad = agent.post("payee/stripe", country="CN")
    assert bad.status_code == 422
    assert "改绑银行账户" in bad.get_data(as_text=True)
    url = _there(agent.post("payee/stripe", country="HK"))
    assert url.startswith(standin.base)
    with urlopen(url) as first:
        assert payouts.FIRST in first.read().decode()
    waiting = agent.text("payee")
    assert "Stripe 资料未填完" in waiting
    assert "继续填写资料" in waiting
    back = _filled(url, payouts.LAST, payouts.FIRST)
    path = back.split("/s/")[1].split("/", 1)[1]
    _there(agent.get(path))
    assert "已核实" in agent.text("payee")
    with use(world.ada) as ada:
        [bound] = accounts.usable(ada)
    _there(agent.post("withdrawals", form="ask", amount="200", account=str(bound.id)))
    with use(world.ada) as ada:
        [row] = queries.of_owner(ada).rows
    mine = f"payouts/{row.id}"
    _there(boss.post(f"{mine}/approval"))
    assert "用 Stripe 打款" in boss.text(mine)
    assert "开始打款" not in boss.text(mine)
    assert boss.post(f"{mine}/paying").status_code == 422
    standin.turn(lost=2)
    _there(boss.post(f"{mine}/transfer"))
    page = boss.text(mine)
    assert "否则会重复到账" in page
    assert boss.post(f"{mine}/release").status_code == 422
    assert boss.post(f"{mine}/rejection", form="reason", reason="不付了").status_code == 422
    standin.turn(lost=0)
    _there(boss.post(f"{mine}/transfer/inquiry"))
    assert len(standin.ask("GET", "/v1/transfers")["data"]) == 1
    assert "tr_" in boss.text(mine)
    assert "tr_" in agent.text(f"withdrawals/{row.id}")
    assert boss.post(f"{mine}/transfer").status_code == 409
    assert boss.post(f"{mine}/return", form="reason", reason="退回").status_code == 422
    with use(world.ada) as ada:
        assert queries.one(ada, row.id).state is State.PAID
    assert "开启 Stripe 代付" in boss.text("audit")


def test_a_no_is_told_in_words_and_another_name_is_compared(world, standin: Standin) -> None:  # noqa: F811
    agent, boss = desk.at(world, world.ada, "agent"), desk.at(world, world.hub)
    _there(boss.post("payouts/stripe", on="1"))
    url = _there(agent.post("payee/stripe", country="HK"))
    back = _filled(url, "Li", "Si")
    _there(agent.get(back.split("/s/")[1].split("/", 1)[1]))
    assert "等待主站核对姓名" in agent.text("payee")
    check = boss.text(f"payees/{world.ada.id}")
    assert "Si Li" in check
    assert "请与证件核对" in check
    with use(world.ada) as ada:
        [bound] = accounts.accounts(ada)
        [there] = connected.of_owner(ada).values()
    assert there.provider_account not in agent.text("payee")
    page = f"payees/{world.ada.id}/accounts/{bound.id}/verification"
    assert boss.post(page, seen="Wang Wu").status_code == 422
    assert 'name="seen" value="Si Li"' in boss.text(f"payees/{world.ada.id}")
    _there(boss.post(page, seen="Si Li"))
    _there(agent.post("withdrawals", form="ask", amount="500", account=str(bound.id)))
    with use(world.ada) as ada:
        [row] = queries.of_owner(ada).rows
    mine = f"payouts/{row.id}"
    _there(boss.post(f"{mine}/approval"))
    standin.turn(balance=0)
    _there(boss.post(f"{mine}/transfer"))
    page = boss.text(mine)
    assert "可用余额不足" in page
    assert "用 Stripe 打款" in page
    assert "Stripe 转账需要处理" in boss.text("inbox")
    _there(boss.post(f"{mine}/rejection", form="reason", reason="改用银行卡"))
    _there(boss.post("payouts/stripe", on="0"))
    assert "或用 Stripe 收款" not in agent.text("payee")


def test_the_switch_says_what_is_missing(world, standin: Standin) -> None:  # noqa: F811
    boss, agent = desk.at(world, world.hub), desk.at(world, world.ada, "agent")
    standin.turn(currency="usd")
    no = boss.post("payouts/stripe", on="1")
    assert no.status_code == 422
    assert "没有 CNY（现有：USD）" in no.get_data(as_text=True)
    assert agent.get("payouts/stripe").status_code == 403
    standin.turn(currency="cny", lost=0)
    _there(boss.post("payouts/stripe", on="1"))
    url = _there(agent.post("payee/stripe", country="HK"))
    [made] = _connections(world)
    with urlopen(url):
        pass
    again = f"payee/stripe/{made.id}/again"
    assert _there(agent.get(again)) != url
    assert _there(agent.post(f"payee/stripe/{made.id}")).startswith(standin.base)
    _there(agent.post(f"payee/stripe/{made.id}/look"))
    bo = desk.at(world, world.bo, "agent")
    assert bo.get(again).status_code == 404


def _connections(world):
    with use(world.ada) as ada:
        return list(connected.of_owner(ada).values())
