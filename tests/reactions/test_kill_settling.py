"""A settlement may be killed at any step: the site is given what it is due, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.settlement import queries, rules
from kameng.faces.worker import settling
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.context import use
from tests.support.earning import earned, holds
from tests.support.killing import Killer, steps
from tests.support.orders import books_balance
from tests.support.worlds import Alliance

MOST = 60


@pytest.mark.slow
def test_killed_at_every_step_a_settlement_goes_on_and_gives_what_is_due_once(
    alliance: Alliance, killer: Killer
) -> None:
    hub, ada = alliance.hub, alliance.ada
    first = rules.shop_day(clock.now()) - timedelta(days=MOST + 10)
    killer.warm("settle", master=hub.id, day=(first - timedelta(days=1)).isoformat())
    for times, step in enumerate(steps(MOST), start=1):
        day = first + timedelta(days=step)
        earned(ada, "1.00", rules.end_of(day - timedelta(days=8)))
        whole = killer.run("settle", step, master=hub.id, day=day.isoformat())
        for _ in settling.settle_all(hub, settling.begun(hub, day), settling.Sum()):
            pass
        assert holds(ada, AccountKind.AVAILABLE) == Money.of(str(times)), step
        assert holds(ada, AccountKind.MARGIN) == Money.zero(), step
        with use(ada):
            assert queries.page(ada, site_id=ada.id).total == times
        if whole is not None:
            break
    assert 10 < step < MOST - 1
    books_balance(hub)
