"""What an order costs a site whose shoppers pay to itself: set aside from its balance before the
shopper pays, taken when the goods go out, free again when they do not.

The shopper's money never passes the master: it is written down for the site alone. What stays with
the site, its own margin, the cost of its own goods and what rounding left, is booked nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kameng.domains.ledger import queries as books
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, Posting, credit, debit, house
from kameng.domains.orders import parts, record
from kameng.domains.orders.errors import ShopOutOfFunds
from kameng.domains.orders.rules import LineFacts, OrderFacts
from kameng.domains.payments.own import queries as own
from kameng.domains.payments.rules import AttemptFacts, RefundFacts
from kameng.domains.wallet import queries as wallet
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

OWN, STRIPE = "own", "stripe"
"""How an order is paid through a provider: to its site's own account, or to the master's."""
REF = "order"
FOR_EVER = timedelta(days=3650)
"""Whoever ends the order ends what was set aside for it; the clock never does."""
UNCOVERED = "own_cost_missing"
"""What a human is asked when money came to the site and its balance does not pay for the goods."""


def payee_of(tenant: Tenant) -> int:
    """Whose account a new payment page leads to."""
    return tenant.id if own.collects(tenant) else tenant.root_id


def is_own(tenant: Tenant, paid: AttemptFacts | RefundFacts) -> bool:
    """Whether a payment went to the site itself."""
    return not tenant.is_root and paid.payee_tenant_id == tenant.id


def way_of(tenant: Tenant, payee_id: int) -> str:
    """What the order says about how it is paid."""
    return STRIPE if payee_id == tenant.root_id else OWN


def kept_by(tenant: Tenant, currency: str) -> frozenset[AccountKey]:
    """The accounts whose part of an order stays where the shopper paid it. Rounding too: whoever
    takes the whole fen bears them, and no refund of a part can ask the balance for a fraction."""
    kinds = (AccountKind.MARGIN, AccountKind.SUPPLIER_COST)
    own = [house(tenant.id, kind, currency) for kind in kinds]
    return frozenset([*own, parts.rounding(tenant.root_id, currency)])


def passed_on(tenant: Tenant, lines: Iterable[Line]) -> list[Line]:
    """Of a posting's lines those that belong to somebody else than the site that collected."""
    return [one for one in lines if one.account not in kept_by(tenant, one.account.currency)]


def balance_of(lines: Sequence[Line], currency: str) -> Money:
    """What the lines lack to sum to nothing."""
    return -sum((one.amount for one in lines), Money.zero(currency))


def refuse_if_short(tenant: Tenant, lines: Sequence[LineFacts]) -> None:
    """Before anything is written, say no to what the site cannot pay for: ShopOutOfFunds."""
    needed, left = cost_of(tenant, lines), wallet.deposit_of(tenant)
    if needed > left:
        raise ShopOutOfFunds(needed=needed, balance=left)


def reserve(
    tenant: Tenant, order: OrderFacts, lines: Sequence[LineFacts], actor: Actor, *, now: datetime
) -> None:
    """Set the order's cost aside from the site's balance, once. Refuses ShopOutOfFunds."""
    past = books.holds(tenant, REF, str(order.id))
    cost = cost_of(tenant, lines)
    if any(one.is_open for one in past) or not cost:
        return
    key = f"order:{order.id}:cost:{len(past) + 1}"
    to_pay = [debit(_prepaid(tenant, order), cost), *_shares(tenant, lines)]
    posting = Posting("order_cost", key, REF, str(order.id), parts.merged(to_pay), actor)
    try:
        with session.begin_nested():
            ledger.hold(tenant, posting, until=now + FOR_EVER, now=now)
    except BalanceTooLow as low:
        raise ShopOutOfFunds(needed=cost, balance=wallet.deposit_of(tenant)) from low


def release(tenant: Tenant, order: OrderFacts, actor: Actor, *, now: datetime) -> None:
    """What was set aside for the order is free again, and nobody is asked any more what is to pay
    for it; of an order paid otherwise nothing was."""
    if order.pay_method != OWN:
        return
    record.close_task(order, UNCOVERED, now=now)
    for one in books.holds(tenant, REF, str(order.id)):
        if one.is_open:
            key = f"order:{order.id}:cost_free:{one.id}"
            ledger.void_hold(tenant, one.id, key=key, actor=actor, now=now)


def take(tenant: Tenant, order: OrderFacts, actor: Actor, *, now: datetime) -> None:
    """The goods are out: what was set aside goes to whom it belongs."""
    for one in books.holds(tenant, REF, str(order.id)):
        if one.is_open:
            key = f"order:{order.id}:delivered"
            ledger.settle_hold(tenant, one.id, key=key, actor=actor, now=now)


def cost_of(tenant: Tenant, lines: Sequence[LineFacts]) -> Money:
    """What lines cost the site in all: everything it does not keep of them."""
    return balance_of(_shares(tenant, lines), tenant.currency)


def _shares(tenant: Tenant, lines: Sequence[LineFacts]) -> list[Line]:
    """What everybody but the site itself gets of the lines."""
    split = [
        credit(account, part)
        for line in lines
        for account, part in parts.parts(line, tenant.root_id).items()
    ]
    return parts.merged(passed_on(tenant, split))


def _prepaid(tenant: Tenant, order: OrderFacts) -> AccountKey:
    return house(tenant.id, AccountKind.PREPAID, order.currency)
