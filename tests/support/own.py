"""Sites that collect with keys of their own, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.orders import queries as orders
from kameng.domains.orders import service as order_verbs
from kameng.domains.orders.service import Wanted
from kameng.domains.payees import queries as payee_queries
from kameng.domains.payments import gateways
from kameng.domains.payments.own import queries, service
from kameng.domains.payments.own.rules import Keys, OwnChannel
from kameng.domains.wallet import service as wallet
from kameng.kit import calls, clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import payees
from tests.support.bank import Bank
from tests.support.payments import Standin

KEYS = Keys("sk_test_own_ada", "whsec_own_ada")


def permitted(site: Tenant) -> None:
    """A site with leave to collect by itself and a verified payee."""
    with use(site):
        if payee_queries.verified(site) is None:
            payees.verified(site)
        service.allow(site, allowed=True, actor=SYSTEM, now=clock.now())
        session.commit()


def connected(site: Tenant, standin: Standin, *, on: bool = False) -> OwnChannel:
    """A site whose own keys were tried; switched on when asked for."""
    permitted(site)
    standin.ask("POST", "/_control/accounts", {"key": KEYS.secret, "webhook_secret": KEYS.hook})
    with use(site):
        made = calls.run(service.connect(site, KEYS, actor=SYSTEM))
        if on:
            made = service.switch(site, on=True, actor=SYSTEM, now=clock.now())
        session.commit()
    return made


@contextmanager
def in_process(master: Bank, *sites: Tenant) -> Iterator[dict[int, Bank]]:
    """The master's account and one for each of these sites, all inside the process; the keys of
    each are stored, and none is switched on."""
    keys = {one.id: Keys(f"sk_test_own_of_{one.id}", f"whsec_own_of_{one.id}") for one in sites}
    banks = {one.id: Bank(f"own_{one.id}") for one in sites}
    by_key = {keys[one].secret: banks[one] for one in banks}
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(gateways.GATEWAYS, "stripe", lambda: master)
        patched.setattr(queries, "to", lambda found: by_key[found.secret])
        for site in sites:
            permitted(site)
            with use(site):
                calls.run(service.connect(site, keys[site.id], actor=SYSTEM))
                session.commit()
        yield banks


def deposit(site: Tenant, amount: str) -> None:
    """Money on a site's balance, committed."""
    with use(site):
        key = f"deposit:{ids.uuid7()}"
        wallet.deposit(site, Money.of(amount), key=key, actor=SYSTEM, now=clock.now())
        session.commit()


def withdraw(site: Tenant, amount: str) -> None:
    """The same money gone again, committed."""
    with use(site):
        source = house(site.id, AccountKind.PREPAID)
        target = house(site.root_id, AccountKind.CASH_BY_HAND)
        lines = [debit(source, Money.of(amount)), credit(target, Money.of(amount))]
        key = f"gone:{ids.uuid7()}"
        posting = Posting("deposit", key, "tenant", str(site.id), lines, SYSTEM)
        ledger.post(site, posting, now=clock.now())
        session.commit()


def given_back(site: Tenant, number: str, pieces: int) -> None:
    """So many delivered pieces of the first line go back the way their money came."""
    with use(site):
        line = orders.by_number(site, number).lines[0]
        wanted = [Wanted(line.id, pieces)]
        plan = orders.refund_preview(site, number, wanted, now=clock.now())
        call = order_verbs.give_back_goods(
            site,
            number,
            wanted,
            refund_id=ids.uuid7(),
            seen=plan.mark,
            reason="卡密无效",
            actor=SYSTEM,
            now=clock.now(),
        )
        if call is not None:
            calls.run(call)
        session.commit()


def owe(site: Tenant, amount: str) -> None:
    """So much taken back of a site's earnings; less than nothing is given, committed."""
    with use(site):
        money = Money.of(amount)
        lines = [
            debit(house(site.id, AccountKind.MARGIN), money),
            credit(house(site.root_id, AccountKind.DISPUTE_LOSS), money),
        ]
        posting = Posting(
            "order_lost", f"owed:{ids.uuid7()}", "tenant", str(site.id), lines, SYSTEM
        )
        ledger.post(site, posting, now=clock.now())
        session.commit()
