"""A delivery that is cut off at a step of its own, and what comes after: the notification sent
again, another relay that takes over."""

from __future__ import annotations

import json
from datetime import timedelta

import time_machine

from kameng.kit import clock, inbox
from tenants.context import shared
from tenants.database import session
from tests.support.killing import Killer
from tests.support.orders import Paid, paid, relayed, stocked
from tests.support.payments import Standin
from tests.support.worlds import Alliance

LEASE = timedelta(seconds=15)
MOST = 200


def again(bought: Paid, event: dict[str, object]) -> None:
    """The sender had no answer, so it sends again; a new relay takes over when the lease is up."""
    with shared():
        inbox.receive("stripe", str(event["id"]), {}, json.dumps(event).encode())
        session.commit()
    with time_machine.travel(clock.now() + LEASE):
        relayed(threads=1)


def last_event(standin: Standin) -> dict[str, object]:
    return standin.events("checkout.session.completed")[-1]


def noticed(event: dict[str, object]) -> dict[str, object]:
    """What the program is told of an event."""
    return {"event": event["id"], "raw": json.dumps(event), "lease": LEASE.total_seconds()}


def warmed(killer: Killer, alliance: Alliance, standin: Standin) -> None:
    """One order nobody dies of, so that each fork has its statements compiled."""
    paid(alliance.ada, stocked(alliance.hub, secrets=1), standin)
    killer.warm("take_in_and_deliver", **noticed(last_event(standin)))
