"""A month of a site: what is in it, when it stands still, and that all months are the ledger."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from kameng.domains.ledger import service
from kameng.domains.ledger.proofs.queries import trial_balance
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.ledger.statements import queries
from kameng.domains.ledger.statements.rules import Month, month_of, read_month
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import one_moment, session
from tenants.tree import Tenant
from tests.support.ledger import TESTER, cash, move, purse, yuan
from tests.support.worlds import Alliance

FIRST = datetime(2000, 2, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 6_000_000_000).map(lambda seconds: FIRST + timedelta(seconds=seconds))


@settings(deadline=None)
@given(MOMENTS)
def test_every_moment_lies_in_exactly_one_month(moment: datetime) -> None:
    month = month_of(moment)
    assert month.begin <= moment < month.end
    assert (month.previous.end, month.next.begin) == (month.begin, month.end)
    assert read_month(str(month)) == month


@pytest.mark.parametrize("said", ["", "2026-13", "2026-00", "26-1", "２０２６-01", "1999-01", "x"])
def test_what_is_no_month_is_none(said: str) -> None:
    assert read_month(said) is None


JUNE = Month(2150, 6)
"""Long after whatever day other tests have closed."""


CLOSE = text("INSERT INTO shared.ledger_day VALUES (:day, now())")
OPEN = (
    "ALTER TABLE shared.ledger_day DISABLE TRIGGER USER",
    "DELETE FROM shared.ledger_day WHERE day > '2150-01-01'",
    "ALTER TABLE shared.ledger_day ENABLE TRIGGER USER",
)
"""What only the owner of the database could do."""


def _at(day: int, hour: int = 4, month: int = 6) -> datetime:
    """A moment in UTC; the shop's clock is eight hours ahead."""
    return datetime(JUNE.year, month, day, hour, tzinfo=UTC)


def _pay(tenant: Tenant, amount: str, when: datetime, owner: str = "kim") -> None:
    service.post(tenant, move(cash(tenant), purse(tenant, owner), amount), now=when)


def _sums(tenant: Tenant, month: Month) -> dict[str, tuple[Money, ...]]:
    return {
        one.kind: (one.opening, one.up, one.down, one.closing)
        for one in queries.statement(tenant, month).sheets
    }


def _yuan(*amounts: str) -> tuple[Money, ...]:
    return tuple(yuan(one) for one in amounts)


@pytest.fixture
def busy(alliance: Alliance) -> Alliance:
    """Every site took money in May, in June and in July; what was held counts when it is settled.

    The shop's June begins at 16:00 UTC of 31 May."""
    for tenant in (alliance.hub, alliance.ada, alliance.bo):
        with use(tenant):
            _pay(tenant, "100", _at(31, 15, month=5))
            _pay(tenant, "10", _at(31, 16, month=5))
            _pay(tenant, "1", _at(10), owner="lee")
            back = move(purse(tenant), cash(tenant), "30.5")
            held = service.hold(tenant, back, until=_at(30), now=_at(11))
            service.settle_hold(tenant, held.txn_id, key="back", actor=TESTER, now=_at(12))
            _pay(tenant, "1000", _at(30, 16))
            session.commit()
    return alliance


def test_a_statement_opens_moves_and_closes_by_the_shops_clock(busy: Alliance) -> None:
    with use(busy.ada) as ada:
        assert _sums(ada, JUNE) == {
            "wallet": _yuan("100", "11", "30.5", "80.5"),
            "cash_by_hand": _yuan("100", "11", "30.5", "80.5"),
        }
        assert _sums(ada, JUNE.previous)["wallet"] == _yuan("0", "100", "0", "100")
        assert _sums(ada, JUNE.next)["wallet"] == _yuan("80.5", "1000", "0", "1080.5")
        assert not queries.statement(ada, JUNE).final


def test_the_movements_lead_from_the_opening_to_the_closing_whole_or_in_pages(
    busy: Alliance,
) -> None:
    with use(busy.ada) as ada:
        stated = queries.statement(ada, JUNE)
        whole = list(queries.movements(ada, JUNE, stated))
        paged, after = [], None
        for _ in range(3):
            found = queries.page(ada, JUNE, stated, after=after, size=2)
            paged += found.movements
            after = queries.cursor(str(found.after)) if found.after else None
        wallet = [one for one in whole if one.account == "wallet"]
        assert list(queries.movements(ada, JUNE, stated, kind="wallet")) == wallet
    assert paged == whole
    assert after is None
    assert len(whole) == stated.count == 6
    assert [one.balance for one in wallet] == list(_yuan("110", "111", "80.5"))
    assert [one.up or one.down for one in wallet] == list(_yuan("10", "1", "30.5"))


def test_all_statements_together_are_the_ledger(busy: Alliance) -> None:
    gap, moved = 0, 0
    sites = (busy.hub, busy.ada, busy.bo)
    with use(busy.hub) as hub:
        for site in sites:
            for month in (JUNE.previous, JUNE, JUNE.next):
                stated = queries.statement(site, month)
                moved += stated.count
                earlier = {one.sheet: one.closing for one in stated.sheets}
                later = queries.statement(site, month.next).sheets
                assert {one.sheet: one.opening for one in later} == earlier
            gap += sum(one.signed.micro for one in stated.sheets)
        closing = {
            (site.id, one.kind): one.signed
            for site in sites
            for one in queries.statement(site, JUNE.next).sheets
        }
        books = trial_balance(hub).rows
    assert gap == 0
    assert closing == {(row.tenant_id, row.kind): row.debit - row.credit for row in books}
    assert moved == 3 * 2 * 5


def test_a_month_whose_last_day_is_closed_is_final_and_takes_nothing_more(
    busy: Alliance, owner: Engine
) -> None:
    """30 June 16:00 UTC ends the shop's June: with that day closed, what comes late is July's."""
    last = date(2150, 6, 30)
    with owner.connect() as connection:
        connection.execute(CLOSE, {"day": last})
    try:
        with use(busy.ada) as ada:
            before = queries.statement(ada, JUNE)
            assert before.final
            assert not queries.is_final(JUNE.next)
            _pay(ada, "7", _at(20))
            assert queries.statement(ada, JUNE) == before
            assert _sums(ada, JUNE.next)["wallet"] == _yuan("80.5", "1007", "0", "1087.5")
            assert queries.page(ada, JUNE.next, before).movements[-1].at.date() > last
    finally:
        with owner.connect() as connection:
            for statement in OPEN:
                connection.exec_driver_sql(statement)


def test_one_moment_is_seen_while_a_settlement_runs(alliance: Alliance) -> None:
    """Money goes from one pocket to the other all the time; a statement never sees half of it."""
    with use(alliance.ada) as ada:
        margin, available = (
            house(ada.id, kind) for kind in (AccountKind.MARGIN, AccountKind.AVAILABLE)
        )
        service.post(ada, move(cash(ada), margin, "1000"), now=_at(2))
        session.commit()
    stop, failed = threading.Event(), list[BaseException]()

    def settle() -> None:
        try:
            while not stop.is_set():
                with use(alliance.ada) as mine:
                    service.post(mine, move(margin, available, "0.01"), now=_at(3))
                    session.commit()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    running = [threading.Thread(target=settle) for _ in range(2)]
    for one in running:
        one.start()
    counts = set()
    try:
        for _ in range(8):
            with use(alliance.ada) as ada:
                one_moment()
                stated = queries.statement(ada, JUNE)
                closing = {one.kind: one.closing for one in stated.sheets}
                last = {one.account: one.balance for one in queries.movements(ada, JUNE, stated)}
                paged = queries.page(ada, JUNE, stated, kind="margin", size=1)
            counts.add(stated.count)
            assert closing["margin"] + closing.get("available", Money.zero()) == yuan("1000")
            assert last == closing
            assert paged.movements[0].balance == yuan("1000")
    finally:
        stop.set()
        for one in running:
            one.join()
    assert not failed
    assert len(counts) > 1
