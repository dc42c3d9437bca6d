"""What an order writes into the books: one posting per thing that happened, each with its key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, Posting, credit, debit, house
from kameng.domains.orders import collecting, parts
from kameng.domains.orders.parts import Reversal
from kameng.domains.orders.rules import LineFacts, OrderFacts
from kameng.domains.payments.fees import rules as fees
from kameng.domains.payments.rules import AttemptFacts, RefundFacts
from kameng.domains.wallet.rules import wallet_of
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money
from tenants.tree import Tenant


def bought_from_wallet(
    tenant: Tenant,
    order: OrderFacts,
    lines: Sequence[LineFacts],
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Paid and delivered in one breath: out of the member's wallet, straight to the supplier and
    to each site's margin. Nothing is owed in between, so nothing is booked as owed."""
    assert order.member_id is not None
    wallet = wallet_of(tenant.id, order.member_id)
    owed = _house(tenant, AccountKind.ORDER_LIABILITY, order)
    split = parts.delivered_lines(tenant.root_id, lines)
    paid = [debit(wallet, order.total), credit(owed, order.total), *split]
    key = f"order:{order.id}:bought"
    _post(tenant, order, "order_bought", key, parts.merged(paid), actor, now)


def paid_by_stripe(
    tenant: Tenant, order: OrderFacts, attempt: AttemptFacts, actor: Actor, *, now: datetime
) -> None:
    """Into the clearing account but what the provider keeps, into what is owed to the shopper."""
    owed = credit(_house(tenant, AccountKind.ORDER_LIABILITY, order), order.total)
    lines = [*fees.received(tenant.root_id, order.total, attempt.fee), owed]
    _post(tenant, order, "order_paid", f"order:{order.id}:paid:{attempt.id}", lines, actor, now)


def paid_to_site(
    tenant: Tenant, order: OrderFacts, attempt: AttemptFacts, actor: Actor, *, now: datetime
) -> None:
    """What the site itself took is written down for it; what its provider keeps of it is its own
    affair."""
    lines = _turnover(tenant, order, order.total)
    _post(tenant, order, "order_paid", f"order:{order.id}:paid:{attempt.id}", lines, actor, now)


def delivered(
    tenant: Tenant,
    order: OrderFacts,
    lines: Sequence[LineFacts],
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """What was owed to the shopper now belongs to the supplier and to each site's margin."""
    split = parts.delivered_lines(tenant.root_id, lines)
    key = f"order:{order.id}:delivered"
    _post(tenant, order, "order_delivered", key, split, actor, now)


def refund_begun(
    tenant: Tenant, order: OrderFacts, refund: str, amount: Money, actor: Actor, *, now: datetime
) -> None:
    """What was owed in goods is now owed in money."""
    lines = _across(
        _house(tenant, AccountKind.ORDER_LIABILITY, order),
        _house(tenant, AccountKind.REFUND_DUE, order),
        amount,
    )
    _post(tenant, order, "refund_due", f"order:{order.id}:refund:{refund}", lines, actor, now)


def refund_left(
    tenant: Tenant, order: OrderFacts, refund: RefundFacts, actor: Actor, *, now: datetime
) -> None:
    """The money has gone back through the provider, and the fee comes back as it was agreed."""
    due = debit(_house(tenant, AccountKind.REFUND_DUE, order), refund.amount)
    lines = [due, *fees.left(tenant.root_id, refund.amount, refund.fee_back)]
    _post(tenant, order, "refund_paid", f"order:{order.id}:refunded:{refund.id}", lines, actor, now)


def own_refund_left(
    tenant: Tenant,
    order: OrderFacts,
    refund: str,
    amount: Money,
    cost: Money,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """The site has given money back from its own account: so much less turnover, and what the
    others gave up of the goods is its balance again."""
    owed = _house(tenant, AccountKind.REFUND_DUE, order)
    prepaid = house(tenant.id, AccountKind.PREPAID, order.currency)
    lines = [*_turnover(tenant, order, -amount), *_across(owed, prepaid, cost)]
    key = f"order:{order.id}:refunded:{refund}"
    _post(tenant, order, "refund_paid", key, lines, actor, now)


def refunded_to_wallet(tenant: Tenant, order: OrderFacts, actor: Actor, *, now: datetime) -> None:
    """Back into the member's wallet, at once."""
    assert order.member_id is not None
    wallet = wallet_of(tenant.id, order.member_id)
    lines = _across(_house(tenant, AccountKind.ORDER_LIABILITY, order), wallet, order.total)
    _post(tenant, order, "refund_paid", f"order:{order.id}:refunded:wallet", lines, actor, now)


def returned(
    tenant: Tenant,
    order: OrderFacts,
    refund: str,
    steps: Sequence[Reversal],
    amount: Money,
    to: AccountKey,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Delivered goods are given back: everybody gives up their part, whoever paid is owed it."""
    given = parts.reversed_lines(steps)
    if order.pay_method == collecting.OWN:
        given = collecting.passed_on(tenant, given)
        amount = -collecting.balance_of(given, order.currency)
        if not given:
            return
    lines = [*given, credit(to, amount)]
    key = f"order:{order.id}:returned:{refund}"
    _post(tenant, order, "order_returned", key, parts.merged(lines), actor, now)


def return_undone(
    tenant: Tenant,
    order: OrderFacts,
    refund: str,
    steps: Sequence[Reversal],
    amount: Money,
    actor: Actor,
    now: datetime,
) -> None:
    """What was owed in money for goods given back is owed to nobody any more: the steps lead back
    to before."""
    owed = _house(tenant, AccountKind.REFUND_DUE, order)
    given = parts.reversed_lines(steps)
    if order.pay_method == collecting.OWN:
        given = collecting.passed_on(tenant, given)
        amount = collecting.balance_of(given, order.currency)
        if not given:
            return
    lines = [*given, debit(owed, amount)]
    key = f"order:{order.id}:return_undone:{refund}"
    _post(tenant, order, "order_return_undone", key, parts.merged(lines), actor, now)


def dispute_lost(
    tenant: Tenant,
    order: OrderFacts,
    dispute: str,
    steps: Sequence[Reversal],
    amount: Money,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """The bank keeps what it took: everybody gives up their part of it, which makes good so much
    of the house's loss."""
    loss = _house(tenant, AccountKind.DISPUTE_LOSS, order)
    lines = [*parts.reversed_lines(steps), credit(loss, amount)]
    key = f"order:{order.id}:lost:{dispute}"
    _post(tenant, order, "order_lost", key, parts.merged(lines), actor, now)


def gone_undelivered(
    tenant: Tenant, order: OrderFacts, refund: str, amount: Money, *, now: datetime
) -> None:
    """Money for goods that are not out went back without asking us: so much less is owed."""
    owed = _house(tenant, AccountKind.ORDER_LIABILITY, order)
    lines = _across(owed, _house(tenant, AccountKind.REFUND_DUE, order), amount)
    key = f"order:{order.id}:refund:{refund}"
    _post(tenant, order, "refund_due", key, lines, SYSTEM, now)


def gone_beyond(
    tenant: Tenant, order: OrderFacts, refund: str, amount: Money, *, now: datetime
) -> None:
    """More went back than anybody in the order has left: the house's loss."""
    loss = _house(tenant, AccountKind.DISPUTE_LOSS, order)
    lines = _across(loss, _house(tenant, AccountKind.REFUND_DUE, order), amount)
    key = f"order:{order.id}:beyond:{refund}"
    _post(tenant, order, "refund_beyond", key, lines, SYSTEM, now)


def lost_undelivered(
    tenant: Tenant, order: OrderFacts, dispute: str, taken: Money, actor: Actor, *, now: datetime
) -> None:
    """The bank keeps what was owed to the shopper in goods: nobody had a part of it yet."""
    owed = _house(tenant, AccountKind.ORDER_LIABILITY, order)
    lines = _across(owed, _house(tenant, AccountKind.DISPUTE_LOSS, order), taken)
    _post(tenant, order, "order_lost", f"order:{order.id}:lost:{dispute}", lines, actor, now)


def _turnover(tenant: Tenant, order: OrderFacts, amount: Money) -> list[Line]:
    """What a site took on its own account, or gave back."""
    clearing = house(tenant.id, AccountKind.CLEARING_OWN, order.currency)
    sales = house(tenant.id, AccountKind.OWN_SALES, order.currency)
    return _across(clearing, sales, amount)


def _house(tenant: Tenant, kind: AccountKind, order: OrderFacts) -> AccountKey:
    return house(tenant.root_id, kind, order.currency)


def _across(source: AccountKey, target: AccountKey, amount: Money) -> list[Line]:
    return [debit(source, amount), credit(target, amount)]


def _post(
    tenant: Tenant,
    order: OrderFacts,
    kind: str,
    key: str,
    lines: Sequence[Line],
    actor: Actor,
    now: datetime,
) -> None:
    ledger.post(tenant, Posting(kind, key, "order", str(order.id), lines, actor), now=now)
