"""What only a broken database could do to orders a site collected by itself is found and named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from kameng.domains.ledger.proofs.rules import Fault
from kameng.domains.orders import proofs
from tenants.context import use
from tests.domains.money.works import Sold
from tests.domains.orders.own_world import Trade, opened
from tests.support.worlds import Builder


@pytest.fixture(scope="module")
def trade(builder: Builder) -> Iterator[Trade]:
    with opened(builder) as made:
        made.begin()
        made.top_up(made.bo, "100")
        yield made


@pytest.fixture(scope="module")
def sold(trade: Trade) -> dict[str, Sold]:
    """One handed over, one that waits for its money, one given up."""
    works, bo = trade.works, trade.bo
    waiting, given_up = (works.open(works.place(bo, (1, 1))) for _ in range(2))
    works.cancel(given_up)()
    return {"done": trade.sell(bo, 2, 1), "waiting": waiting, "given up": given_up}


ACCOUNT = "(SELECT id FROM shared.ledger_account WHERE tenant_id = :{site} AND kind = '{kind}')"
COST = "(SELECT id FROM shared.ledger_txn WHERE idem_key = :delivered)"
HOLD = (
    "(SELECT id FROM shared.ledger_txn WHERE ref_id = :order AND status = 'pending'"
    " AND kind = 'order_cost')"
)
PREPAID, DUE = (
    ACCOUNT.format(site="bo", kind="prepaid"),
    ACCOUNT.format(site="hub", kind="supplier_cost"),
)
PLANTS = {
    "the goods went out and another account paid for them": (
        "done",
        f"UPDATE shared.ledger_entry SET account_id = {DUE}"
        f" WHERE txn_id = {COST} AND account_id = {PREPAID}",
        {"order_postings"},
    ),
    "an order that was given up keeps the balance": (
        "given up",
        "DELETE FROM shared.ledger_txn WHERE pending_of = " + HOLD,
        {"own_hold"},
    ),
    "less is set aside than the order costs": (
        "waiting",
        f"UPDATE shared.ledger_entry SET amount = amount - 1 WHERE txn_id = {HOLD} AND amount > 0",
        {"own_hold"},
    ),
    "what came in is not written down": (
        "done",
        "UPDATE shared.ledger_entry SET amount = amount + 10000 WHERE account_id = "
        + ACCOUNT.format(site="bo", kind="own_sales"),
        {"own_turnover", "payment_booked"},
    ),
}


def found(trade: Trade) -> list[Fault]:
    with use(trade.bo):
        return [fault for check in proofs.CHECKS for fault in check.look(trade.bo)]


def test_sound_orders_hold(trade: Trade, sold: dict[str, Sold]) -> None:
    trade.proven()


@pytest.mark.parametrize("name", PLANTS)
def test_what_is_planted_is_found_with_its_rows(
    trade: Trade, sold: dict[str, Sold], owner: Engine, name: str
) -> None:
    which, does, checks = PLANTS[name]
    known = {"order": str(sold[which].id), "hub": trade.hub.id, "bo": trade.bo.id}
    known["delivered"] = f"order:{sold[which].id}:delivered"
    with owner.connect() as behind:
        kept = _kept(behind)
        try:
            changed = behind.execute(text(does), known).rowcount
            faults = [one for one in found(trade) if one.check != "order_known"]
        finally:
            _put_back(behind, kept)
    assert changed
    assert {one.check for one in faults} == checks
    assert {one.subject.split()[0] for one in faults} >= {sold[which].number}
    assert all(
        sold[which].number in str(one.rows) or one.check == "payment_booked" for one in faults
    )
    trade.proven()


def _kept(behind: Connection) -> list[str]:
    tables = ["ledger_txn", "ledger_entry"]
    for table in tables:
        behind.exec_driver_sql(f"ALTER TABLE shared.{table} DISABLE TRIGGER USER")
        behind.exec_driver_sql(f"CREATE TEMP TABLE kept_{table} AS TABLE shared.{table}")
    return tables


def _put_back(behind: Connection, tables: list[str]) -> None:
    for table in reversed(tables):
        behind.exec_driver_sql(f"DELETE FROM shared.{table}")
    for table in tables:
        behind.exec_driver_sql(f"INSERT INTO shared.{table} SELECT * FROM kept_{table}")
        behind.exec_driver_sql(f"DROP TABLE kept_{table}")
        behind.exec_driver_sql(f"ALTER TABLE shared.{table} ENABLE TRIGGER USER")
