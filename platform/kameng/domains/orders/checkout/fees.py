"""What the master keeps of a sale: written onto the line when it is placed, so that delivery and
refunds book it from there. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from kameng.domains.ledger.rules import AccountKind
from kameng.domains.orders.rules import LineFacts, split
from kameng.kit.money import Money, Percent


def with_fees(lines: Iterable[LineFacts], fee: Percent, root_id: int) -> list[LineFacts]:
    """The lines, each with the master's share of what is paid for it."""
    return [_with_fee(line, fee, root_id) for line in lines]


def margin_left(line: LineFacts) -> Money:
    """What the selling site keeps of a line after what others get out of it; never below zero."""
    left = split(line).shares[-1].margin
    return max(left, Money.zero(left.currency))


def _with_fee(line: LineFacts, fee: Percent, root_id: int) -> LineFacts:
    amount = min(line.total.share(fee), margin_left(line))
    if amount.micro <= 0:
        return line
    return dataclasses.replace(line, extras=(*line.extras, _kept(root_id, amount)))


def _kept(root_id: int, amount: Money) -> dict[str, Any]:
    kind = AccountKind.PLATFORM_FEE.value
    owner = {"owner_type": "house", "owner_id": ""}
    return {"kind": kind, "tenant_id": root_id, **owner, "amount": str(amount.micro)}
