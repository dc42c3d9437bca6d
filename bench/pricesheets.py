"""The price matrix as a spreadsheet: 10,000 SKUs for shoppers, all agents and two levels, each SKU
with a price of its own; out as a file, back in with 20,000 other prices, committed, undone."""

from __future__ import annotations

import csv
import io
import resource
import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Engine, text

from bench import figure
from kameng import wiring
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.catalog.imports import service as imports
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import Kind, RuleEntry
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rule, Scope
from kameng.domains.pricing.matrix import export, queries, service
from kameng.domains.terms import service as terms
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import MICRO
from kameng.kit.sheets import writing
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import databases
from tests.support.worlds import Builder

SKUS = 10_000
T = TypeVar("T")


def main() -> None:
    """Print the figures of the group."""
    with figure.deployment() as settings:
        wiring.connect(settings)
        owner = databases.owner_engine(settings)
        hub = Builder(owner, None, settings).site("hub")  # type: ignore[arg-type]
        with use(hub):
            _furnish(hub)
        _analyse(owner)
        with use(hub):
            rows = _out(hub)
            peak = _held_by_export(hub)
            figure.show(
                "matrix_export_mb", round(peak, 1), "MB", against="held at most, the file too"
            )
            looked = _timed("matrix_check_s", lambda: _look(hub, rows))
            facts = queries.facts(hub, looked)
            if (facts.rows_change, facts.prices, facts.rows_error) != (SKUS, 2 * SKUS, 0):
                raise AssertionError(facts)
            change = _timed("matrix_commit_s", lambda: _commit(hub, looked))
            _timed("matrix_undo_s", lambda: _undo(hub, change))
            figure.show("matrix_rss_mb", round(_memory()), "MB", against="whole process")


def _timed(name: str, work: Callable[[], T]) -> T:
    start, busy = time.perf_counter(), time.process_time()
    made = work()
    busy = time.process_time() - busy
    spent = time.perf_counter() - start
    figure.show(name, round(spent, 2), "s", against=f"{SKUS:,} SKUs; {busy:.2f} s of the processor")
    return made


def _furnish(hub: Tenant) -> None:
    """Goods in fifty categories, two levels, and a price of its own for every SKU."""
    now = clock.now()
    lines = ["分类,名称,规格,售价,成本价"]
    lines += [f"分类 {n % 50},商品 {n // 4},规格 {n},{12 + n % 9},{8 + n % 3}" for n in range(SKUS)]
    made = imports.preview(hub, "a.csv", "\n".join(lines).encode(), actor=SYSTEM, now=now)
    imports.commit(hub, made, actor=SYSTEM, now=now)
    for rank, name in enumerate(("金牌", "钻石")):
        terms.add_level(hub, name, rank, actor=SYSTEM, now=now)
    found = goods.sku_ids(hub, limit=SKUS)
    entries = [RuleEntry(rule.place, None, rule) for rule in map(_own, found)]
    changes.commit(hub, Kind.PRICES, entries, actor=SYSTEM, now=now)
    session.commit()


def _analyse(owner: Engine) -> None:
    """What the database does by itself within a minute of so many new rows."""
    with owner.connect() as line:
        line.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    owner.dispose()


def _own(sku_id: UUID) -> Rule:
    place = Place(Scope.SKU, sku_id, Audience.RETAIL)
    return Rule(ids.uuid7(), place, Method.FIXED, 13 * MICRO)


def _out(hub: Tenant) -> list[list[str]]:
    """Both files; the CSV as a person gets it back from a spreadsheet."""

    def workbook() -> None:
        writing.workbook(io.BytesIO(), export.table(hub, now=clock.now()), export.NOTES)

    def as_csv() -> bytes:
        return b"".join(writing.as_csv(export.table(hub, now=clock.now())))

    _timed("matrix_export_xlsx_s", workbook)
    told = _timed("matrix_export_csv_s", as_csv).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told, newline="")))


def _held_by_export(hub: Tenant) -> float:
    """What the workbook's making holds at most, in MB, counted object by object."""
    tracemalloc.start()
    writing.workbook(io.BytesIO(), export.table(hub, now=clock.now()), export.NOTES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _look(hub: Tenant, rows: list[list[str]]) -> UUID:
    head, *lines = rows
    own, gold = head.index("零售自定价"), head.index("代理等级「金牌」自定价")
    for line in lines:
        line[own], line[own + 1], line[gold] = "成本+40% 取整到角", "5=30%", "11.5"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    raw = out.getvalue().encode()
    made = service.preview(hub, "p.csv", raw, actor=SYSTEM, now=clock.now())
    session.commit()
    return made


def _commit(hub: Tenant, looked: UUID) -> UUID:
    made = service.commit(hub, looked, actor=SYSTEM, now=clock.now())
    session.commit()
    return made


def _undo(hub: Tenant, change: UUID) -> None:
    changes.undo(hub, change, actor=SYSTEM, now=clock.now())
    session.commit()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
