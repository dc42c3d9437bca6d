"""Counts and lists of cards; no read here returns a secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from kameng.domains.catalog.facts import Page
from kameng.domains.catalog.stock.facts import BatchRow, CardRow, Counted, Counts
from kameng.domains.catalog.stock.rules import CardState
from tenants.database import session
from tenants.tree import Tenant

COUNT_CAP = 500
"""Stock is told exactly up to here."""

_COUNT = text(
    "SELECT sku_id, free, sold FROM shared.count_cards(CAST(:skus AS uuid[]), :cap, :sold_cap)"
)
_BATCHES = """FROM shared.card_batch b JOIN shared.sku k ON k.id = b.sku_id
    JOIN shared.product p ON p.id = k.product_id
    WHERE b.tenant_id = :me AND (CAST(:sku AS uuid) IS NULL OR b.sku_id = :sku)"""
_CARD = "s.id, s.batch_id, s.state, s.buyer_tenant_id, s.order_id, s.held_until, s.sold_at"
_CARDS = """FROM shared.card_secret s WHERE s.tenant_id = :me AND s.sku_id = :sku
    AND (CAST(:state AS text) IS NULL OR s.state = :state)
    AND (CAST(:batch AS uuid) IS NULL OR s.batch_id = :batch)"""
_STATES = text("SELECT state, cards FROM shared.count_states(:sku)")
_BATCH_STATES = text(
    "SELECT batch_id, state, cards FROM shared.count_batches(CAST(:batches AS uuid[]))"
)


def counted(
    sku_ids: Sequence[UUID], *, cap: int = COUNT_CAP, sold_cap: int | None = None
) -> defaultdict[UUID, Counted]:
    """Free and sold cards of SKUs of the chain in one query; zero for any other id."""
    found: defaultdict[UUID, Counted] = defaultdict(Counted)
    if sku_ids:
        asked = {"skus": list(sku_ids), "cap": cap, "sold_cap": sold_cap or cap}
        for row in session.execute(_COUNT, asked):
            found[row.sku_id] = Counted(row.free, row.sold)
    return found


def counts(tenant: Tenant, sku_id: UUID) -> Counts:
    """Exact numbers of an own SKU's cards by state; zeros for any other SKU."""
    return _counts({row.state: row.cards for row in session.execute(_STATES, {"sku": sku_id})})


def batches(
    tenant: Tenant, *, sku_id: UUID | None = None, page: int = 1, size: int = 50
) -> Page[BatchRow]:
    """Own batches, newest first, with what is left of each; three queries."""
    values = {"me": tenant.id, "sku": sku_id}
    total = session.execute(text(f"SELECT count(*) {_BATCHES}"), values).scalar_one()
    rows = session.execute(
        text(
            f"""SELECT b.id, b.sku_id, p.name AS product_name, k.name AS sku_name, b.note,
                b.inserted, b.duplicates, b.blank, b.created_by, b.created_at
            {_BATCHES} ORDER BY b.id DESC LIMIT :size OFFSET :skip"""
        ),
        {**values, "size": size, "skip": (max(page, 1) - 1) * size},
    ).all()
    left = _left([row.id for row in rows])
    items = [
        BatchRow(**row._mapping, free=left[row.id].free, sold=left[row.id].sold) for row in rows
    ]
    return Page(items, int(total), page, size)


def secrets(
    tenant: Tenant,
    sku_id: UUID,
    *,
    state: CardState | None = None,
    batch_id: UUID | None = None,
    page: int = 1,
    size: int = 50,
) -> Page[CardRow]:
    """Own cards of a SKU, free ones first and in the order they will sell; no plaintext."""
    known = _left([batch_id])[batch_id] if batch_id else counts(tenant, sku_id)
    total: int = getattr(known, state.value) if state else known.all
    rows = session.execute(
        text(
            f"""SELECT s.id, s.batch_id, s.state, s.buyer_tenant_id, s.order_id, s.held_until,
                s.sold_at, b.created_at AS added_at
            FROM (SELECT {_CARD} {_CARDS} ORDER BY s.state, s.id LIMIT :size OFFSET :skip) AS s
            JOIN shared.card_batch b ON b.id = s.batch_id
            ORDER BY s.state, s.id"""  # noqa: S608 - constants
        ),
        {
            "me": tenant.id,
            "sku": sku_id,
            "state": state.value if state else None,
            "batch": batch_id,
            "size": size,
            "skip": (max(page, 1) - 1) * size,
        },
    )
    return Page([CardRow(**row._mapping) for row in rows], total, page, size)


def _left(batch_ids: list[UUID]) -> defaultdict[UUID, Counts]:
    by_batch: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in session.execute(_BATCH_STATES, {"batches": batch_ids}):
        by_batch[row.batch_id][row.state] = row.cards
    found: defaultdict[UUID, Counts] = defaultdict(lambda: _counts({}))
    found.update({batch: _counts(states) for batch, states in by_batch.items()})
    return found


def _counts(by_state: dict[str, int]) -> Counts:
    return Counts(**{state.value: by_state.get(state.value, 0) for state in CardState})
