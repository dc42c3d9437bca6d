"""Becoming a member, coming back, and the member centre."""

from flask import Response, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.members.service import Consent
from kameng.domains.orders import queries as orders
from kameng.domains.promotion import queries as promotion
from kameng.domains.topups import queries as topups
from kameng.domains.topups.rules import Payer
from kameng.domains.wallet import queries as wallet
from kameng.faces.frame import addresses, guards, problems, throttle, who
from kameng.faces.frame.money import money
from kameng.faces.storefront import paths, previewing, refused
from kameng.faces.storefront.answer import arrangement, page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.cart import owner as carts
from kameng.faces.storefront.drops import forms
from kameng.faces.storefront.drops import orders as order_drops
from kameng.faces.storefront.members_forms import TERMS_VERSION, SignIn, SignUp
from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money

LATEST = 5
PER_PAGE = 20


@storefront.get("/sign-in")
@guards.public
def sign_in() -> Response:
    """Ask who it is."""
    return _form("sign_in", SignIn(data={"next": _next(request.args.get("next"))}), {})


@storefront.post("/sign-in")
@guards.public
@throttle.limiter.limit("20 per 10 minutes")
def sign_in_now() -> ResponseReturnValue:
    """Sign a member in, or say once for all wrong pairs that it did not fit."""
    form = SignIn(request.form)
    if not form.validate():
        return _form("sign_in", form, {}, status=422)
    try:
        member = members.sign_in(g.tenant, form.login.data, form.password.data, now=clock.now())
    except Refusal as refusal:
        return _refused("sign_in", form, refusal)
    who.sign_in_member(member)
    return carts.brought_along(redirect(_next(form.next.data), 303), g.tenant, member.id)


@storefront.get("/sign-up")
@guards.public
def sign_up() -> Response:
    """Offer an account."""
    return _form("sign_up", SignUp(data={"next": _next(request.args.get("next"))}), {})


@storefront.post("/sign-up")
@guards.public
@throttle.limiter.limit("20 per 10 minutes")
def sign_up_now() -> ResponseReturnValue:
    """Open the account and sign its owner in."""
    form = SignUp(request.form)
    if not form.validate():
        return _form("sign_up", form, {}, status=422)
    agreed = bool(form.consent.data)
    consent = Consent(terms_version=TERMS_VERSION if agreed else "", of_age=agreed)
    try:
        member = members.sign_up(
            g.tenant,
            contact=form.login.data,
            password=form.password.data,
            name=form.name.data or "",
            consent=consent,
            now=clock.now(),
        )
    except Refusal as refusal:
        return _refused("sign_up", form, refusal)
    who.sign_in_member(member)
    flash(_("Welcome! Your account is open."), "ok")
    return carts.brought_along(redirect(_next(form.next.data), 303), g.tenant, member.id)


@storefront.post("/sign-out")
@guards.public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    who.sign_out()
    return carts.uncounted(redirect(paths.HOME, 303))


@storefront.get("/me")
@guards.member
def me() -> Response:
    """The member centre: balance and latest orders."""
    member = who.member()
    assert member is not None, "guards.member lets nobody else in"
    latest = orders.of_member(g.tenant, member.id, page=1, size=LATEST)
    balance = money(wallet.balance(g.tenant, member.id))
    drops = {
        "account": {
            "name": member.name or member.contact,
            "contact": member.contact,
            "balance": balance,
            "can_top_up": topups.policy(g.tenant, Payer.MEMBER).is_open,
            "can_promote": promotion.is_open_to(g.tenant, member.id),
        },
        "orders": order_drops.rows(latest),
    }
    return private(page("member", drops, active="me"))


@storefront.get("/me/look")
@guards.public
def me_looked_at() -> Response:
    """The member centre as somebody finds it who has bought nothing yet: only for who looks at a
    design, since nobody's account may stand in a frame."""
    arrangement()
    if not previewing.is_on():
        raise NoSuchPage
    account = {
        "name": _("Member"),
        "contact": "",
        "balance": money(Money.zero()),
        "can_top_up": topups.policy(g.tenant, Payer.MEMBER).is_open,
        "can_promote": False,
    }
    return private(page("member", {"account": account, "orders": []}, active="me"))


@storefront.get("/me/orders")
@guards.member
def my_orders() -> Response:
    """All orders of the member, newest first."""
    member = who.member()
    assert member is not None, "guards.member lets nobody else in"
    at = max(1, min(request.args.get("page", 1, type=int), 1000))
    found = orders.of_member(g.tenant, member.id, page=at, size=PER_PAGE)
    drops = {"orders": order_drops.rows(found), "pages": _pages(at, len(found))}
    return private(page("member_orders", drops, active="me"))


def _pages(at: int, found: int) -> dict[str, object]:
    more = found == PER_PAGE
    back = paths.with_query(paths.MY_ORDERS, page=at - 1 if at > 2 else "")
    return {
        "prev": back if at > 1 else None,
        "next": paths.with_query(paths.MY_ORDERS, page=at + 1) if more else None,
        "page": at,
        "pages": at + 1 if more else at,
        "total": None,
    }


def _next(wish: str | None) -> str:
    """Where to go afterwards: a page of this host, never the sign-in pages again."""
    path = addresses.local_path(wish, paths.ME)
    return paths.ME if path.startswith((paths.SIGN_IN, paths.SIGN_UP)) else path


def _refused(template: str, form: SignIn | SignUp, refusal: Refusal) -> Response:
    refused.undo()
    return _form(template, form, refused.as_errors(refusal), status=problems.status_of(refusal))


def _form(
    template: str, form: SignIn | SignUp, errors: dict[str, str], *, status: int = 200
) -> Response:
    action = paths.SIGN_IN if template == "sign_in" else paths.SIGN_UP
    drops = {
        "form": forms.of(form, action=action, errors=errors),
        "next": form.next.data or paths.ME,
    }
    return private(page(template, drops, status=status, active="me"))
