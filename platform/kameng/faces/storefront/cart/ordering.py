"""Checkout: the whole cart becomes one order at the prices the page showed."""

from collections.abc import Mapping

from flask import Response, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.orders.cart import queries, service
from kameng.domains.orders.cart.errors import CartMoved
from kameng.domains.orders.rules import Basket, Item
from kameng.faces.frame import guards, problems, throttle, who
from kameng.faces.storefront import checkout, paths, payment, recent, refused, shortage
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.buying_form import PAY_WALLET, Reach, money_of
from kameng.faces.storefront.cart import drops, owner, pages
from kameng.faces.storefront.drops import forms, paying
from kameng.faces.storefront.ids import uuid_of
from kameng.kit import clock
from kameng.kit.errors import NotFound, Refusal


@storefront.get("/checkout")
@guards.public
def checkout_page() -> ResponseReturnValue:
    """What is to be bought, and the little we need to know for it."""
    member = who.member()
    return _drawn(Reach(data={"contact": member.contact if member else ""}), {}, {})


@storefront.post("/checkout")
@guards.public
@throttle.limiter.limit("60 per 10 minutes")
def buy_cart() -> ResponseReturnValue:
    """Place the order of the cart's page and pay it the way that was chosen."""
    form = Reach(request.form)
    try:
        items = _items()
        if not form.validate():
            return _drawn(form, {}, _shown(items), status=422)
        return _bought(form, Basket(items, adult_statement=bool(form.adult.data)))
    except NotFound:
        raise
    except Refusal as refusal:
        refused.undo()
        shortage.told(refusal)
        return _again(form, refusal)


def _bought(form: Reach, basket: Basket) -> ResponseReturnValue:
    mine = owner.present(g.tenant)
    if mine is None:
        raise CartMoved()
    contact = (form.contact.data or "").strip()
    shopper = checkout.shopper(contact, (form.query_password.data or "").strip() or None)
    if form.pay.data != PAY_WALLET:
        number = service.place(g.tenant, mine, shopper, basket, now=clock.now()).number
        return _done(payment.go(number, "any"), mine, number)
    if shopper.member_id is None:
        flash(_("Please sign in to pay from your balance. Nothing was charged."), "info")
        return redirect(paths.with_query(paths.SIGN_IN, next=paths.CHECKOUT), 303)
    bought = service.buy_from_balance(g.tenant, mine, shopper, basket, now=clock.now())
    number = bought.order.number
    return _done(redirect(paths.order(number), 303), mine, number)


def _done(answer: ResponseReturnValue, mine: str, number: str) -> Response:
    left = queries.count(g.tenant, mine)
    return owner.counted(recent.with_order(answer, g.tenant, number), left)


def _items() -> tuple[Item, ...]:
    """The lines as the form showed them. Refuses CartMoved when they are no lines."""
    return tuple(_item(text) for text in request.form.getlist("line"))


def _item(text: str) -> Item:
    sku_id, quantity = uuid_of(text), request.form.get(f"quantity.{text}", type=int)
    if sku_id is None or quantity is None:
        raise CartMoved()
    return Item(sku_id, quantity, money_of(request.form.get(f"price.{text}")))


def _shown(items: tuple[Item, ...]) -> drops.Shown:
    return {item.sku_id: item.shown_price for item in items}


def _again(form: Reach, refusal: Refusal) -> ResponseReturnValue:
    """The page once more, today's prices beside the ones it showed; a cart that went meanwhile has
    no page to come back to."""
    errors, status = refused.as_errors(refusal), problems.status_of(refusal)
    wrong = {"form" if field == "quantity" else field: text for field, text in errors.items()}
    form.validate()
    shown = {
        sku_id: money_of(request.form.get(f"price.{text}"))
        for text in request.form.getlist("line")
        if (sku_id := uuid_of(text))
    }
    return _drawn(form, wrong, shown, status=status)


def _drawn(
    form: Reach, errors: Mapping[str, str], shown: drops.Shown, *, status: int = 200
) -> ResponseReturnValue:
    found = pages.today()
    if found is None or not found.lines:
        for text in errors.values():
            flash(text, "warn")
        return redirect(paths.CART, 303)
    told = {
        "cart": drops.cart(found, shown=shown),
        "form": forms.of(form, action=paths.CHECKOUT, errors=errors),
        **paying.methods(g.tenant, who.member(), chosen=form.pay.data, total=found.total),
    }
    return private(page("checkout", told, status=status, active="cart"))
