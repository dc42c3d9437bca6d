"""The cart: putting goods in from their page, looking, changing, taking out and back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.catalog import queries as catalog
from kameng.domains.orders.cart import queries, service
from kameng.domains.orders.cart.rules import Cart
from kameng.faces.frame import guards, problems, throttle, who
from kameng.faces.storefront import paths, product, refused
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.buying_form import MOST_PIECES, Buy, Pick
from kameng.faces.storefront.cart import drops, owner
from kameng.faces.storefront.drops.shop import IN_CART
from kameng.faces.storefront.ids import uuid_of
from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money

TYPED = throttle.limiter.shared_limit("240 per 10 minutes", scope="cart")


@storefront.get("/cart")
@guards.public
def cart() -> Response:
    """What lies in the cart, at today's prices."""
    return drawn({})


@storefront.post("/cart/lines")
@guards.public
@TYPED
def put_in_cart() -> ResponseReturnValue:
    """Put goods in, from their page (or back in, from the cart)."""
    form = Pick(request.form)
    if not form.validate():
        return _refused(form, {name: str(found[0]) for name, found in form.errors.items()}, 422)
    mine = owner.present(g.tenant) or owner.new(g.tenant)
    try:
        goods = _put(mine, UUID(form.sku.data), int(form.quantity.data))
    except Refusal as refusal:
        refused.undo()
        return _refused(form, refused.as_errors(refusal), problems.status_of(refusal))
    said = _("It is in your cart.")
    if _wants_json():
        return owner.kept(jsonify(text=said, goods=goods), g.tenant, mine, goods)
    if request.form.get("back") == "cart":
        return owner.kept(redirect(paths.CART, 303), g.tenant, mine, goods)
    flash(said, IN_CART)
    return owner.kept(redirect(_page_of(UUID(form.sku.data)), 303), g.tenant, mine, goods)


@storefront.post("/cart/lines/<uuid:sku_id>")
@guards.public
@TYPED
def change_in_cart(sku_id: UUID) -> ResponseReturnValue:
    """Let it be more or fewer."""
    mine, wanted = owner.present(g.tenant), request.form.get("quantity", type=int)
    if mine is None or wanted is None or not 0 < wanted <= MOST_PIECES:
        return drawn({sku_id: _("Please give a whole number from 1 on.")}, status=422)
    try:
        service.change(g.tenant, mine, sku_id, wanted)
    except Refusal as refusal:
        refused.undo()
        return drawn({sku_id: refused.text(refusal)}, status=problems.status_of(refusal))
    return redirect(paths.CART, 303)


@storefront.post("/cart/lines/<uuid:sku_id>/removal")
@guards.public
@TYPED
def take_out_of_cart(sku_id: UUID) -> ResponseReturnValue:
    """Take it out; the page that follows offers it back."""
    mine = owner.present(g.tenant)
    pieces = service.remove(g.tenant, mine, sku_id) if mine else 0
    gone = {"removed": sku_id, "n": pieces} if pieces else {}
    return redirect(paths.with_query(paths.CART, **gone), 303)


def today() -> Cart | None:
    """This request's cart, or None where nobody has put anything in."""
    mine, member = owner.present(g.tenant), who.member()
    if mine is None:
        return None
    member_id = member.id if member else None
    return queries.today(g.tenant, mine, member_id=member_id, now=clock.now())


def drawn(errors: Mapping[UUID, str], *, status: int = 200) -> Response:
    """The cart's page; `errors` by line."""
    found = today() or Cart((), (), Money.zero(g.tenant.currency))
    told = {"cart": drops.cart(found, errors=errors), "removed": _removed()}
    lost = [text for sku_id, text in errors.items() if not _holds(found, sku_id)]
    answer = page("cart", {**told, "error": lost[0] if lost else ""}, status=status, active="cart")
    return private(owner.counted(answer, len(found.lines) + len(found.gone)))


def _holds(found: Cart, sku_id: UUID) -> bool:
    return any(line.sku.sku_id == sku_id for line in found.lines)


def _put(mine: str, sku_id: UUID, quantity: int) -> int:
    member = who.member()
    member_id = member.id if member else None
    return service.add(g.tenant, mine, sku_id, quantity, member_id=member_id, now=clock.now())


def _removed() -> dict[str, Any] | None:
    """What the address says was just taken out, if it may go back in."""
    sku_id, pieces = uuid_of(request.args.get("removed")), request.args.get("n", 0, type=int)
    if sku_id is None or not 0 < pieces <= MOST_PIECES:
        return None
    sku = catalog.sku_facts(g.tenant, [sku_id]).get(sku_id)
    return drops.removed(sku, pieces) if sku and sku.is_sellable else None


def _refused(form: Pick, errors: dict[str, str], status: int) -> ResponseReturnValue:
    """The product's page once more with what was wrong; a script gets the sentence alone."""
    if _wants_json():
        return jsonify(text=next(iter(errors.values()))), status
    sku_id = uuid_of(form.sku.data)
    sku = catalog.sku_facts(g.tenant, [sku_id]).get(sku_id) if sku_id else None
    if sku is None:
        raise NoSuchPage
    return product.drawn(sku.product_id, sku_id, Buy(request.form), errors, status=status)


def _page_of(sku_id: UUID) -> str:
    return paths.product(catalog.sku_facts(g.tenant, [sku_id])[sku_id].product_id, sku_id)


def _wants_json() -> bool:
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return wanted == "application/json"
