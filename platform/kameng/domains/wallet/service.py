"""The verbs of wallets: record a site's deposit, credit a member. Each key counts once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import Posted, Posting
from kameng.domains.wallet import rules
from kameng.domains.wallet.errors import NoDeposit
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.tree import Tenant


def deposit(
    tenant: Tenant, money: Money, *, key: str, actor: Actor, note: str = "", now: datetime
) -> Posted:
    """Record cash that the sub-site `tenant` (bound) paid to its master.

    Refuses CreditRefused, NoDeposit for a master site, KeyReused for another amount.
    """
    if tenant.is_root:
        raise NoDeposit()
    amount = rules.creditable(money)
    lines = rules.deposit_lines(tenant.root_id, tenant.id, amount)
    posting = Posting("deposit", key, "tenant", str(tenant.id), lines, actor)
    posted = ledger.post(tenant, posting, now=now)
    _record(tenant, posted, "wallet.deposit", str(tenant.id), actor, amount, note)
    return posted


def credit_member(
    tenant: Tenant,
    member_id: UUID,
    money: Money,
    *,
    key: str,
    actor: Actor,
    note: str = "",
    now: datetime,
) -> Posted:
    """Put money on a member's balance.

    Refuses CreditRefused; BalanceTooLow when the sub-site's deposit does not cover it;
    KeyReused for another amount under the same key.
    """
    amount = rules.creditable(money)
    lines = rules.credit_lines(tenant.chain, member_id, amount)
    posting = Posting("wallet_credit", key, "member", str(member_id), lines, actor)
    posted = ledger.post(tenant, posting, now=now)
    _record(tenant, posted, "wallet.credit", str(member_id), actor, amount, note)
    return posted


def _record(
    tenant: Tenant,
    posted: Posted,
    action: str,
    subject: str,
    actor: Actor,
    amount: Money,
    note: str,
) -> None:
    if not posted.replayed:
        told = {"amount": str(amount), "note": note, "txn": str(posted.txn_id)}
        audit.record(tenant, actor, action, subject, after=told)
