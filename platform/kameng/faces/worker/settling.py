"""Settlement outside a request: the clock begins each day's run, `kameng settle` does one at once.

Both work on the same rows of what is due, one site and one transaction at a time: they may run
together and be killed at any moment.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from kameng.domains.settlement import queries, rules, service
from kameng.domains.settlement.queries import RunFacts
from kameng.domains.settlement.service import Outcome
from kameng.faces.frame.money import money
from kameng.faces.worker import sites
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants import registry
from tenants.context import at, shared
from tenants.database import engines, session
from tenants.proof import use_proven
from tenants.tree import Tenant

if TYPE_CHECKING:
    from kameng.config import Settings

AT_ONCE = 20
"""Masters whose day begins in one round, so that the clock keeps its time for other things."""
_WIDTH = 30
_log = logging.getLogger(__name__)


@dataclass
class Sum:
    """What came of a run, as it goes on."""

    sites: int = 0
    settled: int = 0
    items: int = 0
    amount: int = 0
    paid_back: int = 0
    refused: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """One site more."""
        self.sites += 1
        self.settled += outcome.amount.micro > 0
        self.items += outcome.items
        self.amount += outcome.amount.micro
        self.paid_back += outcome.paid_back.micro


def begin_daily(now: datetime) -> int:
    """Begin the day's run of some masters that have not begun it; the clock settles the sites."""
    with shared():
        waiting = queries.masters_waiting(rules.shop_day(now), most=AT_ONCE)
    for master in filter(None, map(sites.served, waiting)):
        try:
            with use_proven(master):
                service.begin_daily(master, now=now)
                session.commit()
        except Exception:  # noqa: BLE001 - the others must have their turn
            _log.exception("the settlement of %s could not begin", master.slug)
    return len(waiting)


def run(chosen: Settings, slug: str, until: date | None) -> int:
    """Settle below one master or all of them, with a bar; 130 when stopped, 1 when refused."""
    from kameng import wiring

    wiring.connect(chosen)
    refused = 0
    for cell in engines.cells():
        with at(cell):
            for master in _masters(slug):
                refused += _settled_with_bar(master, until)
    return 1 if refused else 0


def settle_all(master: Tenant, found: RunFacts, made: Sum) -> Iterator[int]:
    """Settle what is left of a run, site by site; yields how many are done."""
    with use_proven(master):
        left = queries.sites_left(found)
    key, done = service.key_of(found), found.sites - len(left)
    for site in left:
        _settle(site, key, made)
        done += 1
        yield done


def begun(master: Tenant, until: date | None) -> RunFacts:
    """The run as of a day, begun or gone on with."""
    with use_proven(master):
        found = service.begin(master, until=until, actor=SYSTEM, now=clock.now())
        session.commit()
    return found


def _settle(site_id: int, key: str, made: Sum) -> None:
    """A site that waits for its migration keeps its turn; the clock comes back to it."""
    site = sites.served(site_id)
    if site is None:
        made.refused.append(str(site_id))
        return
    try:
        with use_proven(site):
            outcome = service.settle(site, key, now=clock.now())
            session.commit()
    except Refusal as refusal:
        made.refused.append(f"{site.slug}: {refusal}")
    else:
        made.count(outcome)


def _settled_with_bar(master: Tenant, until: date | None) -> int:
    found, made, started = begun(master, until), Sum(), time.perf_counter()
    print(f"{master.slug}: sales due on {found.day}, {found.sites} sites", file=sys.stderr)
    try:
        for done in settle_all(master, found, made):
            _bar(done, found.sites)
    except KeyboardInterrupt:
        print("\nStopped. The clock settles the rest.", file=sys.stderr)
        raise
    _print(master, made, time.perf_counter() - started)
    return len(made.refused)


def _masters(slug: str) -> list[Tenant]:
    with shared():
        found = [one for one in registry.masters() if not slug or one.slug == slug]
    if slug and not found:
        raise StartRefused(f"There is no master site {slug!r}.")
    return [one for one in found if one.state != registry.BEHIND]


def _bar(done: int, total: int) -> None:
    filled = _WIDTH * done // max(total, 1)
    bar, end = "#" * filled + "." * (_WIDTH - filled), "\n" if done >= total else ""
    print(f"\r  [{bar}] {done}/{total} sites", end=end, file=sys.stderr, flush=True)


def _print(master: Tenant, made: Sum, seconds: float) -> None:
    amount, back = (money(Money(one, master.currency)) for one in (made.amount, made.paid_back))
    print(
        f"{master.slug}: {made.sites} sites looked at, {made.settled} settled with {amount}"
        f" from {made.items} entries, {back} of debts paid, {seconds:.1f} s"
    )
    for one in made.refused:
        print(f"  not settled: {one}")
