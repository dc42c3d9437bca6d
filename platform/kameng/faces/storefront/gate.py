"""A suspended or closed shop: what it owes stays reachable, everything else is a notice."""

from flask import Response, g, request

from kameng.domains.orders.rules import OrderFacts
from kameng.faces.storefront.answer import page
from kameng.faces.storefront.blueprint import storefront

SHUT = frozenset({"suspended", "closed"})
OWED = frozenset(
    {
        f"storefront.{name}"
        for name in (
            *("order", "order_status", "order_query", "query"),
            *("asset", "tokens", "icon", "manifest", "robots"),
        )
    }
)


@storefront.before_request
def only_what_is_owed() -> Response | None:
    """Answer with the notice page unless the visitor asks for something already paid."""
    if g.tenant.state not in SHUT or request.endpoint in OWED:
        return None
    return notice()


def shuts(order: OrderFacts) -> bool:
    """A shut shop takes no more money: an order nobody has paid is not served any more."""
    return g.tenant.state in SHUT and order.paid_at is None


def notice() -> Response:
    """The page that says the shop is shut and how to reach a paid order."""
    status = 410 if g.tenant.state == "closed" else 503
    return page("suspended", status=status, active="")
