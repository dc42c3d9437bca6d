"""A sweep has patience, but not all day: the clock's other work must have its turn."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from kameng.domains.orders.rules import OrderState
from kameng.domains.payments import service as payments
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.rules import AttemptFacts
from kameng.faces.worker import rounds, sweeping
from kameng.kit import clock
from kameng.kit.calls import CallUnknown
from migrations import run
from tenants import hosts
from tests.support.orders import paid, relayed, state_of, stocked
from tests.support.payments import Standin, standin
from tests.support.worlds import Alliance

__all__ = ["standin"]


def test_a_silent_provider_does_not_keep_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PATIENCE", 0.1)
    asked: list[int] = []

    def ask(item: int) -> None:
        asked.append(item)
        time.sleep(0.06)

    done = rounds.each(range(50), ask)
    assert 1 <= done == len(asked) < 10


def test_one_that_fails_does_not_keep_the_rest() -> None:
    def ask(item: int) -> None:
        if item == 1:
            raise RuntimeError("no answer")

    assert rounds.each(range(3), ask) == 2


def test_a_provider_that_does_not_answer_is_told_in_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def ask(item: int) -> None:
        if item == 1:
            raise CallUnknown("APIConnectionError: nobody there\n\n(Network error)")

    assert rounds.each(range(3), ask) == 2
    (told,) = caplog.records
    assert told.exc_info is None
    assert told.getMessage() == (
        "sweep: 1 waits for the next round: APIConnectionError: nobody there (Network error)"
    )


def test_a_site_that_is_behind_is_left_alone_and_its_provider_not_asked(
    alliance: Alliance, standin: Standin, owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the provider says could not be written down; it is asked after the migration."""
    ada, asked = alliance.ada, list[int]()
    bought = paid(ada, stocked(alliance.hub), standin)
    look_up = payments.looked_up

    def counted(attempt: AttemptFacts, gateway: Gateway) -> object:
        asked.append(attempt.tenant_id)
        return look_up(attempt, gateway)

    monkeypatch.setattr(payments, "looked_up", counted)
    state = "UPDATE shared.tenant_schema_state SET revision = %s WHERE schema_name = %s"
    with owner.connect() as line, time_machine.travel(clock.now() + timedelta(minutes=1)):
        line.exec_driver_sql(state, ("t0001", ada.schema))
        hosts.clear()
        sweeping.check_payments(clock.now())
        line.exec_driver_sql(state, (run.head("tenant"), ada.schema))
        assert ada.id not in asked
        sweeping.check_payments(clock.now())
        relayed()
    assert ada.id in asked
    assert state_of(ada, bought.order.number) is OrderState.COMPLETED
