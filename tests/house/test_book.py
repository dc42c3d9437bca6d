"""Every event stands in the book or among the silent ones, and what follows twice follows once."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import kameng.domains
from kameng.domains.orders.events import OrderPaid
from kameng.faces.worker import queues, reacting
from kameng.kit import clock, ids
from kameng.kit.events import Event, pack
from kameng.reactions import book
from tenants.context import shared, use
from tenants.database import session
from tests.support.orders import books_balance, paid, relayed, secrets_of, stocked
from tests.support.payments import Standin, standin
from tests.support.worlds import Alliance

__all__ = ["standin"]


def announced() -> list[type[Event]]:
    """Every event a domain defines."""
    found = pkgutil.walk_packages(kameng.domains.__path__, "kameng.domains.")
    for module in found:
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    return [kind for kind in Event.registry.values() if kind.__module__.startswith("kameng.")]


def test_every_event_is_in_the_book_or_silent() -> None:
    assert set(announced()) == set(book.BOOK) | book.SILENT
    assert not set(book.BOOK) & book.SILENT


def test_every_reaction_has_a_name_of_its_own() -> None:
    names = [book.name_of(one) for reactions in book.BOOK.values() for one in reactions]
    assert len(set(names)) == len(names)


def test_an_event_nobody_thought_of_is_an_error() -> None:
    class Surprise(Event):
        """Not in the book."""

    try:
        with pytest.raises(KeyError):
            book.reactions_to(Surprise())
    finally:
        Event.registry.pop("Surprise")


def test_every_reaction_run_twice_has_run_once(alliance: Alliance, standin: Standin) -> None:
    """All events of a purchase, replayed as if the relay had died before it could note them."""
    ada = alliance.ada
    bought = paid(ada, stocked(alliance.hub), standin)
    from tests.domains.orders.test_payment import told

    told(ada, bought.page)
    relayed()
    before = footprint(alliance)
    with shared("relay"):
        session.connection().exec_driver_sql(
            "UPDATE shared.outbox SET done_at = NULL, not_before = created_at WHERE tenant_id = %s",
            (ada.id,),
        )
        session.commit()
    relayed()
    assert footprint(alliance) == before
    assert len(secrets_of(ada, bought.order.id)) == 1
    books_balance(alliance.hub)


def test_a_reaction_without_its_note_still_delivers_once(
    alliance: Alliance, standin: Standin
) -> None:
    """The note that a reaction ran is the first lock; the order's own state is the second."""
    ada = alliance.ada
    bought = paid(ada, stocked(alliance.hub), standin)
    from tests.domains.orders.test_payment import told

    told(ada, bought.page)
    event = OrderPaid(bought.order.id, bought.order.number, late=False)
    for _ in range(3):
        fresh = queues.Announced(ids.uuid7(), ada.id, "OrderPaid", pack(event), 1)
        reacting.react([fresh])
    assert len(secrets_of(ada, bought.order.id)) == 1
    assert clock.now() > bought.order.placed_at
    books_balance(alliance.hub)


def footprint(alliance: Alliance) -> tuple[int, ...]:
    """How many rows a purchase has left behind."""
    ada = alliance.ada
    counts = []
    with use(ada):
        for table in ("order_event", "fulfilment", "shared.ledger_txn", "shared.reaction_done"):
            query = f"SELECT count(*) FROM {table}"
            counts.append(session.connection().exec_driver_sql(query).scalar_one())
        query = "SELECT count(*) FROM shared.outbox WHERE tenant_id = %s"
        counts.append(session.connection().exec_driver_sql(query, (ada.id,)).scalar_one())
    return tuple(counts)
