"""Why a line was sold at its price, read from what the order keeps, as one site may know it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kameng.domains.orders.rules import LineFacts
from kameng.domains.pricing import traces
from kameng.domains.pricing.traces import Trace
from kameng.kit.money import Money


@dataclass(frozen=True, slots=True)
class Explained:
    """The steps to the price of one piece. `cost` is what the reader paid for it; None where the
    steps begin with it, because the goods are the reader's own."""

    line_id: UUID
    name: str
    quantity: int
    cost: Money | None
    steps: Trace


def explained(line: LineFacts, viewer_id: int) -> Explained | None:
    """The trace kept with a line, from the viewer's own cost downwards.

    None where there is nothing to tell: the goods never passed through the viewer's hands, or the
    order is older than traces are.
    """
    kept = line.chain[-1].get("trace")
    places = [int(step["tenant_id"]) for step in line.chain]
    if not kept or viewer_id not in places:
        return None
    at, steps = places.index(viewer_id), traces.read(kept)
    if at == 0:
        return Explained(line.id, line.name, line.quantity, None, steps)
    below = places[at:]
    seen = tuple(one for one in steps if one.tenant_id in below and one.code != "cost")
    cost = Money(int(line.chain[at]["cost"]), line.total.currency)
    return Explained(line.id, line.name, line.quantity, cost, seen)
