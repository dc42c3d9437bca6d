"""What refusals about a basket or a cart say to a shopper; refusals.py holds the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

BASKET: dict[str, Any] = {
    "basket_empty": _("There is nothing to buy."),
    "not_for_sale": _("This is not for sale here now. Nothing was charged."),
    "quantity_out_of_range": _("Between %(minimum)s and %(maximum)s pieces per order, please."),
    "site_moved": _(
        "This shop was rearranged at this very moment. Nothing was charged; please order once more."
    ),
    "price_changed": _(
        "The price changed from %(shown)s to %(price)s. Nothing was charged; look again and decide."
    ),
    "nothing_to_pay": _("This order has no price. Nothing was charged."),
    "cart_full": _("A cart holds %(most)s kinds of goods. Order some of them first."),
    "cart_moved": _(
        "Your cart has changed since this page was drawn. Nothing was charged; look again."
    ),
    "bought_alone": _(
        "These goods need your account or number and are bought on their own page. Nothing was"
        " put in the cart."
    ),
    "not_in_cart": _("This is not in your cart any more."),
}
