"""Who is paid, what is asked for and what leaves: the pages of the agent and of the master."""

import io
import re

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.withdrawals import queries
from kameng.domains.withdrawals.rules import State
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop
from tests.support.ledger import yuan
from tests.support.payees import CARD, PAPERS, PICTURE
from tests.support.withdrawals import earn

PAYEE = {"form": "payee", "kind": "person", "legal_name": "张三丰", "id_number": PAPERS.id_number}
BANK = {
    "form": "account",
    "method": "bank",
    "number": CARD.number,
    "bank": CARD.bank,
    "branch": CARD.branch,
}
RULES = {
    "form": "policy",
    "open": "y",
    "minimum": "100",
    "daily": "",
    "fee_flat": "2",
    "fee_share": "1",
    "days": "3",
    "methods": ["bank", "qr"],
}


@pytest.fixture(scope="module")
def world(app, builder):
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.hub)
    with use(made.ada) as ada:
        earn(ada, "1000")
        session.commit()
    return made


@pytest.fixture(scope="module")
def agent(world):
    return desk.at(world, world.ada, "agent")


@pytest.fixture(scope="module")
def boss(world):
    return desk.at(world, world.hub)


def _free(world) -> Money:
    with use(world.ada) as ada:
        return queries.purse(ada).free


def _mine(world):
    with use(world.ada) as ada:
        return queries.of_owner(ada).rows


def _done(answer) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return answer.location.split("/s/")[1].split("/", 1)[1]


def _once(page: str, mark: str) -> str:
    return re.search(rf'id="{mark}-once"[^>]*value="([^"]+)"', page).group(1)


def _verified(world, agent, boss):
    """The agent's payee and account, sent and verified through the pages; done once."""
    with use(world.ada) as ada:
        usable = accounts.usable(ada)
    if usable:
        return usable[0]
    _done(agent.post("payee", **PAYEE))
    _done(agent.post("payee/accounts", **BANK))
    assert "1 项收款资料待核实" in boss.text()
    with use(world.ada) as ada:
        found, bound = payees.of(ada), accounts.accounts(ada)[0]
    site = f"payees/{world.ada.id}"
    stale = boss.post(f"{site}/{found.id}/verification", form="reason", seen=found.version + 1)
    assert stale.status_code == 409
    for seen in ("", "x", "１"):
        answer = boss.post(f"{site}/{found.id}/verification", form="reason", seen=seen)
        assert answer.status_code == 422
    early = boss.post(f"{site}/accounts/{bound.id}/verification")
    assert early.status_code == 422
    _done(boss.post(f"{site}/{found.id}/verification", form="reason", seen=found.version))
    _done(boss.post(f"{site}/accounts/{bound.id}/verification"))
    with use(world.ada) as ada:
        return accounts.usable(ada)[0]


def test_numbers_are_masked_for_the_site_and_whole_for_whoever_checks(world, agent, boss) -> None:
    _verified(world, agent, boss)
    mine, theirs = agent.text("payee"), boss.text(f"payees/{world.ada.id}")
    assert "张三丰" in mine
    assert "110***********002X" in mine
    for number in (PAPERS.id_number, CARD.number):
        assert number not in mine
        assert number not in boss.text("payees")
        assert number in theirs
    assert "查看收款人证件号" in agent.text("audit")


def test_what_cannot_be_is_marked_and_kept_in_the_form(agent) -> None:
    answer = agent.post("payee", **(PAYEE | {"id_number": "110105194912310021"}))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "位数或校验位不对" in page) == (422, True)
    assert 'value="张三丰"' in page
    answer = agent.post("payee/accounts", **(BANK | {"number": "12"}))
    assert answer.status_code == 422
    assert "请填写完整账号" in answer.get_data(as_text=True)


def test_asked_reviewed_paid_with_a_picture_and_seen_by_both(world, agent, boss) -> None:
    account = _verified(world, agent, boss)
    _done(boss.post("payouts/rules", **RULES))
    page = agent.text("withdrawals")
    assert "每笔 ¥2.00 加金额的 1 %" in page
    form = {"form": "ask", "amount": "２００", "account": str(account.id)}
    form["once"] = _once(page, "ask")
    first, second = (
        _done(agent.post("withdrawals", **form)),
        _done(agent.post("withdrawals", **form)),
    )
    assert first == second
    assert _free(world) == yuan("800")
    assert "待审核" in agent.text(first)
    made = _mine(world)[0]
    at = f"payouts/{made.id}"
    assert world.ada.name in boss.text("payouts")
    assert "1 笔提现待审核" in boss.text()
    assert CARD.number not in boss.text(at)
    _done(boss.post(f"{at}/approval"))
    assert boss.post(f"{at}/approval").status_code == 409
    assert CARD.number not in boss.text(at)
    _done(boss.post(f"{at}/paying"))
    assert CARD.number in boss.text(at)
    other = desk.at(world, world.hub, "finance")
    seen = other.text(at)
    assert CARD.number not in seen
    assert "请勿重复打款" in seen
    assert other.post(f"{at}/proof", form="proof", proof="流水 1").status_code == 422
    assert boss.post(f"{at}/proof", form="proof", proof="").status_code == 422
    assert _mine(world)[0].state is State.PAYING
    told = {"form": "proof", "proof": "流水 20261122", "picture": (io.BytesIO(PICTURE), "a.png")}
    _done(boss.post(f"{at}/proof", **told))
    assert boss.post(f"{at}/proof", form="proof", proof="流水 2").status_code == 409
    with use(world.hub) as hub:
        assert ledger.balance(house(hub.id, AccountKind.CASH_BY_HAND)).posted == yuan("804")
    for who, page in ((agent, f"withdrawals/{made.id}"), (boss, at)):
        assert "流水 20261122" in who.text(page)
        shown = who.get(f"{page}/proof")
        assert (shown.content_type, shown.data[:2]) == ("image/jpeg", b"\xff\xd8")
        assert shown.headers["Cache-Control"] == "no-store"


def test_rejected_with_a_reason_the_site_reads(world, agent, boss) -> None:
    account, before = _verified(world, agent, boss), _free(world)
    _done(agent.post("withdrawals", form="ask", amount="150", account=str(account.id), once="r"))
    at = f"payouts/{_mine(world)[0].id}"
    assert boss.post(f"{at}/rejection", form="reason", reason=" ").status_code == 422
    _done(boss.post(f"{at}/rejection", form="reason", reason="请先补交合同"))
    assert "请先补交合同" in agent.text(f"withdrawals/{_mine(world)[0].id}")
    assert _free(world) == before


@pytest.mark.parametrize(
    "amount",
    ["-5", "0", "NaN", "1.1234567", "99.99", "90000000000"],
)
def test_bad_amounts_move_nothing_and_stay_in_the_box(world, agent, boss, amount) -> None:
    account, before, count = _verified(world, agent, boss), _free(world), len(_mine(world))
    for form, page in (("ask", "withdrawals"), ("turn", "withdrawals/turning")):
        if (form, amount) == ("turn", "99.99"):
            continue
        fields = {"form": form, "amount": amount, "account": str(account.id), "once": "bad"}
        answer = agent.post(page, **fields)
        assert answer.status_code == 422, (form, amount)
        assert not amount or f'value="{amount}"' in answer.get_data(as_text=True)
    assert (_free(world), len(_mine(world))) == (before, count)


def test_earnings_become_balance(world, agent, boss) -> None:
    before = _free(world)
    fields = {"form": "turn", "amount": "30.50", "once": _once(agent.text("withdrawals"), "turn")}
    for _ in range(2):
        _done(agent.post("withdrawals/turning", **fields))
    assert before - _free(world) == yuan("30.50")
    with use(world.ada) as ada:
        assert ledger.balance(house(ada.id, AccountKind.PREPAID)).posted == yuan("30.50")


@pytest.mark.parametrize(
    "change",
    [
        {"minimum": "0"},
        {"minimum": "1"},
        {"fee_flat": "-1"},
        {"fee_share": "51"},
        {"fee_share": "x"},
        {"daily": "1"},
        {"days": "61"},
        {"methods": []},
        {"methods": ["cash"]},
    ],
)
def test_rules_that_cannot_be_kept_are_not_saved(world, boss, change) -> None:
    from kameng.domains.withdrawals import policy

    with use(world.hub) as hub:
        before = policy.of(hub)
    assert boss.post("payouts/rules", **(RULES | change)).status_code == 422
    with use(world.hub) as hub:
        assert policy.of(hub) == before


def test_who_may_not_does_not(world, agent) -> None:
    clerk = desk.at(world, world.hub, "support")
    for page in ("payouts", "payees", "payouts/rules", f"payees/{world.ada.id}"):
        assert clerk.get(page).status_code == 403, page
        assert agent.get(page).status_code == 403, page
    helper = desk.at(world, world.ada, "agent_staff")
    for page in ("payee", "withdrawals"):
        assert helper.get(page).status_code == 403, page
    assert agent.post(f"payouts/{_mine(world)[0].id}/approval").status_code == 403
    bo = desk.at(world, world.bo, "agent")
    assert bo.get(f"withdrawals/{_mine(world)[0].id}").status_code == 404


def test_the_master_is_led_from_the_agents_pages_to_its_own(boss) -> None:
    for page, there in (("withdrawals", "payouts"), ("payee", "payees")):
        answer = boss.get(page)
        assert (answer.status_code, answer.location.rsplit("/", 1)[1]) == (303, there)
    for page, fields in (
        ("withdrawals", {"form": "ask"}),
        ("withdrawals/turning", {"form": "turn"}),
    ):
        assert boss.post(page, **fields, amount="10", once="x").status_code in (303, 422)
