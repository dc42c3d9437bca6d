"""The proof holds over an alliance in full use, and finds whatever is planted, with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text

from kameng.domains.billing import queries as plans
from kameng.domains.billing import service as billing
from kameng.domains.billing.rules import Period, Uses
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.orders import service as orders
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.proofs import queries
from kameng.domains.proofs.queries import Difference, RunFacts
from kameng.domains.wallet import service as wallets
from kameng.domains.wallet.rules import wallet_of
from kameng.domains.withdrawals import review
from kameng.domains.withdrawals.payouts import Proof
from kameng.faces.frame import proving
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import terms
from tests.support.earning import ago, earned, settled
from tests.support.orders import basket, member, placed, stocked
from tests.support.withdrawals import asked, rich
from tests.support.worlds import Alliance, Builder

TABLES = ("ledger_txn", "ledger_entry", "ledger_snapshot", "ledger_account")


@dataclass(frozen=True)
class Plant:
    """One corruption: what the owner of the database does, and which checks must name what."""

    name: str
    does: str
    found: frozenset[str]
    names: str
    """SQL for one text that must stand in the rows of a difference."""


PLANTS = (
    Plant(
        "an amount is changed",
        "UPDATE shared.ledger_entry SET amount = amount + 7 WHERE txn_id = :sale AND seq = 1",
        frozenset({"sums_to_zero", "order_postings"}),
        "SELECT :sale",
    ),
    Plant(
        "an entry is booked to somebody else",
        "UPDATE shared.ledger_entry SET account_id = (SELECT id FROM shared.ledger_account"
        " WHERE tenant_id = :hub AND kind = 'cash_by_hand') WHERE txn_id = :sale AND account_id ="
        " (SELECT id FROM shared.ledger_account WHERE tenant_id = :hub AND kind = 'supplier_cost')",
        frozenset({"order_postings"}),
        "SELECT :sale",
    ),
    Plant(
        "a posting loses its entries",
        "DELETE FROM shared.ledger_entry WHERE txn_id = :earning",
        frozenset({"has_entries", "settlement_item", "pending_is_due"}),
        "SELECT :earning",
    ),
    Plant(
        "a sale is taken out of the books",
        "WITH e AS (DELETE FROM shared.ledger_entry WHERE txn_id = :sale)"
        " DELETE FROM shared.ledger_txn WHERE id = :sale",
        frozenset({"order_postings", "posted_debit"}),
        "SELECT :order",
    ),
    Plant(
        "a balance is raised by hand",
        "UPDATE shared.ledger_account SET posted_credit = posted_credit + 1 WHERE id = :wallet",
        frozenset({"posted_credit"}),
        "SELECT :wallet",
    ),
    Plant(
        "what is set aside is forgotten",
        "UPDATE shared.ledger_account SET pending_debit = 0 WHERE id = :available",
        frozenset({"pending_debit"}),
        "SELECT :available",
    ),
    Plant(
        "a snapshot is invented",
        "INSERT INTO shared.ledger_snapshot SELECT id, '2001-01-01', chain, 9, 9"
        " FROM shared.ledger_account WHERE id = :margin",
        frozenset({"snapshot"}),
        "SELECT :margin",
    ),
    Plant(
        "an order's line says another cost",
        "UPDATE order_line SET chain = jsonb_set(chain, '{0,cost}', '\"5000000\"')"
        " WHERE order_id = :order",
        frozenset({"order_postings"}),
        "SELECT :sale",
    ),
    Plant(
        "the index says another total",
        "UPDATE shared.order_index SET total = total + 1 WHERE order_id = :order",
        frozenset({"order_index"}),
        "SELECT :order",
    ),
    Plant(
        "an order that waits for money says it is paid",
        "UPDATE shop_order SET state = 'paid' WHERE id = :waiting",
        frozenset({"order_postings", "order_index"}),
        "SELECT :waiting",
    ),
    Plant(
        "a payment is not booked",
        "INSERT INTO shared.payment_attempt (id, tenant_id, payee_tenant_id, channel, purpose,"
        " reference, amount, currency, state, idem_key, request, created_at, updated_at, check_at,"
        " checks, expires_at) SELECT CAST(:attempt AS uuid), :ada, :hub, 'stripe', 'order', number,"
        " 1000000, 'CNY', 'succeeded', CAST(:attempt AS text), '{}', now(), now(), now(), 0, now()"
        " FROM shop_order WHERE id = :waiting",
        frozenset({"payment_booked"}),
        "SELECT :attempt",
    ),
    Plant(
        "something is booked about an order nobody knows",
        "UPDATE shared.ledger_txn SET ref_type = 'order', ref_id = :attempt WHERE id = :earning",
        frozenset({"order_known"}),
        "SELECT :attempt",
    ),
    Plant(
        "an item of a settlement is gone",
        "DELETE FROM shared.settlement_item WHERE tenant_id = :ada AND txn_id = :earning",
        frozenset({"settlement_sum", "pending_is_due"}),
        "SELECT id::text FROM shared.settlement WHERE tenant_id = :ada",
    ),
    Plant(
        "a settlement says more than was given",
        "UPDATE shared.settlement SET amount = amount + 1 WHERE tenant_id = :ada",
        frozenset({"settlement_sum", "settlement_posting"}),
        "SELECT id::text FROM shared.settlement WHERE tenant_id = :ada",
    ),
    Plant(
        "a withdrawal says it is paid",
        "UPDATE shared.withdrawal SET state = 'paid' WHERE id = :withdrawal",
        frozenset({"withdrawal_state", "payout_taken", "payout_sent"}),
        "SELECT :withdrawal",
    ),
    Plant(
        "a pay-out leaves another sum than it says",
        "UPDATE shared.withdrawal SET fee = fee + 1 WHERE id = :paid",
        frozenset({"payout_sent", "payout_fee"}),
        "SELECT :paid",
    ),
    Plant(
        "a pay-out is forgotten",
        "DELETE FROM shared.withdrawal WHERE id = :paid",
        frozenset({"payout_taken", "payout_sent"}),
        "SELECT :paid",
    ),
    Plant(
        "a package fee says another sum than was paid",
        "UPDATE shared.package_fee SET amount = amount + 1 WHERE id = :receipt",
        frozenset({"package_fee"}),
        "SELECT :receipt",
    ),
    Plant(
        "a package was paid and nobody has a receipt",
        "DELETE FROM shared.package_fee WHERE id = :receipt",
        frozenset({"package_fee"}),
        "SELECT :receipt",
    ),
    Plant(
        "a top-up is said to be paid",
        "INSERT INTO shared.topup (id, tenant_id, root_id, payer, attempt_id, amount, refunded,"
        " currency, state, actor, created_at, paid_at) SELECT CAST(:attempt AS uuid), :ada, :hub,"
        " 'site', CAST(:attempt AS uuid), 5000000, 0, 'CNY', 'paid', 'x', now(), now()",
        frozenset({"topup_booked"}),
        "SELECT :attempt",
    ),
    Plant(
        "a top-up's payment says another fee than was booked",
        "INSERT INTO shared.payment_attempt (id, tenant_id, payee_tenant_id, channel, purpose,"
        " reference, amount, currency, state, idem_key, request, created_at, updated_at, check_at,"
        " checks, expires_at, fee) SELECT CAST(:attempt AS uuid), :ada, :hub, 'stripe', 'topup',"
        " CAST(:attempt AS text), 1000000, 'CNY', 'succeeded', CAST(:attempt AS text), '{}', now(),"
        " now(), now(), 0, now(), 30000",
        frozenset({"topup_channel_fee"}),
        "SELECT :attempt",
    ),
    Plant(
        "a hold is turned into a posting",
        "UPDATE shared.ledger_entry SET pending = false WHERE txn_id = :hold AND seq = 1",
        frozenset({"entry_pending", "payout_sent"}),
        "SELECT :hold",
    ),
)


@dataclass(frozen=True)
class World:
    """An alliance in use, and the ids of its things."""

    alliance: Alliance
    ids: dict[str, Any]


@pytest.fixture(scope="module")
def world(builder: Builder, owner: Engine) -> World:
    """Ada sold to a member and has an order that waits; she has earned, was given it, has been paid
    some of it, had some come back, asks for some more, and has paid for her package."""
    made = builder.alliance()
    ada, sku = made.ada, stocked(made.hub, cost="6.50")
    shopper = member()
    assert shopper.member_id
    lines = (
        debit(house(made.hub.id, AccountKind.CASH_BY_HAND), Money.of("50")),
        credit(wallet_of(ada.id, shopper.member_id), Money.of("50")),
    )
    with use(ada):
        ledger.post(ada, Posting("wallet_credit", "k", "test", "1", lines, SYSTEM), now=clock.now())
        sold = orders.buy_from_balance(ada, shopper, basket(sku, 2), now=clock.now())
        session.commit()
    waiting = placed(ada, sku)
    earned(ada, "3.30", ago(10))
    settled(made.hub, ada)
    card = rich(ada, "1000")
    with use(ada):
        paid, back = (_paid_out(ada, card, amount) for amount in ("150", "100"))
        review.returned(ada, back, "wrong card", actor=SYSTEM, now=clock.now())
        withdrawal = asked(ada, card, "200")
        session.commit()
    known = {"hub": made.hub.id, "ada": ada.id, "order": str(sold.order.id)}
    known |= {"waiting": str(waiting.id), "withdrawal": str(withdrawal.id), "paid": str(paid)}
    known |= {"attempt": str(ids.uuid7()), "receipt": str(_fee_paid(made))}
    return World(made, known | _ids(owner, known))


def _paid_out(site: Tenant, card: AccountFacts, amount: str) -> UUID:
    """A withdrawal that was approved and paid; the caller commits."""
    made, now = asked(site, card, amount), clock.now()
    review.approve(site, made.id, actor=SYSTEM, now=now)
    review.start(site, made.id, actor=SYSTEM, now=now)
    review.confirm(site, made.id, Proof("20261122 0001"), actor=SYSTEM, now=now)
    return made.id


def _fee_paid(made: Alliance) -> UUID:
    """The receipt of a month of a package."""
    bought = terms.package(made.hub, fee=Money.of("30"))
    terms.bind(made.ada, terms.package(made.hub))
    with use(made.ada) as ada:
        now, most = clock.now(), Money.of("30")
        wallets.deposit(ada, most, key="fee", actor=SYSTEM, note="", now=now)
        seen, month = plans.plan(ada).held.until, Period.MONTH
        _, receipt = billing.choose(
            ada, bought.id, month, uses=Uses(), seen=seen, most=most, actor=SYSTEM, now=now
        )
        session.commit()
    assert receipt
    return receipt.id


def _ids(owner: Engine, known: dict[str, Any]) -> dict[str, str]:
    asked_for = {
        "sale": "SELECT id::text FROM shared.ledger_txn WHERE ref_id = :order",
        "earning": "SELECT txn_id::text FROM shared.settlement_item WHERE tenant_id = :ada",
        "hold": "SELECT hold_id::text FROM shared.withdrawal WHERE id = :withdrawal",
    } | {
        name: "SELECT id::text FROM shared.ledger_account WHERE tenant_id = :ada"
        f" AND kind = '{name}'"
        for name in ("wallet", "available", "margin")
    }
    with owner.connect() as behind:
        return {
            name: behind.execute(text(query), known).scalar_one()
            for name, query in asked_for.items()
        }


def _proved(world: World) -> tuple[RunFacts, list[Difference]]:
    hub = world.alliance.hub
    made = proving.prove(hub, actor=SYSTEM)
    with use(hub):
        return queries.run(hub, made), list(queries.differences(made, size=500))


@contextmanager
def _planted(owner: Engine, world: World, does: str) -> Iterator[Connection]:
    """What only a broken database or its owner could do; taken back afterwards, row by row."""
    site = world.alliance.ada.schema
    kept = [(f"shared.{name}", f"kept_{name}") for name in (*TABLES, *OTHERS)]
    kept += [(f'"{site}".{name}', f"kept_{name}") for name in ("shop_order", "order_line")]
    with owner.connect() as behind:
        for table, copy in kept:
            behind.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            behind.exec_driver_sql(f"CREATE TEMP TABLE {copy} AS TABLE {table}")
        try:
            behind.exec_driver_sql(f'SET search_path = "{site}", shared')
            behind.execute(text(does), world.ids)
            yield behind
        finally:
            for table, copy in kept:
                behind.exec_driver_sql(f"DELETE FROM {table}")
                behind.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {copy}")
                behind.exec_driver_sql(f"DROP TABLE {copy}")
                behind.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            behind.exec_driver_sql("RESET search_path")


OTHERS = (
    *("order_index", "payment_attempt", "settlement", "settlement_item", "topup"),
    *("withdrawal", "package_fee"),
)


def test_sound_books_hold_and_the_run_is_kept(world: World) -> None:
    run, found = _proved(world)
    assert (run.state, run.found, found) == ("holds", 0, [])
    assert run.sites == 3
    assert run.txns > 5
    assert not any(one.failed for one in run.checks)


@pytest.mark.parametrize("plant", PLANTS, ids=[one.name for one in PLANTS])
def test_what_is_planted_is_found_with_its_rows(world: World, owner: Engine, plant: Plant) -> None:
    with _planted(owner, world, plant.does) as behind:
        run, found = _proved(world)
        word = behind.execute(text(plant.names), world.ids).scalar_one()
    assert run.state == "differs"
    assert {one.name for one in found} == plant.found
    assert any(word in str(row.values()) for one in found for row in one.rows)
    assert all(one.rows for one in found)


def test_what_was_taken_back_is_found_no_more(world: World) -> None:
    run, found = _proved(world)
    assert (run.state, found) == ("holds", [])
