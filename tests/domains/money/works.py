"""Everything that moves an agent's money, each as one act that may run in a thread of its own: it
binds its site, commits, and notes what it was told. Who refuses is not noted."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from kameng.domains.billing import queries as plans
from kameng.domains.billing import service as billing
from kameng.domains.billing.rules import Period, Uses
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders import queries as orders
from kameng.domains.orders import service as order_verbs
from kameng.domains.orders.rules import OrderState
from kameng.domains.orders.service import Basket, Item, Wanted, Way
from kameng.domains.payments import queries as payments
from kameng.domains.payments.own import queries as own_queries
from kameng.domains.payments.own import service as own_channels
from kameng.domains.payments.rules import REFUND_OPEN, RefundFacts
from kameng.domains.settlement import service as settlement
from kameng.domains.topups import service as topups
from kameng.domains.topups.returns import service as topup_returns
from kameng.domains.topups.service import Wish
from kameng.domains.wallet import service as wallets
from kameng.domains.withdrawals import queries as withdrawal_queries
from kameng.domains.withdrawals import review
from kameng.domains.withdrawals import service as withdrawals
from kameng.domains.withdrawals.payouts import Proof
from kameng.faces.worker import noticing, sweeping
from kameng.faces.worker.accounts import Account
from kameng.kit import calls, clock
from kameng.kit.calls import Call
from kameng.kit.errors import Refusal
from kameng.kit.money import FEN, Money
from kameng.reactions import payment_received
from tenants.context import use
from tenants.database import close_session, session
from tenants.tree import Tenant
from tests.support.bank import Bank
from tests.support.ledger import TESTER
from tests.support.orders import CANCEL, SUCCESS
from tests.support.orders import member as shopper

Act = Callable[[], object]
PAGE = "https://shop.example/me/{topup}"


@dataclass(frozen=True)
class Sold:
    """An order: of which site and whom; `page` where it was paid through a provider, `own` where
    that was the site's own account."""

    site: Tenant
    id: UUID
    number: str
    total: Money
    member: UUID
    page: str = ""
    own: bool = False


@dataclass(frozen=True)
class Filled:
    """A top-up of a member, or of the site itself."""

    site: Tenant
    id: UUID
    member: UUID | None
    page: str


@dataclass
class Works:
    """One alliance at work, and what everybody was told of it."""

    sites: tuple[Tenant, Tenant, Tenant]
    skus: tuple[SkuFacts, SkuFacts]
    members: dict[int, UUID]
    cards: dict[int, UUID]
    bank: Bank
    own: dict[int, Bank] = field(default_factory=dict)
    day: int = 8
    sold: list[Sold] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    asked: list[tuple[Tenant, UUID]] = field(default_factory=list)
    returned: dict[UUID, tuple[Sold, Money, Way]] = field(default_factory=dict)
    turned: dict[tuple[int, str], Money] = field(default_factory=dict)
    credited: dict[tuple[int, str], Money] = field(default_factory=dict)
    fees: list[tuple[int, Money]] = field(default_factory=list)
    confirmed: Counter[UUID] = field(default_factory=Counter)
    ends: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def at_once(self, name: str, acts: Sequence[Act]) -> Counter[str]:
        """Run them together, each on a connection of its own; how often each ended how. Whatever
        is not a refusal of ours is a fault."""
        if not acts:
            return Counter()
        gate = threading.Barrier(len(acts))

        def one(act: Act) -> str:
            try:
                gate.wait()
                act()
            except Refusal as refusal:
                return refusal.code
            finally:
                close_session()
            return "done"

        with ThreadPoolExecutor(len(acts)) as pool:
            told = Counter(pool.map(one, acts))
        self.ends[name] += told
        return told

    # buying

    def buy(self, site: Tenant, pieces: Sequence[int]) -> Act:
        """From the member's balance, delivered at once."""

        def act() -> None:
            with use(site):
                bought = order_verbs.buy_from_balance(
                    site, shopper(self.members[site.id]), self._basket(pieces), now=clock.now()
                ).order
                session.commit()
            self._sell(Sold(site, bought.id, bought.number, bought.total, self.members[site.id]))

        return act

    def order(self, site: Tenant, pieces: Sequence[int]) -> Sold:
        """Placed, and paid at the provider; nobody has been told yet."""
        sold = self.open(self.place(site, pieces))
        self.bank_of(sold.page).pay(sold.page)
        return sold

    def place(self, site: Tenant, pieces: Sequence[int], *, contact: str = "") -> Sold:
        """Placed; nobody has begun to pay."""
        with use(site):
            who = shopper(self.members[site.id])
            who = replace(who, contact=contact) if contact else who
            made = order_verbs.place(site, who, self._basket(pieces), now=clock.now())
            session.commit()
        return Sold(site, made.id, made.number, made.total, self.members[site.id])

    def open(self, placed: Sold) -> Sold:
        """With a payment page, at whoever is paid now."""
        site = placed.site
        with use(site):
            call = order_verbs.start_payment(
                site, placed.number, "card", success_url=SUCCESS, cancel_url=CANCEL,
                actor=TESTER, now=clock.now(),
            )  # fmt: skip
            page = str(calls.run(call).url).rpartition("/")[2]
            session.commit()
        sold = replace(placed, page=page, own=self.bank_of(page) is not self.bank)
        self._sell(sold)
        return sold

    def opening(self, placed: Sold, into: list[Sold]) -> Act:
        """The same as an act; `into` has it then."""

        def act() -> None:
            into.append(self.open(placed))

        return act

    def cancel(self, sold: Sold) -> Act:
        return lambda: self._within(
            sold.site,
            lambda: order_verbs.cancel(sold.site, sold.number, actor=TESTER, now=clock.now()),
        )

    def refund(self, sold: Sold) -> Act:
        """The money of an order that was paid and not delivered goes back."""
        return lambda: self._within(
            sold.site,
            lambda: order_verbs.refund(
                sold.site, sold.number, by=sold.site, reason="缺货", actor=TESTER, now=clock.now()
            ),
        )

    def switch(self, site: Tenant, *, on: bool) -> Act:
        """The site's shoppers pay to itself from now on, or to the master."""
        return lambda: self._within(
            site, lambda: _none(own_channels.switch(site, on=on, actor=TESTER, now=clock.now()))
        )

    def collects(self, site: Tenant) -> bool:
        """Whether the site's next page is its own: it could collect, and owes nothing."""
        with use(site):
            return own_queries.is_ready(site) and not withdrawal_queries.purse(site).debt

    def bank_of(self, page: str) -> Bank:
        """Where a page is open."""
        return next(one for one in self.banks if page in one.pages)

    @property
    def banks(self) -> tuple[Bank, ...]:
        return (self.bank, *self.own.values())

    def tell_paid(self, page: str) -> Act:
        """What the provider says of a page, applied."""

        def act() -> None:
            reported = self.bank_of(page).pages[page]
            site = next(one for one in self.sites if str(one.id) == reported.tenant_id)
            with use(site):
                attempt = payments.attempt(site, UUID(reported.attempt_id))
            assert noticing.apply(attempt, reported) == ("done", None)

        return act

    def ask_fees(self) -> None:
        """The clock asks what was kept of payments, until the provider has said it of all."""
        while sweeping.check_fees(clock.now() + timedelta(days=2)):
            pass

    def deliver(self, sold: Sold) -> Act:
        return lambda: self._within(
            sold.site, lambda: order_verbs.fulfil(sold.site, sold.id, now=clock.now())
        )

    # giving back

    def give_back(
        self, sold: Sold, line: int, pieces: int, money: Money | None, way: Way, refund: UUID
    ) -> Act:
        """Looked at first, as the page does; the same `refund` again is the same refund."""
        with use(sold.site):
            view = orders.by_number(sold.site, sold.number)
            one = view.lines[line % len(view.lines)]
            wanted = [Wanted(one.id, pieces, money)]
            plan = orders.refund_preview(sold.site, sold.number, wanted, now=clock.now())
        where = Way.BALANCE if not sold.page else way

        def act() -> None:
            def verb() -> object:
                return order_verbs.give_back_goods(
                    sold.site, sold.number, wanted, refund_id=refund, seen=plan.mark,
                    reason="无效", way=way, actor=TESTER, now=clock.now(),
                )  # fmt: skip

            self._within(sold.site, verb)
            with self.lock:
                self.returned[refund] = (sold, plan.amount, where)

        return act

    def retry(self, sold: Sold) -> Act:
        """Of delivered goods, or of an order that could not be delivered."""

        def verb() -> object:
            returns = orders.by_number(sold.site, sold.number).returns
            told = {"actor": TESTER, "now": clock.now()}
            if returns:
                return order_verbs.retry_goods(sold.site, sold.number, **told)
            return order_verbs.retry_refund(sold.site, sold.number, by=sold.site, **told)

        return lambda: self._within(sold.site, verb)

    def give_up(self, sold: Sold) -> Act:
        return lambda: self._within(
            sold.site,
            lambda: order_verbs.give_up_refund(
                sold.site, sold.number, reason="换货", actor=TESTER, now=clock.now()
            ),
        )

    def refunds_under_way(self) -> list[tuple[Tenant, RefundFacts]]:
        found = []
        for site, purpose, reference in (
            *((one.site, "order", one.number) for one in self.sold if one.page),
            *((one.site, "topup", str(one.id)) for one in self.filled),
        ):
            with use(site):
                past = payments.refunds_for(site, purpose, reference)
            found += [(site, one) for one in past if one.state in REFUND_OPEN]
        return found

    def tell_refund(self, site: Tenant, refund: RefundFacts) -> Act:
        number = str(refund.provider_refund)
        answer = next(one.refunds[number] for one in self.banks if number in one.refunds)
        return lambda: self._within(
            site, lambda: payment_received.refund(site, refund, answer, clock.now())
        )

    def tell_dispute(self, dispute: str) -> Act:
        at = next(one for one in self.banks if dispute in one.disputes)
        site = next((site for site, bank in self.own.items() if bank is at), None)

        def act() -> None:
            assert noticing.dispute(Account("stripe", site), at.disputes[dispute]) == ("done", None)

        return act

    # earnings

    def settle(self, site: Tenant, days: int) -> Act:
        """Settled by a run of the master that looks so many days ahead."""
        moment = clock.now() + timedelta(days=days)
        with use(self.sites[0]) as hub:
            run = settlement.begin(hub, until=None, actor=TESTER, now=moment)
            session.commit()
        key = settlement.key_of(run)
        return lambda: self._within(site, lambda: _none(settlement.settle(site, key, now=moment)))

    def some(self, site: Tenant, share: int) -> Money:
        """So many percent of what the site may withdraw, in whole fen."""
        with use(site):
            free = withdrawal_queries.purse(site).free
        return Money(free.micro * share // 100 // FEN * FEN)

    def ask(self, site: Tenant, money: Money, once: str) -> Act:
        def act() -> None:
            with use(site):
                made = withdrawals.ask(
                    site, self.cards[site.id], money, once=once, actor=TESTER, now=clock.now()
                )
                session.commit()
            with self.lock:
                if (site, made.id) not in self.asked:
                    self.asked.append((site, made.id))

        return act

    def decide(self, site: Tenant, withdrawal: UUID, verb: str) -> Act:
        def act() -> None:
            with use(site):
                _decided(site, withdrawal, verb, clock.now())
                session.commit()
            with self.lock:
                self.confirmed[withdrawal] += verb == "confirm"

        return act

    def turn(self, site: Tenant, money: Money, once: str) -> Act:
        def act() -> None:
            self._within(
                site,
                lambda: _none(
                    withdrawals.turn(site, money, once=once, actor=TESTER, now=clock.now())
                ),
            )
            with self.lock:
                self.turned[(site.id, once)] = money

        return act

    # balances

    def fill(self, site: Tenant, money: Money, member: UUID | None) -> Filled:
        """A top-up that has been paid at the provider; nobody has been told yet."""
        wish = Wish(member, money, "Top-up", PAGE, PAGE)
        with use(site):
            opened = calls.run(topups.start(site, wish, actor=TESTER, now=clock.now()))
            session.commit()
        page = str(opened.url).rpartition("/")[2]
        if not self.bank.pages[page].paid:
            self.bank.pay(page)
        made = Filled(site, UUID(opened.reference), member, page)
        if made not in self.filled:
            self.filled.append(made)
        return made

    def pour_out(self, filled: Filled, money: Money) -> Act:
        """Give a top-up back, or a part of it."""

        def verb() -> object:
            return topup_returns.refund(
                filled.site, filled.id, money, by=self.sites[0], reason="退款",
                actor=TESTER, now=clock.now(),
            )  # fmt: skip

        return lambda: self._within(filled.site, verb)

    def credit(self, site: Tenant, money: Money, once: str) -> Act:
        """The agent puts money on a member's balance, out of the site's own."""

        def act() -> None:
            who = self.members[site.id]
            self._within(
                site,
                lambda: _none(
                    wallets.credit_member(site, who, money, key=once, actor=TESTER, now=clock.now())
                ),
            )
            with self.lock:
                self.credited[(site.id, once)] = money

        return act

    def pay_package(self, site: Tenant) -> Act:
        """A month more, at what the page shows now."""
        with use(site):
            held = plans.plan(site)

        def act() -> None:
            with use(site):
                _, receipt = billing.choose(
                    site, held.package.id, Period.MONTH, uses=Uses(), seen=held.held.until,
                    most=held.package.fee, actor=TESTER, now=clock.now(),
                )  # fmt: skip
                session.commit()
            assert receipt
            with self.lock:
                self.fees.append((site.id, receipt.amount))

        return act

    def state(self, sold: Sold) -> OrderState:
        with use(sold.site):
            return orders.state_of(sold.site, sold.number)

    def _basket(self, pieces: Sequence[int]) -> Basket:
        wanted = zip(self.skus, pieces, strict=True)
        return Basket(tuple(Item(sku.sku_id, count, None) for sku, count in wanted if count))

    def _sell(self, sold: Sold) -> None:
        with self.lock:
            self.sold.append(sold)

    def _within(self, site: Tenant, verb: Callable[[], object]) -> None:
        """The verb, and the call it may have left, committed."""
        with use(site):
            left = verb()
            if isinstance(left, Call):
                calls.run(left)
            session.commit()


def _none(_: object) -> None:
    """What a verb answered and nobody needs."""


def _decided(site: Tenant, withdrawal: UUID, verb: str, now: datetime) -> None:
    if verb == "cancel":
        withdrawals.cancel(site, withdrawal, actor=TESTER, now=now)
    elif verb == "confirm":
        review.confirm(site, withdrawal, Proof("流水号 1"), actor=TESTER, now=now)
    elif verb in ("reject", "returned"):
        getattr(review, verb)(site, withdrawal, "银行退回", actor=TESTER, now=now)
    else:
        getattr(review, verb)(site, withdrawal, actor=TESTER, now=now)
