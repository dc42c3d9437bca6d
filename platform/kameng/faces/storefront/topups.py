"""A member tops up the balance: the form, the way to the payment page, and what came of it."""

from uuid import UUID

from flask import Response, flash, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.config import settings
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.topups import queries
from kameng.domains.topups import service as topups
from kameng.domains.topups.rules import Payer, TopUpState
from kameng.domains.topups.service import Wish
from kameng.domains.wallet import queries as wallet
from kameng.faces.frame import guards, i18n, problems, throttle, who
from kameng.faces.frame.money import money
from kameng.faces.storefront import paths, refused
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import topups as drops
from kameng.kit import calls, clock
from kameng.kit.errors import NotFound, Refusal
from kameng.kit.money import Money
from tenants import routing

LATEST = 10


@storefront.get("/me/top-up")
@guards.member
def top_up() -> Response:
    """How much to pay in: amounts to choose from, or another; and what was paid in before."""
    return _form({})


@storefront.post("/me/top-up")
@guards.member
@throttle.limiter.limit("20 per 10 minutes")
def top_up_now() -> ResponseReturnValue:
    """Lead to the payment page; nothing is on the balance before the money has arrived."""
    try:
        opened = calls.run(topups.start(g.tenant, _wish(), actor=who.actor(), now=clock.now()))
    except NotFound:
        raise
    except Refusal as refusal:
        refused.undo()
        return _form({"amount": refused.text(refusal)}, status=problems.status_of(refusal))
    if opened.url is None:
        flash(_("The payment page did not open. Nothing was charged; please try again."), "error")
    return redirect(opened.url or paths.TOP_UP, 303)


@storefront.get("/me/top-up/<uuid:topup_id>")
@guards.member
def one_top_up(topup_id: UUID) -> Response:
    """Where a top-up stands; the page follows it until it has ended."""
    found = queries.of_members_own(g.tenant, topup_id, _member().id)
    just_paid = bool(request.args.get("paid"))
    shown = {"topup": drops.one(found, just_paid=just_paid), "balance": _balance()}
    return private(page("member_topup", {**shown, "form": None}, active="me"))


@storefront.get("/me/top-up/<uuid:topup_id>/status")
@guards.member
def top_up_status(topup_id: UUID) -> Response:
    """Its state, for the page that waits on it."""
    state = queries.of_members_own(g.tenant, topup_id, _member().id).state
    return private(jsonify(state=state.value, final=state is not TopUpState.WAITING))


def _wish() -> Wish:
    return Wish(
        member_id=_member().id,
        amount=_amount(),
        title=_("Top-up of the balance at %(shop)s", shop=g.tenant.name),
        done=_here(paths.topup("{topup}") + "?paid=1"),
        back=_here(paths.TOP_UP),
        locale=i18n.locale(),
    )


def _amount() -> Money:
    """The amount typed, else the one chosen."""
    typed = request.form.get("amount", "").strip() or request.form.get("choice", "").strip()
    return Money.of(typed.replace(",", "").replace("，", "").lstrip("¥￥"), g.tenant.currency)


def _form(errors: dict[str, str], *, status: int = 200) -> Response:
    policy = queries.policy(g.tenant, Payer.MEMBER)
    latest = queries.of_member(g.tenant, _member().id, size=LATEST)
    typed = {name: request.form.get(name, "")[:40] for name in ("amount", "choice")}
    shown = {
        "balance": _balance(),
        "offer": drops.offer(policy, typed["choice"]),
        "form": {"action": paths.TOP_UP, "errors": errors, "values": typed},
        "topups": drops.rows(latest),
        "topup": None,
    }
    return private(page("member_topup", shown, status=status, active="me"))


def _balance() -> str:
    return money(wallet.balance(g.tenant, _member().id))


def _member() -> MemberFacts:
    member = who.member()
    assert member is not None, "guards.member lets nobody else in"
    return member


def _here(path: str) -> str:
    """An address on the very host the member is on: the session's cookie is of it."""
    return settings().address(routing.host_of_request(), path)
