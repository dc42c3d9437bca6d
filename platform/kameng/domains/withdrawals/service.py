"""The verbs of an owner: ask for a withdrawal, take it back, turn earnings into balance.

Inside `use(site)`; the master's verbs are in `review`. One owner's verbs run one after the other,
so that two requests never count on the same money.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text

from kameng.domains.accounts.members import queries as members
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.errors import BalanceTooLow
from kameng.domains.ledger.rules import Posted, Posting
from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts.errors import NoSuchPayoutAccount, PayoutAccountNotVerified
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.errors import PayeeNotVerified
from kameng.domains.payees.rules import HOUSE, MEMBER, Owner
from kameng.domains.withdrawals import notices, policy, queries, rules
from kameng.domains.withdrawals.errors import (
    AskedOtherwise,
    MasterWithdrawsNothing,
    MoreThanFree,
    NoSuchWithdrawal,
    OwnerFrozen,
)
from kameng.domains.withdrawals.models import Withdrawal
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.domains.withdrawals.rules import State
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

HELD_FOR = timedelta(days=3_650)
"""Nothing sweeps these holds; a person decides."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20261125, :site)")


def ask(
    tenant: Tenant,
    account_id: UUID,
    money: Money,
    *,
    owner: Owner = HOUSE,
    once: str,
    actor: Actor,
    now: datetime,
) -> WithdrawalFacts:
    """Ask for a withdrawal: the money is set aside and waits for the master's word.

    The same `once` again answers with the first one. Refuses what rules.fee_for and check_free do,
    NoSuchPayoutAccount, PayeeNotVerified, PayoutAccountNotVerified, MasterWithdrawsNothing.
    """
    rules.check_amount(money)
    _refuse_master(tenant, owner)
    one_at_a_time(tenant)
    if before := _asked_before(tenant, once):
        return _same(before, owner, account_id, money)
    account = usable_account(tenant, owner, account_id)
    held, since_until = policy.of(tenant), rules.span_of(now)
    today = queries.asked_between(tenant, owner, *since_until)
    fee = rules.fee_for(money, held, account.method, asked_today=today)
    rules.check_free(money, queries.purse(tenant, owner))
    row = _row(tenant, owner, account, money, fee, once, actor, now)
    row.due_on = rules.day_of(now) + timedelta(days=held.days)
    row.hold_id = _hold(tenant, row, owner, actor, now)
    session.add(row)
    session.flush()
    note(tenant, actor, row)
    notices.asked(tenant, row, now=now)
    return queries.facts(row)


def cancel(
    tenant: Tenant, withdrawal_id: UUID, *, owner: Owner = HOUSE, actor: Actor, now: datetime
) -> WithdrawalFacts:
    """Take it back while nobody has approved it. Refuses WithdrawalMoved, NoSuchWithdrawal."""
    row = taken(tenant, withdrawal_id)
    if (row.owner_type, row.owner_id) != (owner.kind, owner.id):
        raise NoSuchWithdrawal()
    move(row, State.CANCELLED)
    give_back(tenant, row, actor, now)
    row.decided_at, row.decided_by = now, actor.name[:80]
    session.flush()
    note(tenant, actor, row)
    notices.cancelled(tenant, row)
    return queries.facts(row)


def turn(
    tenant: Tenant, money: Money, *, owner: Owner = HOUSE, once: str, actor: Actor, now: datetime
) -> Posted:
    """Turn earnings into balance to spend, at once and without a fee; there is no way back.

    The same `once` again moves nothing. Refuses BadWithdrawal, MoreThanFree.
    """
    rules.check_amount(money)
    _refuse_master(tenant, owner)
    one_at_a_time(tenant)
    purse = queries.purse(tenant, owner)
    lines = rules.turn_lines(tenant.id, owner, money)
    key, ref = f"turn:{owner.kind}:{owner.id}:{once}", owner.id or str(tenant.id)
    posting = Posting("turned", key, "owner", ref, lines, actor)
    try:
        posted = ledger.post(tenant, posting, now=now)
    except BalanceTooLow:
        raise MoreThanFree(needed=money, available=purse.available, debt=purse.debt) from None
    if not posted.replayed:
        rules.check_free(money, purse)
        told = {"amount": str(money), "txn": str(posted.txn_id)}
        subject = f"{owner.kind} {owner.id}".strip()
        audit.record(tenant, actor, "earnings.turned", subject, after=told)
    return posted


def one_at_a_time(tenant: Tenant) -> None:
    """Until the end of the transaction nobody else asks, turns or decides for this site."""
    session.execute(_ONE_AT_A_TIME, {"site": tenant.id})


def usable_account(tenant: Tenant, owner: Owner, account_id: UUID) -> AccountFacts:
    """The account if money may go there now; else named refusals."""
    account = accounts.account(tenant, account_id)
    if account is None or account.removed or account.owner != owner:
        raise NoSuchPayoutAccount()
    if owner.kind == MEMBER and members.is_frozen(tenant, UUID(owner.id)):
        raise OwnerFrozen()
    if payees.verified(tenant, owner) is None:
        raise PayeeNotVerified()
    if not account.stands:
        raise PayoutAccountNotVerified()
    return account


def taken(tenant: Tenant, withdrawal_id: UUID) -> Withdrawal:
    """The row of this site, locked; NoSuchWithdrawal."""
    one_at_a_time(tenant)
    mine = select(Withdrawal).where(
        Withdrawal.tenant_id == tenant.id, Withdrawal.id == withdrawal_id
    )
    row = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NoSuchWithdrawal()
    return row


def move(row: Withdrawal, there: State) -> None:
    """One step of the table of states; WithdrawalMoved."""
    rules.check_move(State(row.state), there)
    row.state = there.value


def give_back(tenant: Tenant, row: Withdrawal, actor: Actor, now: datetime) -> None:
    """What was set aside is free again."""
    key = f"withdrawal:{row.id}:void"
    ledger.void_hold(tenant, row.hold_id, key=key, actor=actor, now=now)


def note(tenant: Tenant, actor: Actor, row: Withdrawal, **more: str) -> None:
    """One line in the log of the site."""
    told = {"amount": str(row.amount), "fee": str(row.fee), "account": row.hint, **more}
    audit.record(tenant, actor, f"withdrawal.{row.state}", f"withdrawal {row.id}", after=told)


def _hold(tenant: Tenant, row: Withdrawal, owner: Owner, actor: Actor, now: datetime) -> UUID:
    lines = rules.pay_lines(tenant.id, tenant.root_id, owner, row.amount, row.fee, row.method)
    key, ref = f"withdrawal:{row.id}:held", str(row.id)
    posting = Posting("withdrawal", key, "withdrawal", ref, lines, actor)
    return ledger.hold(tenant, posting, until=now + HELD_FOR, now=now).txn_id


def _refuse_master(tenant: Tenant, owner: Owner) -> None:
    if tenant.is_root and owner == HOUSE:
        raise MasterWithdrawsNothing()


def _asked_before(tenant: Tenant, once: str) -> Withdrawal | None:
    mine = (Withdrawal.tenant_id == tenant.id, Withdrawal.once == once[:80])
    return session.scalar(select(Withdrawal).where(*mine))


def _same(row: Withdrawal, owner: Owner, account_id: UUID, money: Money) -> WithdrawalFacts:
    found = queries.facts(row)
    if (found.owner, found.account_id, found.amount) != (owner, account_id, money):
        raise AskedOtherwise()
    return found


def _row(
    tenant: Tenant,
    owner: Owner,
    account: AccountFacts,
    money: Money,
    fee: Money,
    once: str,
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    return Withdrawal(
        id=ids.uuid7(),
        tenant_id=tenant.id,
        root_id=tenant.root_id,
        owner_type=owner.kind,
        owner_id=owner.id,
        once=once[:80],
        amount=money,
        fee=fee,
        account_id=account.id,
        method=account.method.value,
        holder=account.holder,
        hint=account.hint,
        state=State.ASKED.value,
        asked_at=now,
        asked_by=actor.name[:80],
        reason="",
        proof="",
        has_picture=False,
    )
