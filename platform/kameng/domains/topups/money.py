"""What a top-up writes into the books: one posting per thing that happened, each with its key.

The money lies with the master, whichever site's balance it is on; nobody earns on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kameng.domains.ledger import queries as balances
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, Posting, credit, debit, house
from kameng.domains.payments.fees import rules as fees
from kameng.domains.payments.rules import AttemptFacts, RefundFacts
from kameng.domains.topups import queries
from kameng.domains.topups.rules import Payer, TopUpFacts
from kameng.domains.wallet.rules import deposit_account, wallet_of
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money
from tenants.tree import Tenant

DISPUTED = "topup_disputed"
GIVEN = frozenset({"wallet_credit", "deposit", "turned"})
"""Postings that put money on a balance which nobody paid in by a channel."""
BALANCES = frozenset({AccountKind.WALLET.value, AccountKind.PREPAID.value})


def arrived(tenant: Tenant, topup: TopUpFacts, paid: AttemptFacts, *, now: datetime) -> None:
    """From the provider onto the balance, whole: what the provider keeps of it the master bears."""
    came = fees.received(tenant.root_id, topup.amount, paid.fee)
    lines = [*came, credit(balance_account(tenant, topup), topup.amount)]
    _post(tenant, topup, "topup", f"topup:{topup.attempt_id}", lines, SYSTEM, now)


def refund_begun(
    tenant: Tenant, topup: TopUpFacts, refund: UUID, amount: Money, actor: Actor, *, now: datetime
) -> None:
    """Off the balance; refused when it is no longer there. It is owed until it has left."""
    _move(
        tenant,
        topup,
        "topup_refund_due",
        f"topup:{topup.attempt_id}:refund:{refund}",
        (balance_account(tenant, topup), _house(tenant, AccountKind.REFUND_DUE)),
        amount,
        actor,
        now,
    )


def refund_left(tenant: Tenant, topup: TopUpFacts, refund: RefundFacts, *, now: datetime) -> None:
    """The money has gone back through the provider, and the fee comes back as it was agreed."""
    due = debit(_house(tenant, AccountKind.REFUND_DUE), refund.amount)
    lines = [due, *fees.left(tenant.root_id, refund.amount, refund.fee_back)]
    key = f"topup:{topup.attempt_id}:refunded:{refund.id}"
    _post(tenant, topup, "topup_refunded", key, lines, SYSTEM, now)


def refund_kept(
    tenant: Tenant, topup: TopUpFacts, refund: UUID, amount: Money, *, now: datetime
) -> None:
    """The provider would not give it back: it is on the balance again."""
    _move(
        tenant,
        topup,
        "topup_refund_failed",
        f"topup:{topup.attempt_id}:kept:{refund}",
        (_house(tenant, AccountKind.REFUND_DUE), balance_account(tenant, topup)),
        amount,
        SYSTEM,
        now,
    )


def refund_beyond(
    tenant: Tenant, topup: TopUpFacts, refund: UUID, amount: Money, *, now: datetime
) -> None:
    """More went back at the provider itself than is unspent: the master's loss."""
    _move(
        tenant,
        topup,
        "refund_beyond",
        f"topup:{topup.attempt_id}:beyond:{refund}",
        (_house(tenant, AccountKind.DISPUTE_LOSS), _house(tenant, AccountKind.REFUND_DUE)),
        amount,
        SYSTEM,
        now,
    )


def dispute_took(
    tenant: Tenant, topup: TopUpFacts, step: str, amount: Money, actor: Actor, *, now: datetime
) -> None:
    """A bank has taken the payment back: what is unspent of it makes the master's loss smaller."""
    _move(
        tenant,
        topup,
        DISPUTED,
        f"topup:{topup.attempt_id}:disputed:{step}",
        (balance_account(tenant, topup), _house(tenant, AccountKind.DISPUTE_LOSS)),
        amount,
        actor,
        now,
    )


def dispute_owed(
    tenant: Tenant, topup: TopUpFacts, dispute: UUID, amount: Money, actor: Actor, *, now: datetime
) -> None:
    """A site has spent what its bank took back: it owes that, and its earnings pay it first."""
    _move(
        tenant,
        topup,
        "topup_owed",
        f"topup:{topup.attempt_id}:owed:{dispute}",
        (
            house(tenant.id, AccountKind.MARGIN, tenant.currency),
            _house(tenant, AccountKind.DISPUTE_LOSS),
        ),
        amount,
        actor,
        now,
    )


def dispute_won(tenant: Tenant, taken: UUID, actor: Actor, *, now: datetime) -> None:
    """The bank has given it back: so do we."""
    key = f"topup:dispute_won:{taken}"
    ledger.reverse(tenant, taken, key=key, kind="topup_dispute_won", actor=actor, now=now)


def on_balance(tenant: Tenant, topup: TopUpFacts) -> Money:
    """What is unspent on the balance it went to."""
    return balances.balance(balance_account(tenant, topup)).available


def unspent(tenant: Tenant, topup: TopUpFacts) -> Money:
    """What may still be of this very payment: the oldest money is spent first, so what was given
    or paid in later by others is not sent to where this one came from."""
    account, since = balance_account(tenant, topup), topup.paid_at or topup.created_at
    newer = queries.kept_since(tenant, topup) + balances.credited_since(account, GIVEN, since)
    return on_balance(tenant, topup) - newer


def balance_account(tenant: Tenant, topup: TopUpFacts) -> AccountKey:
    """The account a top-up goes to: the member's wallet, or the site's deposit."""
    if topup.payer is Payer.SITE or topup.member_id is None:
        return deposit_account(topup.tenant_id, tenant.currency)
    return wallet_of(topup.tenant_id, topup.member_id, tenant.currency)


def _house(tenant: Tenant, kind: AccountKind) -> AccountKey:
    return house(tenant.root_id, kind, tenant.currency)


def _move(
    tenant: Tenant,
    topup: TopUpFacts,
    kind: str,
    key: str,
    way: tuple[AccountKey, AccountKey],
    amount: Money,
    actor: Actor,
    now: datetime,
) -> None:
    source, target = way
    _post(tenant, topup, kind, key, [debit(source, amount), credit(target, amount)], actor, now)


def _post(
    tenant: Tenant,
    topup: TopUpFacts,
    kind: str,
    key: str,
    lines: Sequence[Line],
    actor: Actor,
    now: datetime,
) -> None:
    ledger.post(tenant, Posting(kind, key, "topup", str(topup.id), lines, actor), now=now)
