"""Whatever many do at once: money is never made, floors hold, each key and each hold counts once.

Hypothesis draws rounds of actions; the actions of a round run at the same time on connections of
their own, as the role the web process has. What each reports is added up and must equal what the
books hold.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kameng.domains.ledger import queries, service
from kameng.domains.ledger.errors import (
    AlreadyReversed,
    BalanceTooLow,
    HoldResolved,
    KeyReused,
)
from kameng.domains.ledger.proofs.queries import prove, trial_balance
from kameng.domains.ledger.rules import AccountKey, AccountKind, Posted
from kameng.kit import clock, ids
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.ledger import TESTER, cash, move
from tests.support.ledger import purse as purse_of
from tests.support.worlds import Alliance

PURSES = 3
AT_ONCE = 4
EXPECTED = (BalanceTooLow, KeyReused, HoldResolved, AlreadyReversed)

purses = st.integers(0, PURSES - 1)
fen = st.integers(1, 1_000).map(Money.of_fen)
fills = st.tuples(st.just("fill"), purses, purses, fen, st.integers(0, 2))
takes = st.tuples(st.just("take"), purses, purses, fen, st.integers(0, 2))
moves = st.tuples(st.just("move"), purses, purses, fen, st.integers(0, 2))
posts = st.one_of(fills, takes, moves)
Post = tuple[str, int, int, Money, int]


def purse(tenant: Tenant, owner: str = "kim") -> AccountKey:
    """A floored account of a kind that may pass from one to another: a balance never does."""
    return replace(purse_of(tenant, owner), kind=AccountKind.AVAILABLE.value)


class Books(RuleBasedStateMachine):
    """One tenant's purses under fire, and what the shooters were told."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__()
        self.tenant, self.mark = tenant, str(ids.uuid7())
        self.expected: dict[AccountKey, int] = defaultdict(int)
        self.round = 0
        self.posted: list[tuple[UUID, AccountKey, AccountKey, Money]] = []
        self.held: list[tuple[UUID, AccountKey, AccountKey, Money]] = []
        self.resolved: Counter[UUID] = Counter()
        self.reversed: Counter[UUID] = Counter()
        self.lock = threading.Lock()

    def purse(self, number: int) -> AccountKey:
        return purse(self.tenant, f"{self.mark}:{number}")

    def ends(self, what: Post) -> tuple[AccountKey, AccountKey]:
        verb, one, other, _, _ = what
        if verb == "fill":
            return cash(self.tenant), self.purse(one)
        if verb == "take":
            return self.purse(one), cash(self.tenant)
        return self.purse(one), self.purse((one + 1 + other % (PURSES - 1)) % PURSES)

    def together(self, works: Sequence[Callable[[], object]]) -> None:
        """Run each in a binding and a transaction of its own, all at the same time."""

        def run(work: Callable[[], object]) -> None:
            with use(self.tenant):
                try:
                    work()
                except EXPECTED:
                    session.rollback()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(run, work) for work in works]:
                done.result()

    def moved(self, taken: AccountKey, given: AccountKey, money: Money) -> None:
        self.expected[taken] -= money.micro
        self.expected[given] += money.micro

    @rule(whats=st.lists(posts, min_size=2, max_size=6))
    def post(self, whats: list[Post]) -> None:
        """Postings at once; equal numbers share a key, so some are repeats and some clash."""
        self.round += 1
        keys: dict[str, set[UUID]] = defaultdict(set)

        def work(what: Post) -> None:
            taken, given = self.ends(what)
            key = f"{self.mark}:{self.round}:{what[4]}"
            asked = move(taken, given, str(what[3].decimal), key)
            posted = service.post(self.tenant, asked, now=clock.now())
            session.commit()
            with self.lock:
                keys[key].add(posted.txn_id)
                if not posted.replayed:
                    self.moved(taken, given, what[3])
                    self.posted.append((posted.txn_id, taken, given, what[3]))

        self.together([lambda what=what: work(what) for what in whats])  # type: ignore[misc]
        assert all(len(made) == 1 for made in keys.values())

    @rule(what=posts)
    def hold(self, what: Post) -> None:
        """Set an amount aside."""

        def work() -> None:
            taken, given = self.ends(what)
            asked, now = move(taken, given, str(what[3].decimal)), clock.now()
            held = service.hold(self.tenant, asked, until=now, now=now)
            session.commit()
            self.held.append((held.txn_id, taken, given, what[3]))

        self.together([work])

    @rule(pick=st.integers(0, 50), verbs=st.lists(st.booleans(), min_size=2, max_size=4))
    def resolve(self, pick: int, verbs: list[bool]) -> None:
        """Settle and void one hold at once, each with a key of its own: one of them wins."""
        if not self.held:
            return
        hold_id, taken, given, money = self.held[pick % len(self.held)]

        def work(settle: bool) -> None:
            verb = service.settle_hold if settle else service.void_hold
            verb(self.tenant, hold_id, key=str(ids.uuid7()), actor=TESTER, now=clock.now())
            session.commit()
            with self.lock:
                self.resolved[hold_id] += 1
                if settle:
                    self.moved(taken, given, money)

        self.together([lambda settle=settle: work(settle) for settle in verbs])  # type: ignore[misc]

    @rule(pick=st.integers(0, 50), times=st.integers(1, 3))
    def reverse(self, pick: int, times: int) -> None:
        """Reverse one posting several times at once, with different keys."""
        if not self.posted:
            return
        txn_id, taken, given, money = self.posted[pick % len(self.posted)]

        def work() -> None:
            made: Posted = service.reverse(
                self.tenant, txn_id, key=str(ids.uuid7()), kind="back", actor=TESTER,
                now=clock.now(),
            )  # fmt: skip
            session.commit()
            with self.lock:
                self.reversed[txn_id] += not made.replayed
                self.moved(given, taken, money)

        self.together([work] * times)

    @invariant()
    def books_hold_what_was_reported(self) -> None:
        with use(self.tenant):
            for number in range(PURSES):
                held = queries.balance(self.purse(number))
                assert held.posted.micro == self.expected[self.purse(number)]
                assert Money.zero() <= held.available <= held.posted

    @invariant()
    def nothing_is_resolved_or_reversed_twice(self) -> None:
        assert all(times == 1 for times in self.resolved.values())
        assert all(times == 1 for times in self.reversed.values())

    def teardown(self) -> None:
        with use(self.tenant):
            assert prove(self.tenant).faults == ()
            assert trial_balance(self.tenant).gap == Money.zero()


def test_the_books_survive_whatever_happens_at_once(alliance: Alliance) -> None:
    run_state_machine_as_test(
        lambda: Books(alliance.hub),
        settings=settings(
            max_examples=12,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _at_once(tenant: Tenant, times: int, work: Callable[[int], object]) -> list[object]:
    """The answers, or the refusals, of `times` runs at the same time."""

    def run(number: int) -> object:
        with use(tenant):
            try:
                answer = work(number)
                session.commit()
            except EXPECTED as refusal:
                session.rollback()
                return type(refusal)
            return answer

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, range(times)))


@pytest.fixture
def hub(alliance: Alliance) -> Tenant:
    """The master site, where Kim holds 10.00."""
    with use(alliance.hub) as tenant:
        service.post(tenant, move(cash(tenant), purse(tenant), "10"), now=clock.now())
        session.commit()
    return alliance.hub


def test_twenty_copies_of_one_posting_are_one(hub: Tenant) -> None:
    what = move(purse(hub), cash(hub), "3", key="webhook:1")
    answers = _at_once(hub, 20, lambda _: service.post(hub, what, now=clock.now()))
    assert len({answer.txn_id for answer in answers if isinstance(answer, Posted)}) == 1
    assert sum(not answer.replayed for answer in answers if isinstance(answer, Posted)) == 1
    with use(hub):
        assert queries.balance(purse(hub)).posted == Money.of("7")


def test_of_twenty_takers_only_as_many_succeed_as_the_purse_can_pay(hub: Tenant) -> None:
    answers = _at_once(
        hub, 20, lambda _: service.post(hub, move(purse(hub), cash(hub), "3"), now=clock.now())
    )
    assert Counter(isinstance(answer, Posted) for answer in answers) == {True: 3, False: 17}
    with use(hub):
        assert queries.balance(purse(hub)).posted == Money.of("1")


def test_money_sent_both_ways_between_two_purses_never_locks_up(hub: Tenant) -> None:
    with use(hub):
        service.post(hub, move(cash(hub), purse(hub, "lee"), "10"), now=clock.now())
        session.commit()

    def send(number: int) -> Posted:
        ends = (purse(hub), purse(hub, "lee"))
        taken, given = ends if number % 2 else ends[::-1]
        return service.post(hub, move(taken, given, "0.01"), now=clock.now())

    assert all(isinstance(answer, Posted) for answer in _at_once(hub, 60, send))
    with use(hub):
        assert queries.balance(purse(hub)).posted == Money.of("10")
        assert prove(hub).holds
