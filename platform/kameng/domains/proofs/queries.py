"""Reads the kept runs of the proof and what they found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kameng.domains.proofs.errors import NoSuchProof
from kameng.domains.proofs.models import ProofDifference, ProofRun
from tenants.database import session
from tenants.tree import Tenant

HOLDS, DIFFERS, FAILED = "holds", "differs", "failed"


@dataclass(frozen=True, slots=True)
class Looked:
    """One check of a run: at how many sites, what it found in all, how long it took."""

    name: str
    sites: int
    found: int
    ms: int
    failed: bool


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run."""

    id: UUID
    state: str
    actor: str
    at: datetime
    ended_at: datetime
    found: int
    checks: tuple[Looked, ...]
    txns: int
    entries: int
    sites: int

    @property
    def holds(self) -> bool:
        return self.state == HOLDS


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was wrong, with its rows."""

    site_id: int
    name: str
    subject: str
    found: int
    expected: int
    rows: tuple[dict[str, Any], ...]


def last(tenant: Tenant) -> RunFacts | None:
    """The newest run, or None before the first."""
    found = runs(tenant, size=1)
    return found[0] if found else None


def runs(tenant: Tenant, *, size: int = 30, before: UUID | None = None) -> list[RunFacts]:
    """Runs, newest first."""
    query = select(ProofRun).where(ProofRun.tenant_id == tenant.id).order_by(ProofRun.id.desc())
    if before is not None:
        query = query.where(ProofRun.id < before)
    return [_facts(row) for row in session.scalars(query.limit(size))]


def run(tenant: Tenant, run_id: UUID) -> RunFacts:
    """One run."""
    row = session.get(ProofRun, run_id)
    if row is None or row.tenant_id != tenant.id:
        raise NoSuchProof
    return _facts(row)


def differences(run_id: UUID, *, page: int = 1, size: int = 50) -> Sequence[Difference]:
    """What a run found, a page at a time."""
    query = select(ProofDifference).where(ProofDifference.run_id == run_id)
    ordered = query.order_by(ProofDifference.position).offset((page - 1) * size).limit(size)
    return [
        Difference(one.site_id, one.name, one.subject, one.found, one.expected, tuple(one.rows))
        for one in session.scalars(ordered)
    ]


def _facts(row: ProofRun) -> RunFacts:
    counted, *checks = row.checks
    return RunFacts(
        id=row.id,
        state=row.state,
        actor=row.actor,
        at=row.began_at,
        ended_at=row.ended_at,
        found=row.found,
        checks=tuple(Looked(**one) for one in checks),
        txns=counted["txns"],
        entries=counted["entries"],
        sites=counted["sites"],
    )
