"""What a cart refuses, by name; nothing was put in or taken out."""

from kameng.kit.errors import Conflict, Refusal


class CartFull(Refusal):
    """A cart holds only so many kinds of goods. Facts: most."""

    code = "cart_full"


class CartMoved(Conflict):
    """The cart is no longer what the form showed: changed elsewhere, or ordered already."""

    code = "cart_moved"


class BoughtAlone(Refusal):
    """These goods need words of the shopper (an account, a number) and are bought one at a time."""

    code = "bought_alone"


class NotInCart(Refusal):
    """It is not in the cart any more."""

    code = "not_in_cart"
