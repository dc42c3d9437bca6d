"""Whatever is asked, refunded, settled and paid at the same moment: no yuan leaves twice.

Every action runs in a thread of its own on a connection of its own, as the role of the web process.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.proofs.queries import prove, trial_balance
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.withdrawals import errors, queries, review, service
from kameng.domains.withdrawals.payouts import Proof
from kameng.domains.withdrawals.rules import State
from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import close_session, session
from tenants.tree import Tenant
from tests.support.ledger import TESTER, yuan
from tests.support.withdrawals import asked, earn, owe, rich
from tests.support.worlds import Alliance, Builder


def at_once(site: Tenant, *acts: Callable[[Tenant], object]) -> Counter[str]:
    """Run them together, each in its own transaction; how often each ended how."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[Tenant], object]) -> str:
        try:
            with use(site):
                gate.wait()
                act(site)
                session.commit()
                return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            close_session()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(one, acts))


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture(scope="module")
def account(world: Alliance):  # type: ignore[no-untyped-def]
    return rich(world.ada, "1000")


@pytest.fixture(autouse=True)
def _books(world: Alliance):  # type: ignore[no-untyped-def]
    """Before: 1,000 are due and nothing is owed or asked for. After: the books balance."""
    with use(world.ada) as ada:
        for row in queries.of_owner(ada).rows:
            if row.state is State.ASKED:
                service.cancel(ada, row.id, actor=TESTER, now=clock.now())
        if queries.purse(ada).free < yuan("1000"):
            earn(ada, str(yuan("1000") - queries.purse(ada).available))
        session.commit()
    yield
    with use(world.hub) as hub:
        assert trial_balance(hub).gap == Money.zero()
        assert prove(hub).holds


def start_of(site: Tenant) -> Money:
    with use(site):
        return queries.purse(site).free


def test_requests_for_the_same_money_get_it_once(world: Alliance, account) -> None:  # type: ignore[no-untyped-def]
    free = start_of(world.ada)
    told = at_once(world.ada, *[lambda ada: asked(ada, account, "400")] * 6)
    assert told == {"done": 2, "more_than_free": 4}
    assert start_of(world.ada) == free - yuan("800")


def test_one_form_sent_six_times_at_once_is_one_request(world: Alliance, account) -> None:  # type: ignore[no-untyped-def]
    free, now = start_of(world.ada), clock.now()

    def send(ada: Tenant) -> object:
        return service.ask(ada, account.id, yuan("150"), once="six", actor=TESTER, now=now)

    assert at_once(world.ada, *[send] * 6) == {"done": 6}
    assert start_of(world.ada) == free - yuan("150")


def test_what_is_withdrawn_is_not_turned_into_balance_as_well(world: Alliance, account) -> None:  # type: ignore[no-untyped-def]
    def turn(once: str) -> Callable[[Tenant], object]:
        return lambda ada: service.turn(ada, yuan("600"), once=once, actor=TESTER, now=clock.now())

    def ask(ada: Tenant) -> object:
        return asked(ada, account, "600")

    before = start_of(world.ada)
    told = at_once(world.ada, ask, turn("a"), ask, turn("b"))
    assert told == {"done": 1, "more_than_free": 3}
    assert start_of(world.ada) == before - yuan("600")


def test_a_pay_out_confirmed_four_times_leaves_once(world: Alliance, account) -> None:  # type: ignore[no-untyped-def]
    with use(world.ada) as ada:
        made = asked(ada, account, "300")
        review.approve(ada, made.id, actor=TESTER, now=clock.now())
        session.commit()
    told = at_once(
        world.ada,
        *[lambda ada: review.start(ada, made.id, actor=TESTER, now=clock.now())] * 4,
    )
    assert told == {"done": 1, "withdrawal_moved": 3}
    with use(world.hub) as hub:
        cash = ledger.balance(house(hub.id, AccountKind.CASH_BY_HAND)).posted
    proof = Proof("流水号 1")
    told = at_once(
        world.ada,
        *[lambda ada: review.confirm(ada, made.id, proof, actor=TESTER, now=clock.now())] * 3,
        lambda ada: review.reject(ada, made.id, "银行拒收", actor=TESTER, now=clock.now()),
    )
    assert told in ({"done": 1, "withdrawal_moved": 3}, {"done": 1, "not_your_payout": 3})
    with use(world.hub) as hub:
        left = ledger.balance(house(hub.id, AccountKind.CASH_BY_HAND)).posted
        gone = queries.one(hub, made.id).state is State.PAID
        assert cash - left == (yuan("300") if gone else Money.zero())


def test_a_refund_at_the_same_moment_is_not_paid_out(world: Alliance, account) -> None:  # type: ignore[no-untyped-def]
    """Whichever comes first: what is owed is not among what may go, at the latest at review."""
    told = at_once(
        world.ada,
        lambda ada: owe(ada, "500"),
        lambda ada: asked(ada, account, "1000"),
    )
    assert told["done"] == 1 + (told["more_than_free"] == 0)
    with use(world.ada) as ada:
        waiting = [one for one in queries.of_owner(ada).rows if one.state is State.ASKED]
        for row in waiting:
            with pytest.raises(errors.DebtFirst):
                review.approve(ada, row.id, actor=TESTER, now=clock.now())
            session.rollback()
            review.reject(ada, row.id, "先还欠款", actor=TESTER, now=clock.now())
            session.commit()
        assert queries.purse(ada).free == yuan("500")
