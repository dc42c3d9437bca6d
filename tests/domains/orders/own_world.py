"""Hub, Ada and Bo with margins and a platform fee, where Ada and Bo collect by themselves, and the
accounts of all three inside the process: what the tests of the money's edges stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import proofs
from kameng.domains.payments.own import service as own_channels
from kameng.domains.terms import service as terms_verbs
from kameng.domains.terms.rules import Allows
from kameng.faces.worker import sweeping
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.money.works import Sold, Works
from tests.support import own, terms
from tests.support.bank import Bank
from tests.support.ledger import TESTER
from tests.support.orders import books_balance, stocked
from tests.support.own import deposit, withdraw
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

ZERO = Money.zero("CNY")
K = AccountKind


@dataclass
class Trade:
    """The world, and what the tests ask of it again and again."""

    alliance: Alliance
    works: Works

    @property
    def hub(self) -> Tenant:
        return self.alliance.hub

    @property
    def ada(self) -> Tenant:
        return self.alliance.ada

    @property
    def bo(self) -> Tenant:
        return self.alliance.bo

    def begin(self) -> None:
        """Both collect by themselves; whatever a test left is as it was."""
        for bank in self.works.banks:
            bank.refunds_end = "succeeded"
        for site in (self.ada, self.bo):
            own.permitted(site)
            self.collect(site, on=True)

    def collect(self, site: Tenant, *, on: bool) -> None:
        self.works.switch(site, on=on)()

    def allow(self, site: Tenant, *, allowed: bool) -> None:
        with use(site):
            own_channels.allow(site, allowed=allowed, actor=SYSTEM, now=clock.now())
            session.commit()

    def bank(self, sold: Sold) -> Bank:
        return self.works.bank_of(sold.page)

    def pay(self, sold: Sold, *, delivered: bool = True) -> Sold:
        """Paid, told, and delivered if it can be."""
        self.bank(sold).pay(sold.page)
        self.works.tell_paid(sold.page)()
        if delivered:
            self.works.deliver(sold)()
        return sold

    def sell(self, site: Tenant, *pieces: int) -> Sold:
        """An order that was paid and handed over."""
        return self.pay(self.works.open(self.works.place(site, pieces)))

    def sweep(self, now: datetime) -> None:
        sweeping.deliver_stuck(now)

    def free(self, site: Tenant) -> Money:
        """What of a site's balance is not set aside."""
        with use(site):
            return ledger.balance(house(site.id, K.PREPAID)).available

    def held(self, site: Tenant, kind: AccountKind, reader: Tenant | None = None) -> Money:
        with use(reader or site):
            return ledger.balance(house(site.id, kind)).posted

    def top_up(self, site: Tenant, to: str) -> None:
        """Exactly so much on a site's balance."""
        left = self.free(site)
        if left:
            withdraw(site, str(left))
        if Money.of(to):
            deposit(site, to)

    def figures(self) -> dict[str, Money]:
        """Everything that could move, by name."""
        names = {one.id: name for name, one in self._named()}
        with use(self.hub):
            found = {
                f"{names[one.tenant_id]} {one.kind}": one.balance
                for one in ledger.balances(self.hub)
            }
        return found | {f"{name} free": self.free(one) for name, one in self._named()}

    def moved(self, before: dict[str, Money]) -> dict[str, Money]:
        """What differs from before, by site's place and account."""
        change = {name: amount - before.get(name, ZERO) for name, amount in self.figures().items()}
        return {name: amount for name, amount in change.items() if amount}

    def _named(self) -> list[tuple[str, Tenant]]:
        return [("hub", self.hub), ("ada", self.ada), ("bo", self.bo)]

    def proven(self) -> None:
        books_balance(self.hub)
        for site in (self.hub, self.ada, self.bo):
            with use(site):
                faults = [fault for check in proofs.CHECKS for fault in check.look(site)]
                assert [one for one in faults if one.check != "order_known"] == []


@contextmanager
def opened(builder: Builder) -> Iterator[Trade]:
    """The world, for one module."""
    made, bank = builder.alliance(), Bank()
    for site, children in ((made.hub, True), (made.ada, True), (made.ada, False), (made.bo, False)):
        markup(site, "7", children=children)
    level = terms.level(made.hub)
    with use(made.hub) as hub:
        terms_verbs.set_platform_fee(hub, level.id, Percent.of("1.5"), actor=TESTER)
        session.commit()
    sold = {"allows": Allows(child_sites=True), "level_id": level.id}
    terms.bind(made.ada, terms.package(made.hub, **sold))
    terms.bind(made.bo, terms.package(made.ada))
    skus: tuple[SkuFacts, SkuFacts] = (
        stocked(made.hub, secrets=200, cost="8.00", retail="10.00"),
        stocked(made.hub, secrets=200, cost="0.0035", retail="0.005"),
    )
    members = {site.id: ids.uuid7() for site in (made.hub, made.ada, made.bo)}
    with own.in_process(bank, made.ada, made.bo) as banks:
        works = Works((made.hub, made.ada, made.bo), skus, members, {}, bank, banks)
        yield Trade(made, works)
