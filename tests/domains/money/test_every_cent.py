"""Every cent finds its owner, whatever happens in whatever order and at the same moment.

Hypothesis draws sales, refunds, disputes, settlements, withdrawals, top-ups and fees over a chain
Hub > Ada > Bo, where Ada and Bo at times collect by themselves; each is done by one to four threads
at once, on connections of their own, as the role the web process has. After each step every figure
is counted a second way. The short profile is part of the suite; `KAMENG_SOAK=1` runs many more and
longer histories.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from kameng.domains.ledger.proofs.rules import Scope
from kameng.domains.orders.rules import OrderState
from kameng.domains.orders.service import Way
from kameng.domains.proofs.book import CHECKS
from kameng.domains.terms import service as terms_verbs
from kameng.domains.terms.rules import Allows
from kameng.domains.withdrawals import policy
from kameng.domains.withdrawals import rules as withdrawal_rules
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.money.counted import Counted
from tests.domains.money.works import Act, Sold, Works
from tests.support import leftovers, own, payees, shop, terms
from tests.support.bank import Bank
from tests.support.ledger import TESTER
from tests.support.orders import stocked
from tests.support.tree import markup
from tests.support.worlds import Builder

SOAK = bool(os.environ.get("KAMENG_SOAK"))
EXAMPLES, STEPS = (60, 30) if SOAK else (4, 12)
STOCK = 20_000 if SOAK else 500

sites = st.integers(0, 2)
agents = st.integers(1, 2)
numbers = st.integers(0, 10**6)
times = st.integers(1, 3)
pieces = st.tuples(st.integers(0, 3), st.integers(0, 9)).filter(any)
shares = st.integers(10, 110)
"""Percent of what is there: with two or three at once only some can have it."""
fen = st.integers(1, 1_500).map(Money.of_fen)
ways = st.sampled_from(Way)
verbs = st.sampled_from(["approve", "reject", "start", "confirm", "release", "cancel", "returned"])


class Cents(RuleBasedStateMachine):
    """One alliance at work, from where the last history left it."""

    def __init__(self, works: Works, owner: Engine) -> None:
        super().__init__()
        self.works, self.bank, self.owner = works, works.bank, owner
        self.before = Counted(works, owner).figures()

    def site(self, number: int) -> Tenant:
        return self.works.sites[number]

    def pick(self, number: int, *states: OrderState) -> Sold | None:
        """An order of late; in one of these states, if any does."""
        among = self.works.sold[-12:]
        fit = [one for one in among if not states or self.works.state(one) in states]
        return fit[number % len(fit)] if fit else None

    # single things, each once or several times at once

    @rule(site=sites, pieces=pieces, times=times)
    def sell_from_balance(self, site: int, pieces: Sequence[int], times: int) -> None:
        self.works.at_once("buy", [self.works.buy(self.site(site), pieces)] * times)

    @rule(site=sites, pieces=pieces, told=times, delivered=times)
    def sell_through_the_provider(
        self, site: int, pieces: Sequence[int], told: int, delivered: int
    ) -> None:
        own = self.works.collects(self.site(site))
        with suppress(Refusal):
            sold = self.works.order(self.site(site), pieces)
            assert sold.own is own
            self.works.at_once("told", [self.works.tell_paid(sold.page)] * told)
            assert self.works.state(sold) is OrderState.PAID
            self.works.at_once("deliver", [self.works.deliver(sold)] * delivered)
            assert self.works.state(sold) is OrderState.COMPLETED

    @rule(
        pick=numbers, line=st.integers(0, 1), pieces=st.integers(0, 3), money=st.none() | fen,
        way=ways, times=times, same=st.booleans(), end=st.sampled_from(
            ["succeeded", "succeeded", "pending", "failed"]
        ),
    )  # fmt: skip
    def give_back(
        self, pick: int, line: int, pieces: int, money: Money | None, way: Way, times: int,
        same: bool, end: str,
    ) -> None:  # fmt: skip
        self.refunds_end(end)
        sold = self.pick(pick, OrderState.COMPLETED, OrderState.PARTIALLY_REFUNDED)
        if sold:
            one, acts = ids.uuid7(), []
            for _ in range(times):
                refund = one if same else ids.uuid7()
                with suppress(Refusal):
                    acts.append(self.works.give_back(sold, line, pieces, money, way, refund))
            told = self.works.at_once("give back", acts)
            assert same or told["done"] <= 1

    @rule(pick=numbers, end=st.sampled_from(["succeeded", "failed"]), times=times)
    def refund_ends(self, pick: int, end: str, times: int) -> None:
        under_way = self.works.refunds_under_way()
        if under_way:
            site, refund = under_way[pick % len(under_way)]
            number = str(refund.provider_refund)
            bank = next(one for one in self.works.banks if number in one.refunds)
            bank.finish(number, end)
            self.works.at_once("refund ends", [self.works.tell_refund(site, refund)] * times)

    @rule(pick=numbers, again=st.integers(0, 2), given_up=st.integers(0, 2))
    def failed_refund_is_decided(self, pick: int, again: int, given_up: int) -> None:
        self.refunds_end("succeeded")
        sold = self.pick(pick, OrderState.REFUND_FAILED)
        if sold:
            acts = [self.works.retry(sold)] * again + [self.works.give_up(sold)] * given_up
            told = self.works.at_once("failed refund", acts)
            assert told["done"] <= 1 or not given_up

    @rule(pick=numbers, fen=st.integers(1, 10_000), topup=st.booleans(), times=times)
    def dispute_opens(self, pick: int, fen: int, topup: bool, times: int) -> None:
        pages = [one.page for one in self.works.filled[-6:]] if topup else []
        pages = pages or [one.page for one in self.works.sold[-12:] if one.page]
        paid = {one: bank for bank in self.works.banks for one in bank.payments}
        free = [f"pi_{one}" for one in pages if f"pi_{one}" in paid]
        free = [one for one in free if not paid[one].payments[one].dispute]
        if free:
            chosen = free[pick % len(free)]
            number = paid[chosen].open_dispute(chosen, fen)
            self.works.at_once("disputed", [self.works.tell_dispute(number)] * times)

    @rule(pick=numbers, end=st.sampled_from(["won", "lost"]), times=times)
    def dispute_ends(self, pick: int, end: str, times: int) -> None:
        under_way = [
            (bank, one.id)
            for bank in self.works.banks
            for one in bank.disputes.values()
            if one.status == "needs_response"
        ]
        if under_way:
            bank, number = under_way[pick % len(under_way)]
            bank.end_dispute(number, end)
            self.works.at_once("dispute ends", [self.works.tell_dispute(number)] * times)

    @rule(bo=times, ada=times, later=st.integers(0, 2))
    def settle(self, bo: int, ada: int, later: int) -> None:
        """As of a day that comes, again of the last one, or of today, when nothing is due."""
        self.works.day += later
        acts = [self.works.settle(self.site(1), self.works.day) for _ in range(ada)]
        acts += [self.works.settle(self.site(2), self.works.day) for _ in range(bo)]
        told = self.works.at_once("settle", acts)
        assert set(told) == {"done"}

    @rule(site=agents, share=shares, times=times, same=st.booleans())
    def ask(self, site: int, share: int, times: int, same: bool) -> None:
        one, money = ids.token(12), self.works.some(self.site(site), share)
        acts = [self.works.ask(self.site(site), money, one if same else ids.token(12))
                for _ in range(times)]  # fmt: skip
        before = len(self.works.asked)
        self.works.at_once("ask", acts)
        assert not same or len(self.works.asked) <= before + 1

    @rule(pick=numbers, verbs=st.lists(verbs, min_size=1, max_size=4))
    def decide(self, pick: int, verbs: list[str]) -> None:
        if self.works.asked:
            site, number = self.works.asked[-6:][pick % len(self.works.asked[-6:])]
            acts = [self.works.decide(site, number, verb) for verb in verbs]
            self.works.at_once("decide", acts)

    @rule(pick=numbers, times=times)
    def pay_out(self, pick: int, times: int) -> None:
        """The straight way, each step as often as somebody presses."""
        for verb in ("approve", "start", "confirm"):
            if self.works.asked:
                site, number = self.works.asked[-6:][pick % len(self.works.asked[-6:])]
                self.works.at_once(verb, [self.works.decide(site, number, verb)] * times)

    @rule(site=agents, share=shares, times=times, same=st.booleans())
    def turn(self, site: int, share: int, times: int, same: bool) -> None:
        one, money = ids.token(12), self.works.some(self.site(site), share)
        acts = [self.works.turn(self.site(site), money, one if same else ids.token(12))
                for _ in range(times)]  # fmt: skip
        self.works.at_once("turn", acts)

    @rule(site=sites, yuan=st.integers(10, 60), member=st.booleans(), times=times)
    def fill(self, site: int, yuan: int, member: bool, times: int) -> None:
        at = self.site(site)
        who = self.works.members[at.id] if member or at.is_root else None
        made = self.works.fill(at, Money.of_fen(yuan * 100), who)
        told = self.works.at_once("top-up", [self.works.tell_paid(made.page)] * times)
        assert set(told) == {"done"}

    @rule(pick=numbers, money=fen, times=times, end=st.sampled_from(
        ["succeeded", "pending", "failed"]
    ))  # fmt: skip
    def pour_out(self, pick: int, money: Money, times: int, end: str) -> None:
        self.refunds_end(end)
        if self.works.filled:
            one = self.works.filled[-6:][pick % len(self.works.filled[-6:])]
            self.works.at_once("pour out", [self.works.pour_out(one, money)] * times)

    @rule(site=agents, times=times)
    def pay_package(self, site: int, times: int) -> None:
        told = self.works.at_once("package", [self.works.pay_package(self.site(site))] * times)
        assert told["done"] <= 1

    @rule(pick=numbers, times=times)
    def old_news(self, pick: int, times: int) -> None:
        """What was told long ago is told again, all of it at once."""
        works, acts = self.works, list[Act]()
        paid = [one for one in works.sold if one.page]
        if paid:
            one = paid[pick % len(paid)]
            acts += [works.tell_paid(one.page), works.deliver(one)] * times
        if works.filled:
            acts += [works.tell_paid(works.filled[pick % len(works.filled)].page)] * times
        known = [one for bank in self.works.banks for one in bank.disputes]
        if known:
            acts += [works.tell_dispute(known[pick % len(known)])] * times
        told = works.at_once("old news", acts[:8])
        assert set(told) <= {"done"}

    @rule(times=times)
    def fees_are_told(self, times: int) -> None:
        """The provider says what it kept of payments where it had not said it yet."""
        self.bank.say_fees()
        self.works.at_once("fees", [self.works.ask_fees] * times)

    # sites that collect by themselves

    @rule(site=agents, on=st.booleans(), times=times)
    def collect(self, site: int, on: bool, times: int) -> None:
        told = self.works.at_once("switch", [self.works.switch(self.site(site), on=on)] * times)
        assert set(told) == {"done"}

    @rule(site=agents, pieces=pieces, many=st.integers(2, 4), end=st.sampled_from(
        ["paid", "given up", "paid late"]
    ))  # fmt: skip
    def crowd(self, site: int, pieces: Sequence[int], many: int, end: str) -> None:
        """Many begin to pay at one moment: a balance is set aside for as many as it pays for."""
        works, opened = self.works, list[Sold]()
        own = works.collects(self.site(site))
        self.refunds_end("succeeded")
        with suppress(Refusal):
            placed = [works.place(self.site(site), pieces) for _ in range(many)]
            works.at_once("open", [works.opening(one, opened) for one in placed])
        for one in opened:
            assert one.own is own
            if end != "paid":
                self.every_figure_counted_twice_is_the_same()
                works.at_once("cancel", [works.cancel(one)] * 2)
                assert works.state(one) is OrderState.CANCELLED
            if end != "given up":
                works.bank_of(one.page).pay(one.page)
                works.at_once("told", [works.tell_paid(one.page)] * 2)
                works.at_once("deliver", [works.deliver(one)] * 2)
            if works.state(one) is OrderState.PAID_LATE:
                assert one.own
                works.at_once("money back", [works.refund(one)] * 2)
                assert works.state(one) is OrderState.REFUNDED

    def refunds_end(self, end: str) -> None:
        for one in self.works.banks:
            one.refunds_end = end

    # different things at one moment

    @rule(site=agents, pick=numbers, money=fen, share=shares, chosen=st.lists(
        st.integers(0, 6), min_size=2, max_size=4
    ))  # fmt: skip
    def rush(self, site: int, pick: int, money: Money, share: int, chosen: list[int]) -> None:
        """Everything that fights for the money of one site."""
        works, at = self.works, self.site(site)
        self.refunds_end("succeeded")
        makers: list[Callable[[], Act | None]] = [
            lambda: works.buy(at, (1, 3)),
            lambda: self._back(pick, money),
            lambda: works.settle(at, works.day + 1),
            lambda: works.ask(at, works.some(at, share), ids.token(12)),
            lambda: works.turn(at, works.some(at, share), ids.token(12)),
            lambda: works.pay_package(at),
            lambda: works.credit(at, money, str(ids.uuid7())),
        ]
        acts = []
        for number in chosen:
            with suppress(Refusal):
                acts += [act for act in [makers[number]()] if act]
        works.day += 2 in chosen
        works.at_once("rush", acts)

    def _back(self, pick: int, money: Money) -> Act | None:
        sold = self.pick(pick, OrderState.COMPLETED, OrderState.PARTIALLY_REFUNDED)
        if sold is None:
            return None
        return self.works.give_back(sold, pick, 0, money, Way.BACK, ids.uuid7())

    # what must hold

    @invariant()
    def every_figure_counted_twice_is_the_same(self) -> None:
        counted = Counted(self.works, self.owner)
        assert counted.balanced == (0, 0, 0), "sum, under their floor, not as their entries"
        now, before = counted.figures(), self.before
        assert {name: now[name] - before[name] for name in now if now[name] != before[name]} == {}
        assert all(times <= 1 for times in self.works.confirmed.values())

    def teardown(self) -> None:
        """The daily proof finds nothing, whatever it looks at."""
        for site in self.works.sites:
            with use(site):
                for check in CHECKS:
                    if check.scope is Scope.SITE or site.is_root:
                        assert list(check.look(site)) == [], (check.name, site.slug)


@pytest.fixture(scope="module")
def works(builder: Builder, owner: Engine) -> Iterator[Works]:
    """Hub, Ada and Bo with margins, fees, packages and money, and the provider in this process."""
    made, bank = builder.alliance(), Bank(keeps=3)
    chain = (made.hub, made.ada, made.bo)
    for site, children in ((made.hub, True), (made.ada, True), (made.ada, False), (made.bo, False)):
        markup(site, "7", children=children)
    level = terms.level(made.hub)
    with use(made.hub) as hub:
        terms_verbs.set_platform_fee(hub, level.id, Percent.of("1.5"), actor=TESTER)
        tiny = withdrawal_rules.Policy(
            minimum=Money.of("0.05"), fee_flat=Money.of("0.01"), fee_share=Percent.of("1")
        )
        policy.set_policy(hub, tiny, actor=TESTER, now=clock.now())
        session.commit()
    sold = {"allows": Allows(child_sites=True), "level_id": level.id}
    terms.bind(made.ada, terms.package(made.hub, fee=Money.of("1.11"), **sold))
    terms.bind(made.bo, terms.package(made.ada, fee=Money.of("0.37")))
    skus = (
        stocked(made.hub, secrets=STOCK, cost="8.00", retail="10.00"),
        stocked(made.hub, secrets=STOCK * 3, cost="0.0035", retail="0.005"),
    )
    members, cards = {}, {}
    for site in chain:
        members[site.id] = shop.member(site, balance="200").id
        with use(site):
            if not site.is_root:
                cards[site.id] = payees.ready(site).id
            session.commit()
    try:
        with own.in_process(bank, *chain[1:]) as banks:
            at_work = Works(chain, skus, members, cards, bank, banks)
            for site in chain[1:]:
                at_work.at_once("buy", [at_work.buy(site, (12, 0))])
                at_work.at_once("settle", [at_work.settle(site, at_work.day)])
            yield at_work
    finally:
        leftovers.put_away(owner)


@pytest.mark.slow
def test_one_life_with_everything_in_it(works: Works, owner: Engine) -> None:
    """The short profile draws little: this life has all of it, in the order it usually comes."""
    life, hub, ada, bo = Cents(works, owner), 0, 1, 2
    all_at_once = list(range(7))
    for step in (
        lambda: life.fill(bo, 40, member=True, times=3),
        lambda: life.fill(ada, 30, member=False, times=2),
        lambda: life.sell_from_balance(bo, (2, 5), times=2),
        lambda: life.sell_from_balance(hub, (0, 3), times=1),
        lambda: life.sell_through_the_provider(ada, (3, 4), told=3, delivered=3),
        lambda: life.give_back(0, 0, 1, None, Way.BACK, times=3, same=True, end="pending"),
        lambda: life.give_back(1, 1, 2, None, Way.BACK, times=3, same=False, end="pending"),
        lambda: life.give_back(2, 0, 1, None, Way.BACK, times=3, same=False, end="pending"),
        lambda: life.refund_ends(0, "failed", times=3),
        lambda: life.failed_refund_is_decided(0, again=2, given_up=2),
        lambda: life.settle(3, 3, later=2),
        lambda: life.ask(bo, 45, times=3, same=False),
        lambda: life.pay_out(0, times=3),
        lambda: life.decide(1, ["approve", "reject", "cancel", "start"]),
        lambda: life.turn(ada, 60, times=3, same=False),
        lambda: life.turn(bo, 30, times=3, same=True),
        lambda: life.sell_through_the_provider(bo, (3, 9), told=2, delivered=2),
        lambda: life.settle(1, 1, later=2),
        lambda: life.ask(bo, 30, times=3, same=True),
        lambda: life.pay_out(-1, times=2),
        lambda: life.dispute_opens(-1, 9_000, topup=False, times=3),
        lambda: life.dispute_ends(0, "lost", times=3),
        lambda: life.settle(3, 3, later=1),
        lambda: life.decide(-1, ["returned", "returned", "confirm"]),
        lambda: life.settle(2, 2, later=0),
        lambda: life.dispute_opens(0, 1_000, topup=True, times=2),
        lambda: life.dispute_ends(0, "won", times=2),
        lambda: life.pour_out(0, Money.of("9"), times=3, end="pending"),
        lambda: life.refund_ends(0, "failed", times=2),
        lambda: life.pay_package(ada, times=3),
        lambda: life.pay_package(bo, times=3),
        lambda: life.rush(bo, 0, Money.of("1.23"), 60, all_at_once),
        lambda: life.rush(ada, 1, Money.of("0.77"), 60, all_at_once),
        lambda: life.rush(bo, 2, Money.of("0.01"), 60, [1, 1, 2, 2, 3, 3]),
        lambda: life.collect(bo, on=True, times=3),
        lambda: life.fill(bo, 60, member=False, times=2),
        lambda: life.sell_through_the_provider(bo, (1, 5), told=3, delivered=3),
        lambda: life.give_back(-1, 1, 2, None, Way.BACK, times=3, same=True, end="pending"),
        lambda: life.refund_ends(0, "succeeded", times=3),
        lambda: life.give_back(-1, 1, 1, None, Way.BACK, times=2, same=False, end="failed"),
        lambda: life.failed_refund_is_decided(-1, again=0, given_up=3),
        lambda: life.give_back(-1, 0, 0, Money.of("0.37"), Way.BACK, 2, same=False, end="failed"),
        lambda: life.failed_refund_is_decided(-1, again=2, given_up=0),
        lambda: life.crowd(bo, (1, 1), 4, "given up"),
        lambda: life.crowd(bo, (2, 1), 4, "paid late"),
        lambda: life.crowd(bo, (2, 3), 4, "paid"),
        lambda: life.dispute_opens(-1, 9_000, topup=False, times=3),
        lambda: life.dispute_ends(0, "lost", times=3),
        lambda: life.collect(ada, on=True, times=1),
        lambda: life.fill(ada, 40, member=False, times=1),
        lambda: life.crowd(ada, (1, 0), 3, "paid"),
        lambda: life.dispute_opens(-1, 500, topup=False, times=2),
        lambda: life.dispute_ends(0, "won", times=2),
        lambda: life.rush(bo, 3, Money.of("0.05"), 60, all_at_once),
        lambda: life.collect(bo, on=False, times=2),
        lambda: life.old_news(0, times=2),
        lambda: life.old_news(1, times=2),
        lambda: life.settle(2, 2, later=2),
    ):
        step()
        life.every_figure_counted_twice_is_the_same()
    life.teardown()
    assert {name for name, ends in works.ends.items() if not ends["done"]} == set()


@pytest.mark.slow
def test_every_cent_finds_its_owner(works: Works, owner: Engine) -> None:
    class Anew(Cents):
        def __init__(self) -> None:
            super().__init__(works, owner)

    run_state_machine_as_test(
        Anew,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=not SOAK,
            database=None,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
