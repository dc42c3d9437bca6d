"""The verbs of settlement: begin a run over the sites below, and settle one of them.

A run is a row for each site in the table of what is due: a process that is killed leaves the rest
there for the next one. One site is one transaction; its settlement, its items and the posting
stand together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import Line, Posting
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices.rules import Fact
from kameng.domains.notifications.service import notify
from kameng.domains.settlement import queries, rules
from kameng.domains.settlement.errors import MarginDoesNotAddUp, NotTheMaster
from kameng.domains.settlement.models import SettlementRun
from kameng.domains.settlement.queries import RunFacts
from kameng.domains.terms import queries as terms
from kameng.domains.terms.cycles import strictest_cutoff
from kameng.kit import audit, due, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

DUE = "settlement"
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_ASK = text("SELECT shared.settlement_ask(:key, :at)")
_TAKE = text(
    "SELECT taken, items, holds, free"
    " FROM shared.settlement_take(:id, :run, :cutoff, :end, :now, :currency, :by)"
)
_DIFFERS = "KS001"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one site: what it was given, of how many entries, and what it paid back."""

    cutoff: date
    amount: Money
    items: int
    paid_back: Money


def begin(tenant: Tenant, *, until: date | None = None, actor: Actor, now: datetime) -> RunFacts:
    """Let every site below be settled as of a day; one that is under way as of it goes on.

    Refuses NotTheMaster, DayToCome.
    """
    if not tenant.is_root:
        raise NotTheMaster()
    day = rules.day_of_run(until, now=now)
    session.execute(_ALONE, {"name": f"settlement-run:{tenant.id}"})
    found = queries.run_of(tenant, day)
    if found is not None and found.left:
        return found
    run_id = ids.uuid7()
    asked = {"key": rules.key_of(run_id, day), "at": now}
    sites = int(session.execute(_ASK, asked).scalar_one())
    row = {"id": run_id, "tenant_id": tenant.id, "day": day, "sites": sites, "at": now}
    session.execute(insert(SettlementRun).values(**row, actor_name=actor.name[:80]))
    told = {"day": day.isoformat(), "sites": sites}
    audit.record(tenant, actor, "settlement.run", str(run_id), after=told)
    zero = Money.zero(tenant.currency)
    return RunFacts(run_id, day, sites, sites, 0, zero, actor.name, now)


def begin_daily(tenant: Tenant, *, now: datetime) -> RunFacts | None:
    """The run of a day, once; None when it has begun before."""
    if queries.run_of(tenant, rules.shop_day(now)) is not None:
        return None
    return begin(tenant, actor=SYSTEM, now=now)


def settle(tenant: Tenant, key: str, *, now: datetime) -> Outcome:
    """Give the bound site what is due to it in the run of this name, and strike it off there.

    Twice is once: an entry is settled at most once, a cutoff of a site is settled at most once,
    and a debt is read with both its accounts locked.
    Refuses NotTheMaster (a master is not settled), MarginDoesNotAddUp.
    """
    if tenant.is_root:
        raise NotTheMaster()
    due.cancel(tenant, DUE, key)
    run_id, day = rules.run_named(key)
    cutoff = strictest_cutoff(terms.cycles_of(tenant), day)
    taken, items, holds, free = _take(tenant, run_id, cutoff, now)
    if taken.micro:
        lines = rules.settled_lines(tenant.id, taken)
        _post(tenant, rules.SETTLED, cutoff.isoformat(), lines, now)
        _tell(tenant, cutoff, taken, now)
    back = min(rules.owed(holds), free)
    if back.micro > 0:
        lines = rules.debt_paid_lines(tenant.id, back)
        _post(tenant, rules.DEBT_PAID, f"{day.isoformat()}:{ids.uuid7()}", lines, now)
    return Outcome(cutoff, taken, items, back)


def _take(
    tenant: Tenant, run_id: UUID, cutoff: date, now: datetime
) -> tuple[Money, int, Money, Money]:
    asked = {
        "id": ids.uuid7(),
        "run": run_id,
        "cutoff": cutoff,
        "end": rules.end_of(cutoff),
        "now": now,
        "currency": tenant.currency,
        "by": SYSTEM.name,
    }
    try:
        row = session.execute(_TAKE, asked).one()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == _DIFFERS:
            raise MarginDoesNotAddUp() from error
        raise
    taken, holds, free = (Money(int(one), tenant.currency) for one in (row[0], row[2], row[3]))
    return taken, row[1], holds, free


def _tell(tenant: Tenant, cutoff: date, taken: Money, now: datetime) -> None:
    facts: dict[str, Fact] = {"amount": taken, "day": cutoff}
    notify(tenant, Kind.SETTLED, facts, key=cutoff.isoformat(), now=now, page="/settlements")


def _post(tenant: Tenant, kind: str, name: str, lines: list[Line], now: datetime) -> None:
    ref = f"{tenant.id}:{name}"
    posting = Posting(kind, f"{kind}:{ref}", "settlement", ref, lines, SYSTEM)
    ledger.post(tenant, posting, now=now)


def key_of(run: RunFacts) -> str:
    """The name under which the sites of a run wait for their turn."""
    return rules.key_of(run.id, run.day)
