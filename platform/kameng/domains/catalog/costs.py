"""What the owner pays for goods: written in bulk here, decided by whoever was wired in (pricing).

A cost moves prices on every site below, so nobody in the catalogue writes one alone: forms and
spreadsheets propose it, and only what the decider lets through comes back as `set_costs`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import text

from kameng.domains.catalog.errors import CostMoved, PriceOutOfRange, SkuNotFound
from kameng.domains.catalog.rules import HIGHEST_PRICE
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

Moves = Mapping[UUID, tuple[Money, Money]]
"""Own SKUs with the cost somebody saw and the one they want."""

_LOCKED = text(
    """SELECT k.id, k.cost FROM shared.sku k
    WHERE k.tenant_id = :me AND k.id = ANY(CAST(:skus AS uuid[])) ORDER BY k.id FOR UPDATE"""
)
_SET = text(
    """UPDATE shared.sku AS k SET cost = u.cost, version = k.version + 1, updated_at = :now
    FROM unnest(CAST(:skus AS uuid[]), CAST(:costs AS bigint[])) AS u (id, cost)
    WHERE k.id = u.id AND k.tenant_id = :me"""
)


class Decider(Protocol):
    """Who decides whether a cost moves now or waits for somebody's word."""

    def hold(self, tenant: Tenant) -> None:
        """Until the end of the transaction nobody else moves a cost of this site; before any row
        of goods is locked, so that two of us never wait for each other."""

    def propose(
        self, tenant: Tenant, moves: Moves, *, source: UUID | None, actor: Actor, now: datetime
    ) -> frozenset[UUID]:
        """Move what may move at once, let the rest wait; which SKUs moved. `source`: the import."""

    def put_back(
        self,
        tenant: Tenant,
        moves: Moves,
        *,
        source: UUID,
        gone: Collection[UUID],
        actor: Actor,
        now: datetime,
    ) -> None:
        """Take back what an import did to costs; a move from and to the same cost means that it
        waited. What waits for goods that are `gone` is dropped."""


_deciders: list[Decider] = []


def decided_by(decider: Decider) -> None:
    """Wire the decider in, once for this process; a second call replaces the first."""
    _deciders[:] = [decider]


def decider() -> Decider:
    """The decider; a process that was not wired changes no cost."""
    if not _deciders:
        raise LookupError("nobody decides about costs: kameng.wiring was not run")
    return _deciders[0]


def set_costs(tenant: Tenant, moves: Moves, *, now: datetime) -> None:
    """Write the costs of own SKUs, all or none: two statements, whatever their number.

    SkuNotFound for goods that are not this site's; CostMoved when one of them does not cost what
    the mover saw; PriceOutOfRange for a cost nobody can charge. The audit line is the caller's.
    """
    _refuse_senseless(moves)
    stand = _locked(tenant, moves)
    if len(stand) < len(moves):
        raise SkuNotFound()
    moved = [sku_id for sku_id, (before, _) in moves.items() if stand[sku_id] != before]
    if moved:
        raise CostMoved(count=len(moved), sku=moved[0])
    told = {
        "skus": list(moves),
        "costs": [after.micro for _, after in moves.values()],
        "me": tenant.id,
        "now": now,
    }
    session.execute(_SET, told)


def _refuse_senseless(moves: Moves) -> None:
    for _, after in moves.values():
        if not Money.zero() < after <= HIGHEST_PRICE:
            raise PriceOutOfRange(field="cost", limit=HIGHEST_PRICE)


def _locked(tenant: Tenant, moves: Moves) -> dict[UUID, Money]:
    """What these own SKUs cost now, held until the end in one order for everybody."""
    rows = session.execute(_LOCKED, {"skus": list(moves), "me": tenant.id})
    return {row.id: Money(row.cost) for row in rows}
