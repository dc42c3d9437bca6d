"""Figures of the books: postings against bare inserts, and what is unbalanced after a storm."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable

from bench import figure
from kameng import wiring
from kameng.domains.ledger import service
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.proofs.queries import prove
from kameng.domains.ledger.rules import (
    AccountKey,
    AccountKind,
    Posting,
    credit,
    debit,
    house,
)
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import databases
from tests.support.worlds import Builder

THREADS = 8
PURSES = 200
ROUNDS = 5
SECONDS = 2.5
SOAK_ROUNDS = 60
STORM = 600
SOAK_STORM = 20_000

Work = Callable[[Tenant], None]


def main() -> None:
    """Print the figures of the group."""
    with figure.deployment() as settings:
        wiring.connect(settings)
        owner = databases.owner_engine(settings)
        with owner.connect() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE shared.bench_row (id uuid PRIMARY KEY, tenant_id bigint NOT NULL,"
                " note text NOT NULL)"
            )
            connection.exec_driver_sql("GRANT INSERT ON shared.bench_row TO kameng_app")
        hub = Builder(owner, None, settings).site("hub")  # type: ignore[arg-type]
        owner.dispose()
        _fill(hub)
        _postings_vs_insert(hub)
        _unbalanced(hub)


def _purse(tenant: Tenant, number: int) -> AccountKey:
    return AccountKey(tenant.id, "member", f"m{number}", AccountKind.WALLET.value)


def _fill(tenant: Tenant) -> None:
    with use(tenant):
        for number in range(PURSES):
            _send(tenant, house(tenant.id, AccountKind.CASH_BY_HAND), _purse(tenant, number))
        session.commit()


def _send(tenant: Tenant, taken: AccountKey, given: AccountKey, amount: str = "1000000") -> None:
    money = Money.of(amount)
    lines = (debit(taken, money), credit(given, money))
    posting = Posting("bench", str(ids.uuid7()), "bench", "1", lines, SYSTEM)
    service.post(tenant, posting, now=clock.now())


def _post(tenant: Tenant) -> None:
    """One balanced transaction: a member pays into a hot house account."""
    liability = house(tenant.id, AccountKind.ORDER_LIABILITY)
    _send(tenant, _purse(tenant, random.randrange(PURSES)), liability, "0.01")


def _insert(tenant: Tenant) -> None:
    """One bare row."""
    session.connection().exec_driver_sql(
        "INSERT INTO shared.bench_row VALUES (%s, %s, %s)", (ids.uuid7(), tenant.id, "bench")
    )


def _postings_vs_insert(tenant: Tenant) -> None:
    rounds = SOAK_ROUNDS if figure.soaking() else ROUNDS
    book = figure.Notebook("ledger")
    inserts, posts = book.notes.get("inserts", []), book.notes.get("posts", [])
    _rate(tenant, _insert, 1)
    _rate(tenant, _post, 1)
    for done in range(len(posts), rounds):
        inserts.append(_rate(tenant, _insert, SECONDS))
        posts.append(_rate(tenant, _post, SECONDS))
        book.keep(inserts=inserts, posts=posts)
        figure.progress(done + 1, rounds, "rounds of inserts and postings")
    book.close()
    ratio = statistics.median(post / insert for post, insert in zip(posts, inserts, strict=True))
    base = f"{statistics.median(inserts):.0f} single inserts/s, one per commit, {THREADS} threads"
    figure.show("postings_vs_insert", round(ratio, 3), "ratio", against=base)


def _rate(tenant: Tenant, work: Work, seconds: float) -> float:
    """Commits per second of all threads together."""
    counts = [0] * THREADS
    until = time.perf_counter() + seconds

    def run(place: int) -> None:
        while time.perf_counter() < until:
            with use(tenant):
                work(tenant)
                session.commit()
            counts[place] += 1

    started = time.perf_counter()
    _together(run)
    return sum(counts) / (time.perf_counter() - started)


def _together(run: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=run, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _unbalanced(tenant: Tenant) -> None:
    """A storm of postings, repeats, holds and reversals on few purses, then the proof."""
    steps = SOAK_STORM if figure.soaking() else STORM
    _together(lambda place: _storm(tenant, random.Random(place), steps))
    with use(tenant):
        proof = prove(tenant)
    against = f"{proof.txns} transactions, {proof.entries} entries, {proof.accounts} accounts"
    figure.show("unbalanced", len(proof.faults), "count", against=against)


def _storm(tenant: Tenant, chance: random.Random, steps: int) -> None:
    for _ in range(steps):
        with use(tenant):
            try:
                _step(tenant, chance)
                session.commit()
            except BalanceTooLow:
                session.rollback()


def _step(tenant: Tenant, chance: random.Random) -> None:
    few = _purse(tenant, 1000 + chance.randrange(3))
    cash = house(tenant.id, AccountKind.CASH_BY_HAND)
    amount = Money.of(f"0.{chance.randrange(1, 1000):03}")
    way = (debit(cash, amount), credit(few, amount))
    if chance.random() < 0.5:
        way = (debit(few, amount), credit(cash, amount))
    key, now = str(ids.uuid7()), clock.now()
    posting = Posting("bench", key, "bench", "1", way, SYSTEM)
    if chance.random() < 0.3:
        held = service.hold(tenant, posting, until=now, now=now)
        resolve = chance.choice([service.settle_hold, service.void_hold])
        resolve(tenant, held.txn_id, key=f"{key}:end", actor=SYSTEM, now=now)
        return
    posted = service.post(tenant, posting, now=now)
    service.post(tenant, posting, now=now)
    if chance.random() < 0.2:
        back = f"{key}:back"
        service.reverse(tenant, posted.txn_id, key=back, kind="back", actor=SYSTEM, now=now)


if __name__ == "__main__":
    main()
