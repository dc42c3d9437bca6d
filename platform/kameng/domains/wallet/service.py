"""The verbs: credit a member, record an agent's deposit. Each key moves money once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.accounts.members import queries as members
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import Posted, Posting
from kameng.domains.wallet import rules
from kameng.domains.wallet.errors import MasterHasNoDeposit, NoSuchWallet
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.tree import Tenant


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
    """Put money on a member's balance; a sub-site's deposit pays for it or BalanceTooLow."""
    if members.by_id(tenant, member_id) is None:
        raise NoSuchWallet()
    lines = rules.member_lines(tenant.chain, member_id, money)
    posting = Posting("wallet_credit", key, "member", str(member_id), lines, actor)
    return _post(tenant, posting, money, note=note, actor=actor, now=now)


def deposit(
    tenant: Tenant, money: Money, *, key: str, actor: Actor, note: str = "", now: datetime
) -> Posted:
    """Record cash the master took from a sub-site's agent; bound to that sub-site."""
    if tenant.is_root:
        raise MasterHasNoDeposit()
    lines = rules.deposit_lines(tenant.chain, money)
    posting = Posting("deposit", key, "tenant", str(tenant.id), lines, actor)
    return _post(tenant, posting, money, note=note, actor=actor, now=now)


def _post(
    tenant: Tenant, posting: Posting, money: Money, *, note: str, actor: Actor, now: datetime
) -> Posted:
    posted = ledger.post(tenant, posting, now=now)
    if not posted.replayed:
        told = {"amount": str(money), "note": note[:200], "txn": str(posted.txn_id)}
        subject = f"{posting.ref_type} {posting.ref_id}"
        audit.record(tenant, actor, posting.kind, subject, after=told)
    return posted
