"""The promotion page of a member: the link, what it earned, and turning that into balance."""

import io

import segno
from flask import Response, flash, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.config import settings
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.payees.rules import Owner
from kameng.domains.promotion import queries
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.errors import NoSuchPromoter
from kameng.domains.promotion.rules import PromoterFacts
from kameng.domains.withdrawals import service as withdrawals
from kameng.faces.frame import guards, problems, throttle, who
from kameng.faces.frame.money import money
from kameng.faces.storefront import paths, referrals, refused
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import promotion as drops
from kameng.kit import clock, ids
from kameng.kit.errors import NotFound, Refusal
from kameng.kit.money import Money
from tenants import routing

PER_PAGE = 20


@storefront.get("/me/promotion")
@guards.member
def my_promotion() -> Response:
    """How promoting works here; for a promoter his link and what it earned."""
    return _form({})


@storefront.post("/me/promotion")
@guards.member
@throttle.limiter.limit("10 per 10 minutes")
def join_promotion() -> ResponseReturnValue:
    """Become a promoter."""
    agreed, by = bool(request.form.get("agree")), referrals.of_this_browser(g.tenant)
    try:
        made = promotion.join(g.tenant, _member().id, agreed=agreed, referral=by, now=clock.now())
    except Refusal as refusal:
        refused.undo()
        at = "agree" if refusal.code == "promotion_terms_missing" else "form"
        return _form({at: refused.text(refusal)}, status=problems.status_of(refusal))
    flash(_("Your link is ready."), "ok")
    answer = make_response(redirect(paths.PROMOTION, 303))
    return referrals.with_own(answer, g.tenant, made.code)


@storefront.post("/me/promotion/balance")
@guards.member
@throttle.limiter.limit("20 per 10 minutes")
def commission_to_balance() -> ResponseReturnValue:
    """Turn commission that is due into balance, once per form however often it is sent."""
    member = _member()
    try:
        amount = Money.of(_typed().replace(",", "").lstrip("¥￥"), g.tenant.currency)
        withdrawals.turn(
            g.tenant,
            amount,
            owner=Owner("member", str(member.id)),
            once=request.form.get("once", "")[:40],
            actor=who.actor(),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        refused.undo()
        return _form({"amount": refused.text(refusal)}, status=problems.status_of(refusal))
    flash(_("%(amount)s was put on your balance.", amount=f"¥{money(amount)}"), "ok")
    return redirect(paths.PROMOTION, 303)


@storefront.get("/me/promotion/code.svg")
@guards.member
def promotion_picture() -> Response:
    """The link as a QR code."""
    found = queries.promoter(g.tenant, _member().id)
    if found is None:
        raise NoSuchPromoter
    out = io.BytesIO()
    segno.make(_link(found), error="m").save(
        out, kind="svg", border=2, scale=4, svgclass=None, lineclass=None
    )
    response = make_response(out.getvalue())
    response.headers["Content-Type"] = "image/svg+xml"
    return private(response)


def _form(errors: dict[str, str], *, status: int = 200) -> Response:
    member = _member()
    found, offer = queries.promoter(g.tenant, member.id), queries.settings(g.tenant)
    levels = queries.paid_levels(g.tenant)
    at = max(1, min(request.args.get("page", 1, type=int), 1000))
    shown = drops.offer(offer, found, levels) | {"promoter": None, "pages": None}
    if found:
        lines = queries.lines(g.tenant, member.id, page=at, size=PER_PAGE)
        brought = queries.brought(g.tenant, member.id)
        purse = queries.purse(g.tenant, member.id)
        shown["promoter"] = drops.promoter(found, purse, brought, _link(found))
        shown["lines"] = drops.rows(lines.rows)
        shown["pages"] = drops.pages(at, at * PER_PAGE < lines.total)
    form = {"errors": errors, "values": {"amount": _typed()}, "once": ids.token(12)}
    answer = private(page("member_promotion", shown | {"form": form}, status=status, active="me"))
    return referrals.with_own(answer, g.tenant, found.code) if found else answer


def _typed() -> str:
    return request.form.get("amount", "")[:40].strip()


def _link(found: PromoterFacts) -> str:
    path = paths.with_query(paths.HOME, **{referrals.ASKED: found.code})
    return settings().address(routing.host_of_request(), path)


def _member() -> MemberFacts:
    member = who.member()
    assert member is not None, "guards.member lets nobody else in"
    return member
