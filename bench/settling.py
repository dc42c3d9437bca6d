"""A settlement over many sites and orders: how long, in how much memory, and the day after.

settle_all_s: from the order to settle to the last site, each site its own transaction, on the
clock on the wall. settle_next_s: the same a day later, when little is new. settle_all_mb: the
largest this process ever was; settle_grown_mb: how much of that came after the first tenth of the
sites. settle_unsettled: what the books hold against the settlements. A soak that was killed goes
on where it was: with the orders that are missing, then with the sites that wait for their turn.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from bench import figure
from bench.earnings import written
from bench.figure import Notebook, progress, show, soaking
from kameng import wiring
from kameng.config import Settings
from kameng.domains.settlement import queries, service
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import databases

USUAL, SOAK = (100, 20_000), (1_000, 1_000_000)
"""How many sites, how many orders."""
_LEFT = """
    SELECT (SELECT count(*) FROM shared.settlement_item),
        (SELECT count(*) FROM shared.ledger_txn WHERE kind = 'settlement'),
        (SELECT count(*) FROM shared.settlement s WHERE s.amount <> coalesce((SELECT sum(amount)
            FROM shared.settlement_item i WHERE i.settlement_id = s.id), 0)),
        (SELECT count(*) FROM shared.ledger_account a
            JOIN shared.ledger_account m ON m.tenant_id = a.tenant_id AND m.kind = 'margin'
            WHERE a.kind = 'available' AND a.posted_credit <> (SELECT coalesce(sum(amount), 0)
                FROM shared.settlement_item i WHERE i.tenant_id = a.tenant_id))
"""


def main() -> None:
    """Print the group's figures."""
    sites, orders = SOAK if soaking() else USUAL
    notebook = Notebook("settling")
    if not notebook.notes:
        figure.forget("settling")
    with figure.kept("settling") if soaking() else figure.deployment() as chosen:
        wiring.connect(chosen)
        now = datetime.fromisoformat(notebook.notes.get("now") or clock.now().isoformat())
        notebook.keep(now=now.isoformat())
        hub = written(chosen, sites, orders, now=now)
        today = _settled(hub, now, "first run", notebook)
        later = _settled(hub, now + timedelta(days=1), "a day later", notebook)
        wrong = _wrong(chosen)
    against = f"{sites:,} sites × {orders:,} orders"
    show("settle_all_s", round(today, 2), "s", against=against)
    show("settle_next_s", round(later, 2), "s", against="a day later, a thirtieth of it is new")
    show("settle_all_mb", round(_peak()), "MB", against="the largest this process ever was")
    grown = round(float(notebook.notes["first run"]["grown"]))
    show("settle_grown_mb", grown, "MB", against="settle_all_mb after a tenth of the sites")
    show("settle_unsettled", wrong, "count", against="settlements that are not their items")
    notebook.close()


def _settled(hub: Tenant, now: datetime, what: str, notebook: Notebook) -> float:
    """Seconds for every site below, one after the other, as `kameng settle` does it; those of a
    run that was killed are counted with the rest."""
    noted = notebook.notes.get(what, {"seconds": 0.0, "over": False, "grown": 0.0})
    if noted["over"]:
        return float(noted["seconds"])
    before, begun, tenth = float(noted["seconds"]), time.perf_counter(), 0.0
    with use(hub):
        run = service.begin(hub, actor=SYSTEM, now=now)
        session.commit()
        left = queries.sites_left(run)
    key, sites = service.key_of(run), _sites(left)
    for done, site in enumerate(sites, 1 + run.sites - len(sites)):
        with use(site):
            service.settle(site, key, now=now)
            session.commit()
        if done % 10 == 0 or done == run.sites:
            progress(done, run.sites, f"sites, {what}")
            tenth = tenth or (_peak() if done >= run.sites / 10 else 0.0)
            spent = before + time.perf_counter() - begun
            over = {"seconds": spent, "over": done == run.sites, "grown": _peak() - tenth}
            notebook.keep(**{what: over})
    return float(notebook.notes[what]["seconds"])


def _sites(left: Sequence[int]) -> list[Tenant]:
    with shared():
        found = registry.by_ids(left)
    return [found[one] for one in left]


def _wrong(chosen: Settings) -> int:
    """Settlements and accounts that do not agree with their items."""
    owner = databases.owner_engine(chosen)
    with owner.connect() as line:
        items, postings, settlements, accounts = line.execute(text(_LEFT)).one()
    owner.dispose()
    print(f"  {items:,} items in {postings:,} settlements", flush=True)
    return int(settlements) + int(accounts)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
