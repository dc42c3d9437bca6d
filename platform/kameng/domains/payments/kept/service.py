"""The verb that takes in what a provider kept of a payment, once, and books what that is more than
was agreed, or less."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import Posting
from kameng.domains.payments.fees import rules as fees
from kameng.domains.payments.kept import queries, rules
from kameng.domains.payments.models import PaymentAttempt
from kameng.domains.payments.rules import Kept
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

KIND, REF = "channel_fee_real", "payment"


def learn(tenant: Tenant, row: PaymentAttempt, said: Kept | None, *, now: datetime) -> None:
    """Take in what was said of a locked payment that has arrived; without an answer it is asked
    about again. Of a site's own account it is kept where it was said at once, and never booked:
    the money is not the master's."""
    if row.real_fee is not None:
        return
    is_own = row.payee_tenant_id != tenant.root_id
    if said is None or not rules.believable(said, row.amount):
        row.fee_check_at = None if is_own else _next_look(row, now)
        return
    row.real_fee = Money.of_fen(said.fen, row.currency)
    row.settled_fee, row.settled_currency = said.settled, said.currency
    row.fee_check_at = None
    session.flush()
    if not is_own:
        _book(tenant, row, row.real_fee, now)


def _next_look(row: PaymentAttempt, now: datetime) -> datetime | None:
    """The count of questions begins anew once the payment has arrived."""
    row.checks = row.checks + 1 if row.fee_check_at else 0
    return rules.next_look(row.checks, row.succeeded_at or now, now)


def _book(tenant: Tenant, row: PaymentAttempt, real: Money, now: datetime) -> None:
    """The master's cost becomes what the provider has really kept."""
    booked = row.fee or Money.zero(row.currency)
    more = real - booked + queries.fee_back(row.id, row.currency)
    if not more:
        return
    lines = fees.corrected(tenant.root_id, more)
    posting = Posting(KIND, f"payment:{row.id}:fee", REF, str(row.id), lines, SYSTEM)
    ledger.post(tenant, posting, now=now)
