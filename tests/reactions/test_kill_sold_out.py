"""The process may die at any moment while a paid order turns out to be sold out: the money goes
back once, to whoever paid, and nobody else's goods are touched."""

from __future__ import annotations

import pytest

from kameng.domains.catalog.stock import service as stock
from kameng.domains.orders.rules import OrderState
from tenants.context import use
from tenants.database import session
from tests.support.dying import MOST, again, last_event, noticed, warmed
from tests.support.killing import Killer, steps
from tests.support.orders import Paid, books_balance, paying, placed, secrets_of, state_of, stocked
from tests.support.payments import Standin
from tests.support.worlds import Alliance


@pytest.mark.slow
def test_killed_at_every_step_a_sold_out_order_gets_its_money_back_once(
    alliance: Alliance, standin: Standin, killer: Killer
) -> None:
    warmed(killer, alliance, standin)
    ada = alliance.ada
    for step in steps(MOST):
        standin.reset()
        sku = stocked(alliance.hub, secrets=1)
        order = placed(ada, sku)
        page = paying(ada, order.number)
        with use(ada):
            stock.release(ada, order.id)
            other = placed_and_sold(alliance, sku)
        standin.pay(page)
        event = last_event(standin)
        whole = killer.run("take_in_and_deliver", step, **noticed(event))
        again(Paid(order, page), event)
        finish_refunds()
        assert state_of(ada, order.number) is OrderState.REFUNDED, step
        assert secrets_of(ada, order.id) == []
        assert len(standin.ask("GET", "/v1/refunds")["data"]) == 1
        assert other
        if whole is not None:
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
