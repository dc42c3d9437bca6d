"""What promoters get of a sale: written onto the lines after the platform's fee. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.orders.checkout.fees import margin_left
from kameng.domains.orders.rules import LineFacts
from kameng.domains.promotion.rules import Commission, Sale
from kameng.kit.money import Money

COMMISSION = AccountKind.COMMISSION.value


def with_commissions(
    lines: Iterable[LineFacts], sale: Sale | None, tenant_id: int
) -> list[LineFacts]:
    """The lines, each with what those who brought the shopper get of it."""
    return [_with_commission(line, sale, tenant_id) if sale else line for line in lines]


def of_lines(lines: Sequence[LineFacts]) -> list[Commission]:
    """All commission that stands in lines."""
    return [
        Commission(UUID(one["owner_id"]), 0, Money(int(one["amount"]), line.total.currency))
        for line in lines
        for one in line.extras
        if one["kind"] == COMMISSION
    ]


def _with_commission(line: LineFacts, sale: Sale, tenant_id: int) -> LineFacts:
    found = sale.commissions(line.product_id, line.total, margin_left(line))
    kept = tuple(_kept(tenant_id, one) for one in found)
    return dataclasses.replace(line, extras=(*line.extras, *kept)) if kept else line


def _kept(tenant_id: int, one: Commission) -> dict[str, Any]:
    owner = {"owner_type": "member", "owner_id": str(one.member_id)}
    amount = str(one.amount.micro)
    return {"kind": COMMISSION, "tenant_id": tenant_id, **owner, "amount": amount}
