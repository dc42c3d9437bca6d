"""The process may die at any moment between a payment and its delivery. Nothing is sold twice,
no paid order is forgotten, no entry is without its twin."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from kameng.config import Settings, settings
from kameng.domains.catalog.stock import service as stock
from kameng.domains.orders.rules import OrderState
from kameng.kit import inbox
from tenants.context import shared, use
from tenants.database import session
from tests.domains.orders.test_checkout import credited, rows
from tests.support import killing
from tests.support.killing import Killer
from tests.support.orders import (
    Paid,
    books_balance,
    paid,
    paying,
    placed,
    relayed,
    secrets_of,
    state_of,
    stocked,
)
from tests.support.payments import Standin
from tests.support.worlds import Alliance

LEASE = 0.15
MOST = 200


@pytest.fixture
def killer(tools: Settings, standin: Standin) -> Iterator[Killer]:
    """A program that dies when told."""
    made = killing.start(settings())
    yield made
    made.stop()


def again(bought: Paid, event: dict[str, object]) -> None:
    """The sender had no answer, so it sends again; a new relay takes over."""
    with shared():
        inbox.receive("stripe", str(event["id"]), {}, json.dumps(event).encode())
        session.commit()
    time.sleep(LEASE)
    relayed(threads=1)


def last_event(standin: Standin) -> dict[str, object]:
    return standin.events("checkout.session.completed")[-1]


@pytest.mark.slow
def test_killed_at_every_step_a_paid_order_is_delivered_once(
    alliance: Alliance, standin: Standin, killer: Killer
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=MOST)
    delivered: list[str] = []
    for step in range(1, MOST):
        standin.reset()
        bought = paid(ada, sku, standin)
        event = last_event(standin)
        given = {"event": event["id"], "raw": json.dumps(event), "lease": LEASE}
        steps = killer.run("take_in_and_deliver", step, **given)
        again(bought, event)
        assert state_of(ada, bought.order.number) is OrderState.COMPLETED, step
        delivered += secrets_of(ada, bought.order.id)
        assert len(delivered) == len(set(delivered)) == step
        if steps is not None:
            break
    assert 25 < step < MOST - 1
    books_balance(alliance.hub)


@pytest.mark.slow
def test_killed_at_every_step_a_sold_out_order_gets_its_money_back_once(
    alliance: Alliance, standin: Standin, killer: Killer
) -> None:
    ada = alliance.ada
    for step in range(1, MOST):
        standin.reset()
        sku = stocked(alliance.hub, secrets=1)
        order = placed(ada, sku)
        page = paying(ada, order.number)
        with use(ada):
            stock.release(ada, order.id)
            other = placed_and_sold(alliance, sku)
        standin.pay(page)
        event = last_event(standin)
        given = {"event": event["id"], "raw": json.dumps(event), "lease": LEASE}
        steps = killer.run("take_in_and_deliver", step, **given)
        again(Paid(order, page), event)
        finish_refunds()
        assert state_of(ada, order.number) is OrderState.REFUNDED, step
        assert secrets_of(ada, order.id) == []
        assert len(standin.ask("GET", "/v1/refunds")["data"]) == 1
        assert other
        if steps is not None:
            break
    assert 25 < step < MOST - 1
    books_balance(alliance.hub)


def placed_and_sold(alliance: Alliance, sku: object) -> int:
    """Somebody else takes the last one."""
    from kameng.kit import clock, ids

    ada = alliance.ada
    taken = stock.take(
        ada,
        sku.sku_id,  # type: ignore[attr-defined]
        1,
        order_id=ids.uuid7(),
        line_id=ids.uuid7(),
        now=clock.now(),
    )
    session.commit()
    return len(taken)


def finish_refunds() -> None:
    """The clock's sweep, a little later."""
    from datetime import timedelta

    import time_machine

    from kameng.faces.worker import sweeping
    from kameng.kit import clock

    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweeping.check_refunds(clock.now())


@pytest.mark.slow
def test_killed_at_every_step_a_purchase_from_the_balance_is_whole_or_nothing(
    alliance: Alliance, standin: Standin, killer: Killer, owner: Engine
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=10)
    shopper = credited(ada, "1000.00")
    given = {"tenant": ada.id, "member": str(shopper.member_id), "sku": str(sku.sku_id)}
    for step in range(1, MOST):
        steps = killer.run("buy", step, **given)
        assert rows(owner, ada) == ((0, 0, 0) if steps is None else (1, 1, 1)), step
        if steps is not None:
            break
    assert 8 < step < MOST - 1
    books_balance(alliance.hub)
    with owner.connect() as connection:
        free = text("SELECT count(*) FROM shared.card_secret WHERE sku_id = :s AND state = 'free'")
        connection.exec_driver_sql("BEGIN")
        assert connection.execute(free, {"s": sku.sku_id}).scalar() == 9
        connection.exec_driver_sql("ROLLBACK")
