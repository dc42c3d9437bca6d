"""Figures of orders: how many a second, how soon delivered, and that none is sold twice or lost.

Shop, relay and payment stand-in are processes of their own on this machine; so are the shoppers.
"""

from __future__ import annotations

import http.client
import json
import math
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text

from bench import figure
from bench.crowd import Payer, Shoppers, closed, members, opened, shared_out
from bench.deployed import Deployed, deployed, environment, serving
from kameng import wiring
from kameng.config import Settings
from kameng.domains.catalog.errors import OutOfStock
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.orders import service
from kameng.domains.orders.service import Basket, Item, Shopper
from kameng.kit import clock, inbox
from kameng.kit.audit import Actor
from tenants.context import shared, use
from tenants.database import engines, session
from tenants.tree import Tenant
from tests.support import catalog, databases, killing, orders, payments, shop
from tests.support.killing import Killer

PEOPLE = 8
SECONDS, SOAK_SECONDS = 10.0, 120.0
WEBHOOKS, SOAK_WEBHOOKS = 600, 20_000
TIMED, SOAK_TIMED = 400, 5_000
SALES, SOAK_SALES = 5_000, 100_000
SELLERS = 4
DEPTHS = (1_000, 100_000)
DEPTH_SALES, DEPTH_ROUNDS = 60, 5
KILLS, SOAK_KILLS = 50, 1_000
STEPS = 70
LEASE = 0.1


def main() -> None:
    """Print the figures of the group."""
    with deployed() as running:
        members(running, PEOPLE)
        _from_balance(running)
        rate = _by_webhook(running)
        _soon(running, rate / 2)
        _duplicates(running)
        _depth(running)
        _killed(running)


def _count(usual: int, soak: int) -> int:
    return soak if figure.soaking() else usual


def _from_balance(running: Deployed) -> None:
    seconds = SOAK_SECONDS if figure.soaking() else SECONDS
    sku = _stocked(running.alliance.hub, 60_000 if figure.soaking() else 15_000)
    shoppers = Shoppers(running, sku, PEOPLE)
    closed(PEOPLE, 2.0, shoppers.buy_from_balance)
    before = running.cpu("web")
    bought = closed(PEOPLE, seconds, shoppers.buy_from_balance)
    cpu = (running.cpu("web") - before) / bought.done * 1000
    if len(set(shoppers.secrets)) != len(shoppers.secrets):
        raise AssertionError("a secret was shown to two shoppers")
    figure.show("wallet_orders_per_s", round(bought.per_second, 1), "orders/s")
    figure.show("wallet_order_web_cpu_ms", round(cpu, 2), "ms")
    bare = _bare(running, seconds)
    told = f"a bare Flask endpoint that inserts one row and commits: {bare:.0f}/s"
    ratio = round(bought.per_second / bare, 3)
    figure.show("wallet_orders_vs_insert", ratio, "ratio", against=told)


def _bare(running: Deployed, seconds: float) -> float:
    """How often a second the same server inserts one row."""
    owner = databases.owner_engine(running.settings)
    with owner.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE shared.bench_order (id uuid PRIMARY KEY, note text NOT NULL)"
        )
        connection.exec_driver_sql("GRANT INSERT ON shared.bench_order TO kameng_app_shared")
    owner.dispose()
    env = environment(running.settings)
    env["BARE_DATABASE_URL"] = running.settings.role_url("app_shared")
    with serving(running.settings, "bench.bare:app", env) as port:
        links = [_poster(f"127.0.0.1:{port}") for _ in range(PEOPLE)]
        closed(PEOPLE, 1.0, lambda number: links[number]())
        return closed(PEOPLE, seconds, lambda number: links[number]()).per_second


def _poster(place: str) -> Callable[[], None]:
    """A connection that posts to the bare endpoint."""
    link = http.client.HTTPConnection(place, timeout=60)

    def post() -> None:
        link.request("POST", "/orders", body=b"sku=1")
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"status {answer.status}")

    return post


def _by_webhook(running: Deployed) -> float:
    """Placed over HTTP, paid, notified, delivered: until the last one is delivered."""
    total = _count(WEBHOOKS, SOAK_WEBHOOKS)
    sku = _stocked(running.alliance.hub, total + 200)
    shoppers = Shoppers(running, sku, PEOPLE)
    payers = [Payer(running) for _ in range(PEOPLE)]

    def order(number: int) -> None:
        payers[number].pay(shoppers.place(number))

    shared_out(PEOPLE, 100, order)
    _all_delivered(running, sku, 100)
    before = {name: running.cpu(name) for name in running.processes}
    begun = time.perf_counter()
    shared_out(PEOPLE, total, order)
    _all_delivered(running, sku, total + 100)
    rate = total / (time.perf_counter() - begun)
    spent = {name: (running.cpu(name) - before[name]) / total * 1000 for name in before}
    told = "; ".join(f"{name} {value:.1f} ms CPU each" for name, value in spent.items())
    figure.show("webhook_orders_per_s", round(rate, 1), "orders/s", against=told)
    return rate


def _soon(running: Deployed, rate: float) -> None:
    """From the press of the button to the committed delivery, orders coming at a steady pace."""
    total = _count(TIMED, SOAK_TIMED)
    sku = _stocked(running.alliance.hub, total + 200)
    shoppers = Shoppers(running, sku, PEOPLE)
    payers = [Payer(running) for _ in range(PEOPLE)]
    paid_at: dict[str, float] = {}

    def order(person: int, number: int) -> None:
        page = shoppers.place(person)
        paid_at[page.rpartition("/")[2]] = time.time()
        payers[person].pay(page)

    opened(PEOPLE, max(rate, 1.0), total, order)
    _all_delivered(running, sku, total)
    waits = sorted(
        (done - paid_at[page]) * 1000 for page, done in _delivered_at(running) if page in paid_at
    )
    told = f"open loop at {rate:.0f} orders/s, median {statistics.median(waits):.0f} ms"
    worst = waits[math.ceil(len(waits) * 0.99) - 1]
    figure.show("paid_to_delivered_p99_ms", round(worst, 1), "ms", against=told)


def _delivered_at(running: Deployed) -> list[tuple[str, float]]:
    """Payment page and moment of delivery of every order."""
    owner = databases.owner_engine(running.settings)
    with owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT a.provider_session, extract(epoch FROM o.done_at)"
                " FROM shared.outbox o JOIN shared.payment_attempt a"
                " ON a.reference = o.payload->>'number'"
                " WHERE o.name = 'OrderPaid' AND o.done_at IS NOT NULL"
            )
        ).all()
    owner.dispose()
    return [(row[0], float(row[1])) for row in rows]


def _all_delivered(running: Deployed, sku: SkuFacts, wanted: int) -> None:
    """Wait until so many cards of a SKU are sold."""
    sold = text("SELECT count(*) FROM shared.card_secret WHERE sku_id = :sku AND state = 'sold'")
    end = time.time() + 120
    while time.time() < end:
        with use(running.alliance.hub):
            done = int(session.execute(sold, {"sku": sku.sku_id}).scalar_one())
        if done >= wanted:
            return
        time.sleep(0.02)
    raise AssertionError(f"only {done} of {wanted} were delivered")


def _stocked(tenant: Tenant, secrets: int) -> SkuFacts:
    with use(tenant):
        made = catalog.sku(tenant, secrets=secrets)
        session.commit()
    return made


def _duplicates(running: Deployed) -> None:
    """Several processes sell more than there is."""
    sales = _count(SALES, SOAK_SALES)
    sku = _stocked(running.alliance.hub, sales * 9 // 10)
    ada = running.alliance.ada
    member = shop.member(ada, "crowd@example.com", "1000000").id
    given = (running.settings, ada, sku.sku_id, member, sales // SELLERS)
    engines.dispose()
    with multiprocessing.get_context("spawn").Pool(SELLERS) as pool:
        sold = [secret for part in pool.map(_sell, [given] * SELLERS) for secret in part]
    if len(sold) != sales * 9 // 10:
        raise AssertionError(f"{len(sold)} sold of {sales * 9 // 10}")
    told = f"{sales} attempts by {SELLERS} processes on {sales * 9 // 10} secrets"
    figure.show("duplicates", len(sold) - len(set(sold)), "secrets", against=told)


def _sell(given: tuple[Settings, Tenant, UUID, UUID, int]) -> list[str]:
    """One selling process."""
    settings, tenant, sku_id, member_id, times = given
    wiring.connect(settings)
    return [secret for _ in range(times) for secret in _bought(tenant, sku_id, member_id)]


def _bought(tenant: Tenant, sku_id: UUID, member_id: UUID) -> list[str]:
    shopper = Shopper(Actor("member", str(member_id), "Kim", ""), "13800138000", member_id)
    with use(tenant):
        try:
            basket = Basket((Item(sku_id, 1, None),))
            done = service.buy_from_balance(tenant, shopper, basket, now=clock.now())
        except OutOfStock:
            session.rollback()
            return []
        session.commit()
    return [secret.text for secret in done.secrets]


def _depth(running: Deployed) -> None:
    """The same purchases from a small and from a large stock, in turns."""
    hub, ada = running.alliance.hub, running.alliance.ada
    member = shop.member(ada, "depth@example.com", "1000000").id
    skus = [_stocked(hub, depth).sku_id for depth in DEPTHS]
    spent: list[list[float]] = [[], []]
    for _ in range(DEPTH_ROUNDS * 2):
        for place, sku_id in enumerate(skus):
            begun = time.perf_counter()
            for _ in range(DEPTH_SALES):
                _bought(ada, sku_id, member)
            spent[place].append(time.perf_counter() - begun)
    small, large = (statistics.median(times) for times in spent)
    told = f"{DEPTHS[1]} secrets in stock against {DEPTHS[0]}"
    figure.show("depth_ratio", round(small / large, 3), "ratio", against=told)


def _killed(running: Deployed) -> None:
    """The relay's work, killed at random steps and taken up by the next one."""
    running.stop("relay")
    kills = _count(KILLS, SOAK_KILLS)
    notebook = figure.Notebook("orders")
    done = int(notebook.notes.get("kills", 0))
    wrong = int(notebook.notes.get("wrong", 0))
    base = payments.start(running.settings)
    chosen = replace(running.settings, stripe_api_base=base.base)
    wiring.connect(chosen)
    killer = killing.start(chosen)
    sku = _stocked(running.alliance.hub, kills + 10)
    drawn = random.Random(os.urandom(8))
    while done < kills:
        wrong += not _survived(killer, base, running.alliance.ada, sku, drawn.randint(1, STEPS))
        done += 1
        notebook.keep(kills=done, wrong=wrong)
        figure.progress(done, kills, "kills")
    orders.books_balance(running.alliance.hub)
    killer.stop()
    base.process.terminate()
    notebook.close()
    figure.show("lost_after_kill", wrong, "orders", against=f"{kills} SIGKILLs at random steps")


def _survived(
    killer: Killer, provider: payments.Standin, ada: Tenant, sku: SkuFacts, step: int
) -> bool:
    """One paid order whose relay is killed; True when it is delivered exactly once."""
    bought = orders.paid(ada, sku, provider)
    event = provider.events("checkout.session.completed")[-1]
    raw = json.dumps(event)
    killer.run("take_in_and_deliver", step, event=event["id"], raw=raw, lease=LEASE)
    with shared():
        inbox.receive("stripe", str(event["id"]), {}, raw.encode())
        session.commit()
    time.sleep(LEASE)
    orders.relayed(threads=1)
    return len(orders.secrets_of(ada, bought.order.id)) == 1
