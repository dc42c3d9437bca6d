"""The proof finds nothing in sound books, and finds each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger import service
from kameng.domains.ledger.errors import DayOpen
from kameng.domains.ledger.proofs.queries import prove, trial_balance
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tests.support.ledger import cash, fill, move, purse, yuan
from tests.support.worlds import Alliance


def _busy(alliance: Alliance) -> None:
    for tenant in (alliance.hub, alliance.ada, alliance.bo):
        with use(tenant):
            fill(tenant, "kim", "10")
            service.hold(
                tenant, move(purse(tenant), cash(tenant), "3"), until=clock.now(), now=clock.now()
            )
            session.commit()


def test_sound_books_have_no_fault_and_no_gap(alliance: Alliance) -> None:
    _busy(alliance)
    with use(alliance.hub) as hub:
        proof = prove(hub)
        assert (proof.holds, proof.txns, proof.entries, proof.accounts) == (True, 6, 12, 6)
        assert trial_balance(hub).gap == Money.zero()
    with use(alliance.ada) as ada:
        assert prove(ada).holds


@contextmanager
def _unguarded(owner: Engine, table: str) -> Iterator[Connection]:
    """The owner with the table's triggers off: what only a broken database could do."""
    with owner.connect() as connection:
        connection.exec_driver_sql(f"ALTER TABLE shared.{table} DISABLE TRIGGER USER")
        try:
            yield connection
        finally:
            connection.exec_driver_sql(f"ALTER TABLE shared.{table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("table", "change", "checks"),
    [
        (
            "ledger_entry",
            "UPDATE shared.ledger_entry SET amount = amount + 1 WHERE amount > 0"
            " AND account_id IN (SELECT id FROM shared.ledger_account WHERE hot)"
            " AND chain[1] = :root AND NOT pending",
            {"sums_to_zero"},
        ),
        (
            "ledger_account",
            "UPDATE shared.ledger_account SET posted_credit = posted_credit + 1"
            " WHERE chain[1] = :root AND kind = 'wallet'",
            {"posted_credit"},
        ),
        (
            "ledger_account",
            "UPDATE shared.ledger_account SET pending_debit = 0"
            " WHERE chain[1] = :root AND kind = 'wallet'",
            {"pending_debit"},
        ),
    ],
)
def test_what_was_tampered_with_is_found(
    alliance: Alliance, owner: Engine, table: str, change: str, checks: set[str]
) -> None:
    _busy(alliance)
    with _unguarded(owner, table) as connection:
        connection.execute(text(change), {"root": alliance.hub.id})
    with use(alliance.hub) as hub:
        proof = prove(hub)
    assert {fault.check for fault in proof.faults} == checks
    assert len(proof.faults) == 3


def _first_open_day(owner: Engine) -> date:
    """Yesterday, or the day after the last closed one: closing cannot be taken back."""
    with owner.connect() as connection:
        last = connection.execute(text("SELECT max(day) FROM shared.ledger_day")).scalar()
    yesterday = clock.now().date() - timedelta(days=1)
    return max(yesterday, last + timedelta(days=1)) if last else yesterday


def test_a_closed_day_takes_nothing_more_and_hot_balances_stay_right(
    alliance: Alliance, owner: Engine
) -> None:
    day = _first_open_day(owner)
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    with use(alliance.hub) as hub:
        service.post(hub, move(cash(hub), purse(hub), "10"), now=noon)
        session.commit()
    with shared():
        service.close_day(day, now=noon + timedelta(days=1))
        session.commit()
        assert service.take_snapshots(day) >= 1
        assert service.take_snapshots(day) == 0
        session.commit()
    with use(alliance.hub) as hub:
        service.post(hub, move(cash(hub), purse(hub), "5"), now=noon)
        session.commit()
        days = session.scalars(text("SELECT DISTINCT day FROM shared.ledger_entry ORDER BY day"))
        assert list(days) == [day, day + timedelta(days=1)]
        assert ledger.balance(cash(hub)).posted == yuan("15")
        assert prove(hub).holds
    _tamper_with_snapshots(owner, alliance.hub.id)
    with use(alliance.hub) as hub:
        assert [fault.check for fault in prove(hub).faults] == ["snapshot"]


def _tamper_with_snapshots(owner: Engine, root_id: int) -> None:
    change = text("UPDATE shared.ledger_snapshot SET debit = debit + 7 WHERE chain[1] = :root")
    with _unguarded(owner, "ledger_snapshot") as connection:
        connection.execute(change, {"root": root_id})


def test_a_day_that_is_not_over_cannot_be_closed(alliance: Alliance) -> None:
    with shared():
        with pytest.raises(DayOpen):
            service.close_day(clock.now().date(), now=clock.now())
        session.rollback()
        with pytest.raises(DayOpen):
            service.take_snapshots(date(9999, 1, 1))
