"""Buying: the form becomes an order, and the shopper goes on to pay or straight to the secret."""

from uuid import UUID

from flask import Response, flash, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.catalog import queries as catalog
from kameng.domains.orders import service as orders
from kameng.domains.orders.rules import Basket, Item
from kameng.domains.orders.shopper import Shopper
from kameng.faces.frame import guards, i18n, problems, throttle, who
from kameng.faces.storefront import paths, payment, product, recent, referrals, refused, shortage
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.buying_form import PAY_WALLET, Buy, Wish, wish_of
from kameng.faces.storefront.drops import orders as order_drops
from kameng.kit import clock
from kameng.kit.errors import NotFound, Refusal


@storefront.post("/orders")
@guards.public
@throttle.limiter.limit("60 per 10 minutes")
def buy() -> ResponseReturnValue:
    """Place the order of a product page and pay it the way that was chosen."""
    form = Buy(request.form)
    if not form.validate():
        return _again(form, {}, 422)
    wish = wish_of(form, request.form)
    try:
        return _from_balance(wish) if wish.pay == PAY_WALLET else _to_payment(wish)
    except NotFound:
        raise
    except Refusal as refusal:
        refused.undo()
        shortage.told(refusal)
        return _again(form, refused.as_errors(refusal), problems.status_of(refusal))


def _to_payment(wish: Wish) -> ResponseReturnValue:
    placed = orders.place(
        g.tenant, shopper(wish.contact, wish.query_password), _basket(wish), now=clock.now()
    )
    return recent.with_order(payment.go(placed.number, "any"), g.tenant, placed.number)


def _from_balance(wish: Wish) -> ResponseReturnValue:
    """One request: paid, delivered, and the secret is on the page it leads to (or in the JSON)."""
    if who.member() is None:
        flash(_("Please sign in to pay from your balance. Nothing was charged."), "info")
        return redirect(paths.with_query(paths.SIGN_IN, next=_product_path(wish.sku_id)), 303)
    bought = orders.buy_from_balance(
        g.tenant, shopper(wish.contact, wish.query_password), _basket(wish), now=clock.now()
    )
    number = bought.order.number
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(order_drops.reply(bought))
    return recent.with_order(redirect(paths.order(number), 303), g.tenant, number)


def shopper(contact: str, query_password: str | None) -> Shopper:
    """Who orders, as far as this request tells."""
    member = who.member()
    return Shopper(
        actor=who.actor(),
        contact=contact or (member.contact if member else ""),
        member_id=member.id if member else None,
        query_password=query_password,
        locale=i18n.locale(),
        referral=referrals.of_this_browser(g.tenant),
    )


def _basket(wish: Wish) -> Basket:
    item = Item(sku_id=wish.sku_id, quantity=wish.quantity, shown_price=wish.shown_price)
    return Basket(items=(item,), adult_statement=wish.adult_statement)


def _again(form: Buy, errors: dict[str, str], status: int) -> Response:
    """The product page once more, everything typed still in it, today's price and stock shown."""
    sku_id = product.uuid_of(form.sku.data)
    product_id = _product_of(sku_id) if sku_id else None
    if product_id is None:
        raise NoSuchPage
    return product.drawn(product_id, sku_id, form, errors, status=status)


def _product_of(sku_id: UUID) -> UUID | None:
    facts = catalog.sku_facts(g.tenant, [sku_id]).get(sku_id)
    return facts.product_id if facts else None


def _product_path(sku_id: UUID) -> str:
    product_id = _product_of(sku_id)
    return paths.product(product_id, sku_id) if product_id else paths.HOME
