"""When the books were last added up from the console, and what came out."""

from dataclasses import dataclass
from datetime import datetime

from kameng.domains.ledger.proofs import queries
from kameng.kit import cache
from tenants.tree import Tenant

NAME = "books-proof"
KEPT = 30 * 24 * 3600


@dataclass(frozen=True)
class LastProof:
    """One adding-up."""

    at: datetime
    holds: bool
    txns: int
    entries: int


def prove(tenant: Tenant, *, now: datetime) -> LastProof:
    """Add everything up again and remember what came out."""
    found = queries.prove(tenant)
    proof = LastProof(now, found.holds, found.txns, found.entries)
    kept = {"at": now.isoformat(), "holds": proof.holds, "n": proof.txns, "m": proof.entries}
    cache.put(tenant, NAME, kept, seconds=KEPT)
    return proof


def last(tenant: Tenant) -> LastProof | None:
    """The latest one, or None when nobody asked for long."""
    kept = cache.get(tenant, NAME)
    if not kept:
        return None
    return LastProof(datetime.fromisoformat(kept["at"]), kept["holds"], kept["n"], kept["m"])
