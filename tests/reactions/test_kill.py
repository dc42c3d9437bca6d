"""The process may die at any moment between a payment and its delivery. Nothing is sold twice,
no paid order is forgotten, no entry is without its twin."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders.rules import OrderState
from tenants.tree import Tenant
from tests.domains.orders.test_checkout import credited, rows
from tests.support.dying import MOST, again, last_event, noticed, warmed
from tests.support.killing import Killer, steps
from tests.support.orders import (
    books_balance,
    paid,
    secrets_of,
    state_of,
    stocked,
)
from tests.support.payments import Standin
from tests.support.worlds import Alliance


@pytest.mark.slow
def test_killed_at_every_step_a_paid_order_is_delivered_once(
    alliance: Alliance, standin: Standin, killer: Killer
) -> None:
    warmed(killer, alliance, standin)
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=MOST)
    delivered: list[str] = []
    for times, step in enumerate(steps(MOST), start=1):
        standin.reset()
        bought = paid(ada, sku, standin)
        event = last_event(standin)
        whole = killer.run("take_in_and_deliver", step, **noticed(event))
        again(bought, event)
        assert state_of(ada, bought.order.number) is OrderState.COMPLETED, step
        delivered += secrets_of(ada, bought.order.id)
        assert len(delivered) == len(set(delivered)) == times
        if whole is not None:
            break
    assert 25 < step < MOST - 1
    books_balance(alliance.hub)


def purchase(site: Tenant, sku: SkuFacts) -> dict[str, object]:
    """A member of the site with money, and what she wants."""
    shopper = credited(site, "1000.00")
    return {"tenant": site.id, "member": str(shopper.member_id), "sku": str(sku.sku_id)}


@pytest.mark.slow
def test_killed_at_every_step_a_purchase_from_the_balance_is_whole_or_nothing(
    alliance: Alliance, standin: Standin, killer: Killer, owner: Engine
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub, secrets=10)
    killer.warm("buy", **purchase(alliance.bo, stocked(alliance.hub, secrets=1)))
    given = purchase(ada, sku)
    for step in steps(MOST):
        whole = killer.run("buy", step, **given)
        assert rows(owner, ada) == ((0, 0, 0) if whole is None else (1, 1, 1)), step
        if whole is not None:
            break
    assert 4 < step < MOST - 1
    books_balance(alliance.hub)
    with owner.connect() as connection:
        free = text("SELECT count(*) FROM shared.card_secret WHERE sku_id = :s AND state = 'free'")
        connection.exec_driver_sql("BEGIN")
        assert connection.execute(free, {"s": sku.sku_id}).scalar() == 9
        connection.exec_driver_sql("ROLLBACK")
