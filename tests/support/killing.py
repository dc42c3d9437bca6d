"""A process that kills itself with SIGKILL at the n-th step of a job: before a statement that
writes, before a commit, before or after a question to the provider. Every step can be the last;
what only reads is none, for it leaves what the step before it left.

Started once as a program; each job runs in a fork of it, so that a kill costs milliseconds.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
READS = re.compile(r"SELECT (?!.*\bshared\.\w+\()", re.DOTALL)
"""A question that calls no function of ours: those write."""
SOAK = bool(os.environ.get("KAMENG_SOAK"))
JOBS: dict[str, Callable[[dict[str, Any]], None]] = {}


@dataclass
class Killer:
    """The running program, as the test sees it."""

    process: subprocess.Popen[str]

    def run(self, job: str, step: int, **given: Any) -> int | None:
        """Run a job that dies at this step. None: it died; else how many steps there were."""
        asked = json.dumps({"job": job, "step": step, "given": given})
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["status"] in (0, -signal.SIGKILL), answer
        return None if answer["status"] else int(answer["steps"])

    def warm(self, job: str, **given: Any) -> None:
        """Run a job in the program itself, so that every fork finds its statements compiled."""
        assert self.run(job, 0, **given) is not None

    def stop(self) -> None:
        """End the program, which keeps nothing; on a busy machine its own way out takes long."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def steps(most: int) -> Iterator[int]:
    """Which steps are the last one, in turn: each of them with KAMENG_SOAK=1; else two of five, odd
    and even ones, so that neither statements nor commits are left out."""
    step, skips = 1, itertools.cycle((1,) if SOAK else (2, 3))
    while step < most:
        yield step
        step += next(skips)


def start(settings: object) -> Killer:
    """Start the program for these settings."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.killing", pickle.dumps(settings).hex()],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Killer(process)


class _Steps:
    """Counts, and kills at the right moment."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.count = 0
        self.lock = threading.Lock()

    def reached(self, *_: Any, **__: Any) -> None:
        with self.lock:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)

    def sends(self, _line: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not READS.match(statement):
            self.reached()

    def watch(self) -> None:
        """Make statements that write, commits and questions to the provider steps."""
        from sqlalchemy import Engine, event

        from kameng.domains.payments.gateways.stripe import StripeGateway
        from kameng.domains.withdrawals.payouts.stripe import StripePayouts

        event.listen(Engine, "before_cursor_execute", self.sends)
        event.listen(Engine, "commit", self.reached)
        for name in ("read", "refund", "read_refund"):
            setattr(StripeGateway, name, self._around(getattr(StripeGateway, name)))
        for name in ("paid", "find"):
            setattr(StripePayouts, name, self._around(getattr(StripePayouts, name)))

    def _around(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(ask)
        def asked(*args: Any, **kwargs: Any) -> Any:
            self.reached()
            answer = ask(*args, **kwargs)
            self.reached()
            return answer

        return asked


def _job(work: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    JOBS[work.__name__] = work
    return work


@_job
def take_in_and_deliver(given: dict[str, Any]) -> None:
    """A notification comes in, and the relay does all that follows."""
    from kameng.faces.worker.relay import Relay
    from kameng.kit import inbox
    from tenants.context import shared
    from tenants.database import session

    with shared():
        inbox.receive("stripe", given["event"], {}, given["raw"].encode())
        session.commit()
    relay = Relay(threads=1, lease=timedelta(seconds=given["lease"]))
    relay.drain()
    relay.pool.shutdown()


@_job
def buy(given: dict[str, Any]) -> None:
    """A member buys from the balance."""
    from uuid import UUID

    from kameng.domains.orders import service
    from kameng.domains.orders.service import Basket, Item
    from kameng.kit import clock
    from tenants import registry
    from tenants.context import shared, use
    from tenants.database import session
    from tests.support.orders import member

    with shared():
        tenant = registry.by_id(given["tenant"])
    assert tenant
    with use(tenant):
        shopper = member(UUID(given["member"]))
        basket = Basket((Item(UUID(given["sku"]), 1, None),))
        service.buy_from_balance(tenant, shopper, basket, now=clock.now())
        session.commit()


@_job
def open_a_shop(given: dict[str, Any]) -> None:
    """A newcomer applies, and her shop is opened at once."""
    from uuid import UUID

    from kameng.domains.agents import service as agents
    from kameng.domains.agents.rules import Wish
    from kameng.faces.frame import opening
    from kameng.kit import clock
    from tenants import registry
    from tenants.context import shared, use
    from tenants.database import session

    with shared():
        parent = registry.by_id(given["parent"])
    assert parent
    wish = Wish(**{**given["wish"], "package_id": UUID(given["wish"]["package_id"])})
    application = UUID(given["application"])
    with use(parent):
        agents.apply(parent, application, wish, now=clock.now())
        session.commit()
    opening.open_site(application, now=clock.now())


@_job
def work_out_a_what_if(given: dict[str, Any]) -> None:
    """A worker works a what-if out, one site a step."""
    from kameng.domains.pricing.whatif import running, turns

    running.PRICES_A_STEP = 1
    turns.go_on(given["tenant"], given["what_if"])


@_job
def settle(given: dict[str, Any]) -> None:
    """Every site of a master is settled as of a day, with a run of its own or the one cut."""
    from datetime import date

    from kameng.faces.worker import settling, sites

    master = sites.by_id(given["master"])
    assert master
    run = settling.begun(master, date.fromisoformat(given["day"]))
    for _ in settling.settle_all(master, run, settling.Sum()):
        pass


@_job
def pay_out(given: dict[str, Any]) -> None:
    """The provider is asked to send an approved withdrawal."""
    from uuid import UUID

    from kameng.domains.withdrawals.transfers import service
    from kameng.faces.worker import sites
    from kameng.kit import calls, clock
    from kameng.kit.audit import SYSTEM
    from tenants.context import use
    from tenants.database import session

    site = sites.by_id(given["site"])
    assert site
    with use(site):
        call = service.begin(site, UUID(given["withdrawal"]), actor=SYSTEM, now=clock.now())
        calls.run(call)
        session.commit()


@_job
def roll_out(given: dict[str, Any]) -> None:
    """The clock brings roll-outs one step further, with a gallery of the test's."""
    from kameng.faces.worker import rollouts
    from kameng.kit import clock
    from themes import engine
    from themes.engine import shelf

    if str(shelf.current.gallery) != given["gallery"]:
        shelf.current = engine.Shelf(Path(given["gallery"]))
        for line in engine.lines(given["theme"]):
            engine.theme(given["theme"], line)
    rollouts.look_after(clock.now())


@_job
def turn_skins(given: dict[str, Any]) -> None:
    """The clock comes by a site's planned skins at a moment."""
    import time_machine

    from kameng.faces.worker import timetable
    from kameng.kit import clock

    with time_machine.travel(given["at"], tick=False):
        for one in timetable.queues.due(clock.now(), limit=1000):
            if one.tenant_id == given["site"]:
                timetable.fire(one)


def _serve(settings: Any) -> None:
    import ctypes.util
    import netrc

    import psycopg
    from sqlalchemy.orm import configure_mappers

    from kameng import wiring
    from kameng.domains.orders import service
    from kameng.faces.worker import relay, timetable
    from kameng.kit import inbox

    assert all((ctypes.util, netrc, psycopg, service, relay, timetable, inbox)), "read once, here"
    wiring.connect(settings)
    configure_mappers()
    for line in sys.stdin:
        asked = json.loads(line)
        if not asked["step"]:
            _warm(asked)
            continue
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _run(asked, writing)
        os.close(writing)
        _, raw = os.waitpid(child, 0)
        told = os.read(reading, 100).decode()
        os.close(reading)
        status = os.waitstatus_to_exitcode(raw)
        sys.stdout.write(json.dumps({"status": status, "steps": int(told or 0)}) + "\n")
        sys.stdout.flush()


def _warm(asked: dict[str, Any]) -> None:
    """Nothing that a fork could share may stay open: no connection, no thread."""
    from kameng.kit import cache
    from tenants.database import engines

    JOBS[asked["job"]](asked["given"])
    engines.dispose()
    cache.client().connection_pool.disconnect()
    sys.stdout.write(json.dumps({"status": 0, "steps": 0}) + "\n")
    sys.stdout.flush()


def _run(asked: dict[str, Any], writing: int) -> None:
    steps = _Steps(asked["step"])
    steps.watch()
    try:
        JOBS[asked["job"]](asked["given"])
        os.write(writing, str(steps.count).encode())
        os._exit(0)
    except BaseException:  # noqa: BLE001 - told to the test, then gone
        import traceback

        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    _serve(pickle.loads(bytes.fromhex(sys.argv[1])))
