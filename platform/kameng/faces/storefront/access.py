"""Who may see an order with its secrets: the member who owns it, the browser that placed it (or
has shown number and password before). A number, or a contact, alone opens nothing."""

from kameng.domains.orders import queries as orders
from kameng.domains.orders.errors import OrderNotFound
from kameng.domains.orders.facts import OrderView
from kameng.faces.frame import who
from kameng.faces.storefront import recent
from kameng.kit import ids
from tenants.tree import Tenant


def opened(tenant: Tenant, number: str) -> OrderView | None:
    """Order `number` if this visitor may see it, else None: a stranger learns nothing, not even
    whether the number exists."""
    number = ids.read_number(number)
    try:
        return _as_browser(tenant, number) or _as_member(tenant, number)
    except OrderNotFound:
        return None


def _as_browser(tenant: Tenant, number: str) -> OrderView | None:
    token = recent.token_for(tenant, number)
    if token is None:
        return None
    try:
        return orders.by_access(tenant, number, token)
    except OrderNotFound:
        return None


def _as_member(tenant: Tenant, number: str) -> OrderView | None:
    member = who.member()
    if member is None:
        return None
    found = orders.by_number(tenant, number)
    return found if found.order.member_id == member.id else None
