"""A payee's own account at the provider: it stands only while the provider lets it receive money
and knows its owner under the payee's name."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import timedelta

import pytest

from kameng.domains.payees import service as payees
from kameng.domains.payees.accounts import service as accounts
from kameng.domains.payees.accounts.errors import BadPayoutAccount, CheckedByProvider
from kameng.domains.payees.accounts.rules import BY_HAND, Details, Method
from kameng.domains.payees.errors import PayeeMissing
from kameng.domains.payees.rules import Draft, Kind, Owner, State
from kameng.domains.withdrawals import policy
from kameng.domains.withdrawals.connected import errors, queries, rules, service
from kameng.domains.withdrawals.connected.errors import OtherNameThere
from kameng.domains.withdrawals.errors import MethodOff
from kameng.domains.withdrawals.payouts import stripe
from kameng.domains.withdrawals.rules import Policy
from kameng.faces.worker import connecting
from kameng.kit import calls, clock
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import payouts
from tests.support.ledger import TESTER
from tests.support.payees import PAPERS
from tests.support.payments import Standin
from tests.support.withdrawals import asked, earn
from tests.support.worlds import Alliance


@pytest.fixture
def world(alliance: Alliance, standin: Standin) -> Alliance:
    payouts.on(alliance.hub)
    payouts.verified(alliance.ada)
    return alliance


def test_an_account_stands_once_its_owner_is_known_there(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    made = payouts.begun(ada)
    assert made.provider_account
    assert made.wants_more
    assert payouts.account(ada, made).state is State.SENT
    again = payouts.begun(ada)
    assert (again.id, again.provider_account) == (made.id, made.provider_account)
    payouts.filled_in(standin, made)
    [event] = standin.events("account.updated")
    assert event["account"] == made.provider_account
    assert connecting.account(event["data"]["object"]["id"]) is None
    stands = payouts.account(ada, payouts.again(ada, made))
    assert stands.stands
    assert (stands.method, stands.holder) == (Method.STRIPE, PAPERS.legal_name)
    assert made.provider_account not in stands.hint
    assert len(standin.ask("GET", "/v1/events?type=account.updated")["data"]) == 1


def test_it_stands_no_longer_when_the_provider_says_so(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    to = payouts.ready(ada, standin)
    with use(ada):
        earn(ada, "500")
        made = queries.of_owner(ada)[to.id]
        session.commit()
    standin.ask("POST", f"/_control/connected/{made.provider_account}/inactive")
    assert connecting.account(str(made.provider_account)) is None
    seen = payouts.again(ada, made)
    assert seen.wants_more
    assert not payouts.account(ada, made).stands
    standin.ask("POST", f"/_control/connected/{made.provider_account}/active")
    payouts.looked(ada, made)
    assert payouts.account(ada, made).stands


def test_another_name_is_for_the_master_to_compare(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    made = payouts.begun(ada)
    payouts.filled_in(standin, made, "Li", "Si")
    seen = payouts.looked(ada, made)
    assert seen.is_ready
    assert seen.name == "Si Li"
    assert payouts.account(ada, made).state is State.SENT
    with use(ada):
        with pytest.raises(CheckedByProvider):
            accounts.verify(ada, seen.account_id, actor=TESTER, now=clock.now())
        session.rollback()
        told = {"actor": TESTER, "now": clock.now()}
        for typed in ("", "si li", "Wang Wu"):
            with pytest.raises(OtherNameThere):
                service.accept(ada, seen.account_id, seen=typed, **told)
        assert service.accept(ada, seen.account_id, seen="Si Li", **told).stands
        assert compared(ada) == [{"name": "Si Li", "holder": seen.holder}]
        session.commit()
    payouts.looked(ada, made)
    assert payouts.account(ada, made).stands
    payouts.filled_in(standin, made, "Wang", "Wu")
    payouts.looked(ada, made)
    assert not payouts.account(ada, made).stands, "another name is another person"
    with use(ada), pytest.raises(OtherNameThere):
        service.accept(ada, seen.account_id, seen="Si Li", actor=TESTER, now=clock.now())
    assert payouts.account(ada, made).state is State.SENT


def compared(site: Tenant) -> list[dict[str, str]]:
    """What the log keeps of names that were compared."""
    found = session.connection().exec_driver_sql(
        "SELECT after FROM shared.audit_log WHERE tenant_id = %s"
        " AND action = 'payout_account.compared'",
        (site.id,),
    )
    return [row[0] for row in found]


def test_one_the_master_refused_comes_back_only_by_the_master(
    world: Alliance, standin: Standin
) -> None:
    ada = world.ada
    to = payouts.ready(ada, standin)
    with use(ada):
        accounts.refuse(ada, to.id, "不是本人", actor=TESTER, now=clock.now())
        session.commit()
        made = queries.of_account(ada, to.id)
    payouts.looked(ada, made)
    assert payouts.account(ada, made).state is State.REFUSED
    with use(ada):
        accounts.remove(ada, to.id, actor=TESTER, now=clock.now())
        session.commit()
    fresh = payouts.begun(ada)
    assert fresh.provider_account == made.provider_account
    assert payouts.account(ada, fresh).state is State.SENT
    with use(ada):
        name = queries.of_account(ada, fresh.account_id).name
        told = {"actor": TESTER, "now": clock.now()}
        assert service.accept(ada, fresh.account_id, seen=name, **told).stands
        session.commit()


def test_a_changed_payee_is_checked_anew(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    to = payouts.ready(ada, standin)
    with use(ada):
        made = queries.of_account(ada, to.id)
        other = Draft(Kind.PERSON, "李四光", PAPERS.id_number)
        sent = payees.send(ada, other, actor=TESTER, now=clock.now())
        session.commit()
    payouts.looked(ada, made)
    assert not payouts.account(ada, made).stands
    with use(ada):
        payees.verify(ada, sent.version, actor=TESTER, now=clock.now())
        session.commit()
    payouts.looked(ada, made)
    assert not payouts.account(ada, made).stands, "the account is the former payee's"
    assert payouts.begun(ada).provider_account != made.provider_account


def test_what_the_provider_does_not_serve_is_refused_by_name(
    world: Alliance, standin: Standin
) -> None:
    ada = world.ada
    with use(ada):
        for country, refusal in (
            ("US", errors.ProviderElsewhere),
            ("CN", errors.ProviderElsewhere),
        ):
            with pytest.raises(refusal):
                service.begin(ada, country, actor=TESTER, now=clock.now())
        nobody = Owner("member", "x")
        with pytest.raises(PayeeMissing):
            service.begin(ada, "HK", owner=nobody, actor=TESTER, now=clock.now())
        session.rollback()
        for method in (Details(Method.STRIPE, "acct_1"),):
            with pytest.raises(BadPayoutAccount):
                accounts.bind(ada, method, actor=TESTER, now=clock.now())
    with use(world.hub) as hub:
        service.switch_off(hub, actor=TESTER, now=clock.now())
        session.commit()
    with use(ada), pytest.raises(errors.ProviderOff):
        service.begin(ada, "HK", actor=TESTER, now=clock.now())
    assert standin.ask("GET", "/v1/events?type=account.updated")["data"] == []


def test_no_money_of_the_shops_currency_there_is_said_before_anything_is_on(
    alliance: Alliance, standin: Standin
) -> None:
    standin.turn(currency="usd")
    with use(alliance.hub) as hub:
        with pytest.raises(errors.OtherMoney) as refused:
            calls.run(service.switch_on(hub, actor=TESTER))
        session.rollback()
        assert refused.value.facts == {"currency": "CNY", "held": "USD"}
        assert not queries.is_on(hub)
        assert Method.STRIPE not in policy.of(hub).methods


def test_the_switch_is_the_masters_own_and_not_the_rules(world: Alliance, standin: Standin) -> None:
    with use(world.hub) as hub:
        kept = Policy(methods=(Method.BANK, Method.STRIPE))
        policy.set_policy(hub, kept, actor=TESTER, now=clock.now())
        session.commit()
        assert policy.of(hub).methods == (Method.BANK, Method.STRIPE)
    to = payouts.ready(world.ada, standin)
    with use(world.hub) as hub:
        service.switch_off(hub, actor=TESTER, now=clock.now())
        session.commit()
        assert policy.of(hub).methods == (Method.BANK,)
    with use(world.ada) as ada:
        earn(ada, "200")
        with pytest.raises(MethodOff):
            asked(ada, to, "150")
        session.rollback()


def test_a_lost_answer_opens_no_second_account(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    standin.turn(lost=2)
    with use(ada):
        with pytest.raises(errors.ProviderDidNotAnswer):
            calls.run(service.begin(ada, "HK", actor=TESTER, now=clock.now()))
        session.rollback()
    made = payouts.begun(ada)
    payouts.filled_in(standin, made)
    assert len(standin.events("account.updated")) == 1
    assert payouts.looked(ada, made).is_ready


def test_a_silent_provider_is_asked_again_by_the_clock(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    made = payouts.begun(ada)
    payouts.filled_in(standin, made)
    later = clock.now() + timedelta(hours=1)
    assert connecting.check_accounts(later) >= 1
    assert payouts.account(ada, made).stands
    with shared():
        assert made.id not in {one.id for one in queries.to_check(later)}


def test_a_link_leads_to_the_provider_and_opens_once(world: Alliance, standin: Standin) -> None:
    ada = world.ada
    made = payouts.begun(ada)
    with use(ada):
        back, again = "http://console.example/back", "http://console.example/again"
        url = calls.run(service.leading(ada, made.id, back, again))
        session.commit()
    with urllib.request.urlopen(url) as page:
        assert "开通收款" in page.read().decode()

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_a, **_k):  # type: ignore[no-untyped-def]
            return None

    with pytest.raises(urllib.error.HTTPError) as led:
        urllib.request.build_opener(Stay).open(url)
    assert led.value.headers["Location"] == again
    led.value.close()


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("张三丰", ("张三丰", "三丰 张"), True),
        ("John A. Smith", ("John A Smith", "Smith John A"), True),
        ("JOHN SMITH", ("Smith John", "john  smith"), True),
        ("张三丰", ("Zhang Sanfeng",), False),
        ("张三丰", (), False),
        ("张三丰", ("",), False),
        ("—", ("—",), False),
    ],
)
def test_a_name_is_the_same_however_it_is_spaced(ours, theirs, same) -> None:  # type: ignore[no-untyped-def]
    assert rules.same_name(ours, theirs) is same


def test_across_borders_only_where_the_provider_does_so() -> None:
    assert rules.reachable("HK") == ("HK",)
    assert {"US", "GB", "DE"} <= set(rules.reachable("GB"))
    assert "CN" not in rules.reachable("GB")
    far = stripe.request("Ann Lee", is_company=False, country="US", home="GB", about="1")
    near = stripe.request("某公司", is_company=True, country="HK", home="HK", about="1")
    assert far["tos_acceptance"] == {"service_agreement": "recipient"}
    assert far["individual"] == {"first_name": "Ann", "last_name": "Lee"}
    assert "tos_acceptance" not in near
    assert near["company"] == {"name": "某公司"}


def test_what_a_person_types_is_never_a_providers() -> None:
    assert set(BY_HAND) | {Method.STRIPE} == set(Method)
    assert Method.STRIPE not in BY_HAND
