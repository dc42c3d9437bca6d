"""Everything that is proved, domain by domain: one more line here is one more proof."""

from __future__ import annotations

from kameng.domains.billing import proofs as billing
from kameng.domains.ledger.proofs import queries as ledger
from kameng.domains.ledger.proofs.rules import Check
from kameng.domains.orders import proofs as orders
from kameng.domains.payments.disputes import proofs as disputes
from kameng.domains.payments.kept import proofs as kept
from kameng.domains.promotion import proofs as promotion
from kameng.domains.settlement import proofs as settlement
from kameng.domains.topups import proofs as topups
from kameng.domains.withdrawals import proofs as withdrawals

CHECKS: tuple[Check, ...] = (
    *ledger.CHECKS,
    *orders.CHECKS,
    *disputes.CHECKS,
    *kept.CHECKS,
    *settlement.CHECKS,
    *topups.CHECKS,
    *withdrawals.CHECKS,
    *billing.CHECKS,
    *promotion.CHECKS,
)
