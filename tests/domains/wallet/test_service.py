"""Balances are never minted: cash or a deposit pays for every credit."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest

from kameng.domains.ledger import queries as books
from kameng.domains.ledger.errors import BalanceTooLow, KeyReused
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.wallet import queries, service
from kameng.domains.wallet.errors import CreditRefused, NoDeposit
from kameng.kit import clock, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.worlds import Alliance

CLERK = Actor("staff", "clerk", "Clerk")


def deposit(site: Tenant, amount: str, key: str = "d1") -> None:
    with use(site):
        service.deposit(site, Money.of(amount), key=key, actor=CLERK, now=clock.now())
        session.commit()


def credit(site: Tenant, member: UUID, amount: str, key: str = "c1") -> None:
    with use(site):
        service.credit_member(site, member, Money.of(amount), key=key, actor=CLERK, now=clock.now())
        session.commit()


def balances(site: Tenant, member: UUID) -> tuple[str, str]:
    with use(site):
        return str(queries.balance(site, member)), str(queries.deposit_of(site))


def cash(alliance: Alliance) -> str:
    with use(alliance.hub):
        held = books.balance(house(alliance.hub.id, AccountKind.CASH_BY_HAND))
        return str(held.posted)


def test_a_sub_site_credits_its_members_out_of_its_deposit(alliance: Alliance) -> None:
    kim = ids.uuid7()
    deposit(alliance.ada, "100")
    credit(alliance.ada, kim, "30")
    assert balances(alliance.ada, kim) == ("30.00", "70.00")
    assert cash(alliance) == "100.00"


def test_no_balance_is_minted_without_a_deposit(alliance: Alliance) -> None:
    kim = ids.uuid7()
    deposit(alliance.ada, "10")
    with pytest.raises(BalanceTooLow):
        credit(alliance.ada, kim, "10.01")
    assert balances(alliance.ada, kim) == ("0.00", "10.00")


def test_the_master_site_credits_its_own_members_against_cash(alliance: Alliance) -> None:
    kim = ids.uuid7()
    credit(alliance.hub, kim, "5")
    with use(alliance.hub):
        assert str(queries.balance(alliance.hub, kim)) == "5.00"
    assert cash(alliance) == "5.00"


def test_a_master_site_has_no_deposit(alliance: Alliance) -> None:
    with pytest.raises(NoDeposit):
        deposit(alliance.hub, "5")


def test_a_form_sent_twice_counts_once_and_a_key_never_changes_its_amount(
    alliance: Alliance,
) -> None:
    kim = ids.uuid7()
    deposit(alliance.ada, "100")
    credit(alliance.ada, kim, "30")
    credit(alliance.ada, kim, "30")
    with pytest.raises(KeyReused):
        credit(alliance.ada, kim, "31")
    assert balances(alliance.ada, kim) == ("30.00", "70.00")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1000000.01"])
def test_amounts_that_are_no_credit_are_refused(alliance: Alliance, amount: str) -> None:
    kim = ids.uuid7()
    with pytest.raises(CreditRefused):
        credit(alliance.hub, kim, amount)
    assert cash(alliance) == "0.00"


def test_a_balance_spends_only_at_its_own_site(alliance: Alliance) -> None:
    kim = ids.uuid7()
    credit(alliance.hub, kim, "5")
    assert balances(alliance.ada, kim) == ("0.00", "0.00")


def test_parallel_credits_never_take_more_than_the_deposit(alliance: Alliance) -> None:
    kim = ids.uuid7()
    deposit(alliance.ada, "100")
    refused: list[str] = []

    def pay(number: int) -> None:
        try:
            credit(alliance.ada, kim, "30", f"c{number}")
        except BalanceTooLow:
            refused.append("")

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert balances(alliance.ada, kim) == ("90.00", "10.00")
