"""What happens when its time has come: the clock's kinds, each with its verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.design import service as design
from kameng.domains.design.skins import service as skins
from kameng.domains.notifications import service as notifications
from kameng.domains.orders import service as orders
from kameng.domains.orders.cart import service as carts
from kameng.domains.pricing.news import service as news
from kameng.domains.pricing.whatif import service as what_ifs
from kameng.domains.promotion import service as promotion
from kameng.domains.settlement import service as settlement
from kameng.domains.topups import service as topups
from kameng.kit.calls import Call
from kameng.reactions import skin_turned, versions_aged
from tenants.tree import Tenant

Timed = Callable[[Tenant, str, datetime], Call[Any, Any] | None]


def expire_order(tenant: Tenant, key: str, now: datetime) -> Call[Any, Any] | None:
    """The time to pay an order is over."""
    return orders.expire(tenant, UUID(key), now=now)


def look_at_what_if(tenant: Tenant, key: str, now: datetime) -> None:
    """Whether somebody still works at a what-if."""
    what_ifs.look(tenant, UUID(key), now=now)


def tell_news(tenant: Tenant, key: str, now: datetime) -> None:
    """The hour in which prices moved above is over: a worker finds out what that did here."""
    news.work_out(tenant, key)


def mail_notices(tenant: Tenant, key: str, now: datetime) -> None:
    """Notices wait to be mailed to somebody: a worker writes the letter."""
    notifications.mail_notices(tenant, key)


def look_at_topup(tenant: Tenant, key: str, now: datetime) -> None:
    """The page of a top-up is long closed, and nobody reported on it."""
    topups.look(tenant, UUID(key), now=now)


def give_commission(tenant: Tenant, key: str, now: datetime) -> None:
    """Commission of an order has waited long enough."""
    promotion.release(tenant, UUID(key), now=now)


def settle(tenant: Tenant, key: str, now: datetime) -> None:
    """What the site has earned is due, as far as its run says."""
    settlement.settle(tenant, key, now=now)


def prune_carts(tenant: Tenant, key: str, now: datetime) -> None:
    """Something has lain in a cart for too long."""
    carts.prune(tenant, now=now)


def turn_skins(tenant: Tenant, key: str, now: datetime) -> None:
    """A look begins or ends that was to show for a while."""
    skin_turned.look(tenant, now)


def prune_versions(tenant: Tenant, key: str, now: datetime) -> None:
    """A site's look was changed a day ago: old versions of it may go."""
    versions_aged.prune(tenant, now)


KINDS: dict[str, Timed] = {
    "order.expire": expire_order,
    carts.PRUNE: prune_carts,
    what_ifs.LOOK: look_at_what_if,
    news.DUE: tell_news,
    settlement.DUE: settle,
    promotion.DUE: give_commission,
    topups.LOOK: look_at_topup,
    skins.DUE: turn_skins,
    design.PRUNE: prune_versions,
    notifications.NOTICE_DUE: mail_notices,
}

HELD_FIRST: dict[str, Callable[[Tenant], object]] = {
    skins.DUE: skins.hold,
    design.PRUNE: design.hold,
}
"""What is held before the time itself is struck off: people hold it as they set such a time, and
the other way round they and the clock wait for each other."""
