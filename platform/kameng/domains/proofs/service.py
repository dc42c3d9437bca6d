"""The verbs of the proof: look through what the bound tenant shows, and keep what was found."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from kameng.domains.ledger.proofs import queries as ledger
from kameng.domains.ledger.proofs.rules import Check, Fault, Scope
from kameng.domains.ledger.statements.rules import SHOP_TIME
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices.rules import Fact
from kameng.domains.notifications.service import notify
from kameng.domains.proofs import book
from kameng.domains.proofs.models import ProofDifference, ProofRun
from kameng.domains.proofs.queries import DIFFERS, FAILED, HOLDS
from kameng.kit import ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

MOST_KEPT = 200
"""Differences of one check that are kept with their rows; the others are counted."""
_log = logging.getLogger(__name__)


@dataclass
class Look:
    """What one check came to, over all sites so far."""

    sites: int = 0
    found: int = 0
    seconds: float = 0.0
    failed: bool = False


@dataclass
class Gathered:
    """A proof under way."""

    checks: Sequence[Check] = book.CHECKS
    looks: dict[str, Look] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    txns: int = 0
    entries: int = 0
    sites: int = 0

    @property
    def found(self) -> int:
        return sum(one.found for one in self.looks.values())

    @property
    def state(self) -> str:
        """Differences matter more than a check that could not be made."""
        if self.found:
            return DIFFERS
        return FAILED if any(one.failed for one in self.looks.values()) else HOLDS

    def add(self, check: Check, fault: Fault) -> None:
        look = self.looks[check.name]
        look.found += 1
        if look.found <= MOST_KEPT:
            self.faults.append(fault)


def look(tenant: Tenant, gathered: Gathered, scope: Scope) -> None:
    """Make every check of a scope for the bound tenant. Begin with tenants.database.one_moment;
    end the transaction afterwards, whatever it says."""
    if scope is Scope.ALLIANCE:
        gathered.txns, gathered.entries, _ = ledger.counts()
    else:
        gathered.sites += 1
    for check in gathered.checks:
        if check.scope is scope and not _made(tenant, check, gathered):
            return


def _made(tenant: Tenant, check: Check, gathered: Gathered) -> bool:
    """Make one check; False when the database would not have it."""
    one = gathered.looks.setdefault(check.name, Look())
    begun = time.monotonic()
    try:
        for fault in check.look(tenant):
            gathered.add(check, fault)
    except DBAPIError:
        _log.exception("the check %s of %s could not be made", check.name, tenant.slug)
        one.failed = True
    one.sites += 1
    one.seconds += time.monotonic() - begun
    return not one.failed


def keep(
    root: Tenant, gathered: Gathered, *, actor: Actor, began_at: datetime, now: datetime
) -> UUID:
    """Store a proof with its differences; one that does not hold is told to the operator."""
    run = ProofRun(
        id=ids.uuid7(),
        tenant_id=root.id,
        state=gathered.state,
        actor=actor.name[:80],
        began_at=began_at,
        ended_at=now,
        found=gathered.found,
        checks=[_counted(gathered), *_looked(gathered)],
    )
    session.add(run)
    session.add_all(
        ProofDifference(
            run_id=run.id,
            position=position,
            tenant_id=root.id,
            site_id=one.site_id,
            name=one.check,
            subject=one.subject,
            found=one.found,
            expected=one.expected,
            rows=[dict(row) for row in one.rows],
        )
        for position, one in enumerate(gathered.faults, start=1)
    )
    session.flush()
    if run.state != HOLDS:
        facts: dict[str, Fact] = {
            "count": gathered.found,
            "day": began_at.astimezone(SHOP_TIME).date(),
        }
        notify(root, Kind.PROOF_FAILED, facts, key=str(run.id), now=now, page=f"/proofs/{run.id}")
    return run.id


def _counted(gathered: Gathered) -> dict[str, int]:
    return {"txns": gathered.txns, "entries": gathered.entries, "sites": gathered.sites}


def _looked(gathered: Gathered) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "sites": one.sites,
            "found": one.found,
            "ms": round(one.seconds * 1000),
            "failed": one.failed,
        }
        for name, one in gathered.looks.items()
    ]
