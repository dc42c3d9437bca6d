"""The addresses of a shop, in one place: themes get them as plain strings, and a page of 24
cards must not pay for 24 look-ups in the URL map. A test holds them against the real routes."""

from urllib.parse import urlencode

HOME = "/"
ALL_GOODS = "/c"
SEARCH = "/search"
ORDERS = "/orders"
ORDER_QUERY = "/orders/query"
ME = "/me"
MY_ORDERS = "/me/orders"
TOP_UP = "/me/top-up"
PROMOTION = "/me/promotion"
PROMOTION_PICTURE = "/me/promotion/code.svg"
PROMOTION_TO_BALANCE = "/me/promotion/balance"
PAYEE = "/me/promotion/payee"
WITHDRAWALS = "/me/promotion/withdrawals"
MAILS = "/me/promotion/mails"
SIGN_IN = "/sign-in"
SIGN_UP = "/sign-up"
SIGN_OUT = "/sign-out"
RESET = "/password/reset"
CHOOSE_ANEW = "/password"
NOTICES = "/notices"
HELP = "/help"
SITEMAP = "/sitemap.xml"
CART = "/cart"
CART_LINES = "/cart/lines"
CHECKOUT = "/checkout"


def product(product_id: object, sku_id: object | None = None) -> str:
    """The page of a product, with one of its SKUs chosen if given."""
    return f"/p/{product_id}" if sku_id is None else f"/p/{product_id}?sku={sku_id}"


def category(category_id: object) -> str:
    """The shelf of one category."""
    return f"/c/{category_id}"


def article(slug: str) -> str:
    """The page of one article."""
    return f"/articles/{slug}"


def own_page(slug: str) -> str:
    """A page the shop laid out itself."""
    return f"/pages/{slug}"


def sitemap(part: int) -> str:
    """One map of a large shop."""
    return f"/sitemap-{part}.xml"


def order(number: str) -> str:
    """The page of one order."""
    return f"/orders/{number}"


def order_just_paid(number: str) -> str:
    """Where a provider leads back to after a payment it calls successful."""
    return f"/orders/{number}?paid=1"


def order_status(number: str) -> str:
    """What the order page asks every second while something can still change."""
    return f"/orders/{number}/status"


def order_payment(number: str) -> str:
    """Where "pay" on an order is posted."""
    return f"/orders/{number}/payment"


def cashier(number: str) -> str:
    """The page where a way to pay is chosen."""
    return f"/cashier/{number}"


def cart_line(sku_id: object) -> str:
    """Where another quantity of a line of the cart is posted."""
    return f"{CART_LINES}/{sku_id}"


def cart_removal(sku_id: object) -> str:
    """Where taking it out is posted."""
    return f"{CART_LINES}/{sku_id}/removal"


def topup(topup_id: object) -> str:
    """The page of one top-up."""
    return f"/me/top-up/{topup_id}"


def topup_status(topup_id: object) -> str:
    """What that page asks while its payment is on its way."""
    return f"/me/top-up/{topup_id}/status"


def withdrawal(withdrawal_id: object) -> str:
    """The page of one withdrawal of a promoter."""
    return f"{WITHDRAWALS}/{withdrawal_id}"


def withdrawal_proof(withdrawal_id: object) -> str:
    """The picture that proves it was paid."""
    return f"{WITHDRAWALS}/{withdrawal_id}/proof"


def withdrawal_cancel(withdrawal_id: object) -> str:
    """Where taking it back is posted."""
    return f"{WITHDRAWALS}/{withdrawal_id}/cancellation"


def account_removal(account_id: object) -> str:
    """Where letting an account go is posted."""
    return f"{PAYEE}/accounts/{account_id}/removal"


def with_query(path: str, **params: object) -> str:
    """`path` with the given parameters, empty ones left out."""
    kept = {name: value for name, value in params.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path
