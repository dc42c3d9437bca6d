"""A pay-out by the provider may be killed at any step: the money leaves once, and is booked."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from kameng.domains.withdrawals import queries
from kameng.domains.withdrawals.rules import State
from kameng.domains.withdrawals.transfers import service
from kameng.faces.worker import connecting
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from tenants.context import use
from tenants.database import session
from tests.support import payouts
from tests.support.killing import Killer
from tests.support.orders import books_balance
from tests.support.payments import Standin
from tests.support.withdrawals import earn
from tests.support.worlds import Alliance

MOST = 60
LATER = timedelta(minutes=2)


@pytest.mark.slow
def test_killed_at_every_step_a_pay_out_leaves_once(
    alliance: Alliance, standin: Standin, killer: Killer
) -> None:
    hub, ada = alliance.hub, alliance.ada
    standin.turn(balance=100 * 10_000 * MOST)
    payouts.on(hub)
    to = payouts.ready(ada, standin)
    with use(ada):
        earn(ada, str(100 * MOST))
        session.commit()
    killer.warm("pay_out", site=ada.id, withdrawal=str(payouts.approved(ada, to, "100").id))
    for step in range(1, MOST):
        made = payouts.approved(ada, to, "100")
        steps = killer.run("pay_out", step, site=ada.id, withdrawal=str(made.id))
        connecting.check_transfers(clock.now() + LATER)
        with use(ada):
            if queries.one(ada, made.id).state is State.APPROVED:
                calls.run(service.begin(ada, made.id, actor=SYSTEM, now=clock.now()))
                session.commit()
            assert queries.one(ada, made.id).state is State.PAID, step
        if steps is not None:
            break
    assert 8 < step < MOST - 1
    sent = standin.ask("GET", "/v1/transfers?limit=100")["data"]
    assert set(Counter(one["transfer_group"] for one in sent).values()) == {1}
    assert len(sent) == step + 1
    books_balance(hub)
