"""Whether a site's balance is below what it set, and which sites must be told."""

from __future__ import annotations

from sqlalchemy import text

from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet.alarm import rules
from kameng.domains.wallet.alarm.models import BalanceAlarm
from kameng.domains.wallet.alarm.rules import AlarmFacts
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

_DUE = text("SELECT tenant_id FROM shared.balance_alarms_due(:most)")


def alarm(tenant: Tenant) -> AlarmFacts | None:
    """What the site set; None: nobody is told."""
    row = session.get(BalanceAlarm, tenant.id)
    return facts(row) if row else None


def low(tenant: Tenant) -> Money | None:
    """The balance, if it is below what the site set; a master site has none."""
    if tenant.is_root:
        return None
    balance = wallet.deposit_of(tenant)
    return balance if rules.is_low(alarm(tenant), balance) else None


def due(*, limit: int = 200) -> list[int]:
    """Sites to be told, or to forget having told. Inside `shared()`."""
    return list(session.scalars(_DUE, {"most": limit}))


def facts(row: BalanceAlarm) -> AlarmFacts:
    """The row as a value."""
    return AlarmFacts(row.below, row.told_at)
