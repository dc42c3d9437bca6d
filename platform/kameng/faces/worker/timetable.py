"""The clock: fires what is due, and sweeps up what was forgotten, at fixed intervals.

Two clocks do no harm: due rows are claimed, and every sweep only finishes what is unfinished.
"""

from __future__ import annotations

import logging
import math
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete

from kameng import wiring
from kameng.config import Settings
from kameng.faces.frame import giving, opening
from kameng.faces.worker import (
    balances,
    books,
    builder,
    cells,
    connecting,
    hosts,
    letters,
    owing,
    proving,
    queues,
    rollouts,
    settling,
    sites,
    sweeping,
    trials,
)
from kameng.faces.worker.cells import Patience
from kameng.faces.worker.queues import Due
from kameng.kit import calls, clock
from kameng.kit.tables import DueRow
from kameng.reactions.due import HELD_FIRST, KINDS
from tenants import registry
from tenants.context import at
from tenants.database import engines, session
from tenants.proof import use_proven
from tenants.tree import MAIN

POLL = 1.0
BATCH = 50
Sweep = Callable[[datetime], object]
_log = logging.getLogger(__name__)

SWEEPS: dict[str, tuple[timedelta, Sweep]] = {
    "payments": (timedelta(seconds=5), sweeping.check_payments),
    "fees of payments": (timedelta(seconds=30), sweeping.check_fees),
    "refunds": (timedelta(seconds=5), sweeping.check_refunds),
    "disputes": (timedelta(seconds=30), sweeping.check_disputes),
    "stuck orders": (timedelta(seconds=10), sweeping.deliver_stuck),
    "transfers": (timedelta(seconds=5), connecting.check_transfers),
    "payees' accounts": (timedelta(seconds=10), connecting.check_accounts),
    "transfers that came back": (timedelta(minutes=10), connecting.recover_reversed),
    "lost notifications": (timedelta(minutes=10), sweeping.recover_lost),
    "applications": (timedelta(seconds=5), lambda now: opening.finish_open_applications(now)),
    "low balances": (timedelta(seconds=30), balances.look_after),
    "sites that owe": (timedelta(minutes=1), owing.look_after),
    "ended terms": (timedelta(minutes=1), trials.end),
    "terms paid again": (timedelta(minutes=1), trials.begin_again),
    "packages near their end": (timedelta(minutes=10), trials.look),
    "goods beyond packages": (timedelta(minutes=10), trials.trim),
    "books": (timedelta(hours=1), books.close_yesterday),
    "proofs": (timedelta(minutes=1), proving.begin_daily),
    "settlements": (timedelta(minutes=1), settling.begin_daily),
    "times out of reach": (timedelta(seconds=10), queues.bring_back),
    "theme roll-outs": (timedelta(seconds=5), rollouts.look_after),
    "lines in use": (timedelta(minutes=10), rollouts.note_lines),
    "own domains": (timedelta(seconds=30), hosts.look_after),
    "presets on their way": (timedelta(seconds=30), giving.look_after),
    "old events": (timedelta(hours=6), queues.forget_done),
    "old notices": (timedelta(hours=1), letters.forget),
}
"""What is swept up, how often, and by which verb."""


@dataclass
class Timetable:
    """The clock of one cell. When a sweep's turn comes is told by a clock that never jumps."""

    cell: str = MAIN
    last: dict[str, float] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Tick until told to stop."""
        patience = Patience(self.cell, self.stopping)
        while not self.stopping.is_set():
            fired = 0
            with patience.held():
                fired = self.tick(clock.now())
            if not fired:
                self.stopping.wait(POLL)

    def tick(self, now: datetime) -> int:
        """Fire what is due and run the sweeps whose turn it is; returns how much was due."""
        with at(self.cell):
            due = queues.due(now, limit=BATCH)
            for one in due:
                fire(one)
            for name, (every, sweep) in SWEEPS.items():
                if self._turn_of(name, every):
                    _swept(name, sweep, now)
        return len(due)

    def _turn_of(self, name: str, every: timedelta) -> bool:
        now = clock.steady()
        if now - self.last.get(name, -math.inf) < every.total_seconds():
            return False
        self.last[name] = now
        return True


def fire(one: Due) -> None:
    """Do one due thing in its site, and strike it off in the same transaction."""
    tenant = sites.by_id(one.tenant_id)
    if tenant is None or one.kind not in KINDS:
        _log.warning("nobody knows what to do about %s of site %s", one.kind, one.tenant_id)
        return
    if tenant.state == registry.BEHIND:
        queues.due_failed(one, clock.now(), at_most=queues.SOON)
        return
    try:
        with use_proven(tenant):
            if hold := HELD_FIRST.get(one.kind):
                hold(tenant)
            _strike(one)
            call = KINDS[one.kind](tenant, one.key, clock.now())
            if call is not None:
                calls.run(call)
            session.commit()
    except Exception:  # noqa: BLE001 - a clock must go on
        _log.exception("%s %s failed", one.kind, one.key)
        queues.due_failed(one, clock.now())


def _strike(one: Due) -> None:
    """Struck off first: the verb may set the same thing a new time."""
    session.execute(
        delete(DueRow).where(
            DueRow.tenant_id == one.tenant_id,
            DueRow.kind == one.kind,
            DueRow.key == one.key,
            DueRow.at == one.at,
        )
    )


def _swept(name: str, sweep: Sweep, now: datetime) -> None:
    try:
        sweep(now)
    except calls.CallUnknown as silence:
        _log.warning("sweep %r: nobody answered: %s", name, str(silence).splitlines()[0])
    except Exception:  # noqa: BLE001 - a clock must go on
        _log.exception("sweep %r failed", name)


def run() -> None:
    """The process: `kameng clock`."""
    wiring.connect(Settings.load())
    clocks = {cell: Timetable(cell) for cell in engines.cells()}

    def stop(*_: object) -> None:
        for one in clocks.values():
            one.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    builders = [builder.beside(cell, one.stopping) for cell, one in clocks.items()]
    cells.go_round(lambda cell: clocks[cell].run(), stop=stop)
    for thread in builders:
        thread.join()
