"""How far the balance of a site that collects by itself goes, and when its people must act."""

from dataclasses import dataclass
from datetime import timedelta

from flask import g

from kameng.domains.ledger import queries as balances
from kameng.domains.ledger.queries import Balance
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices import queries as notices
from kameng.domains.orders.reach import queries as reach
from kameng.domains.payments.own import queries as own
from kameng.domains.wallet.alarm import queries as alarms
from kameng.domains.wallet.alarm.rules import AlarmFacts, is_low
from kameng.domains.wallet.rules import deposit_account
from kameng.faces.console.blueprint import pages
from kameng.faces.frame import permissions
from kameng.kit import clock
from kameng.kit.money import Money
from tenants.tree import Tenant

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Reach:
    """What is left, what of it is set aside, from when on it is low, and what an order costs."""

    held: Balance
    alarm: AlarmFacts | None
    cost: Money | None
    refused: Money | None
    """What an order needed that was refused lately, if there is still less than that."""

    @property
    def left(self) -> Money:
        return self.held.available

    @property
    def aside(self) -> Money:
        return self.held.posted - self.held.available

    @property
    def orders(self) -> int | None:
        """How many usual orders are paid for by what is left."""
        return max(self.left.micro, 0) // self.cost.micro if self.cost else None

    @property
    def is_low(self) -> bool:
        return self.left.micro <= 0 or is_low(self.alarm, self.left) or self.refused is not None


def of(tenant: Tenant) -> Reach:
    """How far a sub-site's balance goes now."""
    held = balances.balance(deposit_account(tenant.id, tenant.currency))
    refused = _refused(tenant, held.available)
    return Reach(held, alarms.alarm(tenant), reach.usual_cost(tenant), refused)


def _refused(tenant: Tenant, left: Money) -> Money | None:
    since = clock.now() - LATELY
    told = notices.latest(tenant, Kind.SHOP_OUT_OF_FUNDS, since=since)
    if told is None:
        return None
    needed = Money(int(told["needed"]["money"]), tenant.currency)
    return needed if left < needed else None


@pages.app_template_global()
def collecting_alarm() -> Reach | None:
    """For the first page: what is left of the balance that pays for the shop's orders, if it is
    too little; nothing while the master collects."""
    if g.tenant.is_root or not permissions.may("ledger.view") or not own.collects(g.tenant):
        return None
    found = of(g.tenant)
    return found if found.is_low else None
