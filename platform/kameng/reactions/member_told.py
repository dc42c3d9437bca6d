"""What follows when a member's payee, account or withdrawal moves on: a mail, in the member's
language, to whoever has an address."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kameng.config import settings
from kameng.domains.notifications.members import service as mails
from kameng.domains.notifications.members.kinds import Mail
from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts.events import MemberAccountMoved
from kameng.domains.payees.events import MemberPayeeMoved
from kameng.domains.payees.rules import MEMBER, Owner
from kameng.domains.withdrawals import queries as withdrawals
from kameng.domains.withdrawals.events import MemberWithdrawalMoved
from kameng.kit.money import Money
from tenants.tree import Tenant

PAYEE, WITHDRAWALS, CHOICES = (
    "/me/promotion/payee",
    "/me/promotion/withdrawals",
    "/me/promotion/mails",
)
Facts = dict[str, str | Money | int | date | datetime]


def of_payee(tenant: Tenant, event: MemberPayeeMoved, now: datetime) -> None:
    """Sent, verified or refused: by the name, and why."""
    row = payees.of(tenant, Owner(MEMBER, str(event.member_id)))
    if row is None:
        return
    facts: Facts = {"name": row.legal_name, "reason": row.reason}
    mail, key = Mail(f"payee_{event.state}"), f"{event.payee_id}-{event.version}"
    _tell(tenant, event.member_id, mail, facts, PAYEE, key)


def of_account(tenant: Tenant, event: MemberAccountMoved, now: datetime) -> None:
    """Bound, verified or refused: by its ends, and why."""
    row = accounts.account(tenant, event.account_id)
    if row is None:
        return
    facts: Facts = {"account": row.hint, "reason": row.reason}
    mail, moment = Mail(f"account_{event.state}"), row.decided_at or row.sent_at
    key = f"{event.account_id}-{moment:%Y%m%d%H%M%S}"
    _tell(tenant, event.member_id, mail, facts, PAYEE, key)


def of_withdrawal(tenant: Tenant, event: MemberWithdrawalMoved, now: datetime) -> None:
    """Each step: how much, where to, by when, and why not."""
    row = withdrawals.one(tenant, event.withdrawal_id)
    if row is None:
        return
    facts: Facts = {
        "amount": row.amount,
        "paid": row.paid,
        "fee": row.fee,
        "account": row.hint,
        "day": row.due_on,
        "reason": row.reason,
    }
    page, key = f"{WITHDRAWALS}/{row.id}", str(row.id)
    _tell(tenant, event.member_id, Mail(event.step), facts, page, key)


def _tell(tenant: Tenant, member_id: UUID, mail: Mail, facts: Facts, page: str, key: str) -> None:
    chosen = settings()
    host = tenant.host or chosen.host(tenant.slug)
    links = {"link": chosen.address(host, page), "choices": chosen.address(host, CHOICES)}
    mails.tell(tenant, member_id, mail, facts, **links, key=key)
