"""A promoter's withdrawals: asking for one, what became of each, and taking one back."""

import io
from uuid import UUID

from flask import Response, flash, g, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.notifications.members import service as mails
from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.promotion import queries as promotion
from kameng.domains.withdrawals import policy, queries, review, service
from kameng.domains.withdrawals.errors import NoSuchWithdrawal
from kameng.faces.frame import guards, problems, throttle
from kameng.faces.frame.money import money
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.payouts import drops, own
from kameng.kit import clock, ids, pictures
from kameng.kit.errors import Refusal

PER_PAGE = 20
FIELDS = {
    "bad_amount": "amount",
    "bad_withdrawal": "amount",
    "below_minimum": "amount",
    "fee_eats_all": "amount",
    "more_than_free": "amount",
    "daily_limit_reached": "amount",
    "no_such_payout_account": "account",
    "payout_account_not_verified": "account",
    "method_off": "account",
}


@storefront.get("/me/promotion/withdrawals")
@guards.member
def my_withdrawals() -> Response:
    """What can be withdrawn, the form, and every withdrawal so far."""
    return _list({})


@storefront.post("/me/promotion/withdrawals")
@guards.member
@throttle.limiter.limit("20 per 10 minutes")
def ask_withdrawal() -> ResponseReturnValue:
    """Ask for one, once per form however often it is sent."""
    owner, now = own.owner(), clock.now()
    try:
        made = service.ask(
            g.tenant,
            own.picked("account"),
            own.amount(),
            owner=owner,
            once=own.once(),
            actor=own.actor(),
            now=now,
        )
    except Refusal as refusal:
        status = 422 if refusal.code in FIELDS else problems.status_of(refusal)
        return _list(own.errors(refusal, FIELDS), status=status)
    mails.speak(g.tenant, UUID(owner.id), locale=own.locale(), now=now)
    flash(_("%(amount)s are set aside and wait for review.", amount=f"¥{money(made.amount)}"), "ok")
    return redirect(paths.withdrawal(made.id), 303)


@storefront.get("/me/promotion/withdrawals/<uuid:payout_id>")
@guards.member
def my_withdrawal(payout_id: UUID) -> Response:
    """Where one stands and what happened to it."""
    return _one(_mine(payout_id))


@storefront.get("/me/promotion/withdrawals/<uuid:payout_id>/proof")
@guards.member
def my_withdrawal_proof(payout_id: UUID) -> Response:
    """The picture that was added as proof."""
    drawn = review.proof_picture(g.tenant, _mine(payout_id).id)
    if not drawn:
        raise NoSuchWithdrawal
    return private(send_file(io.BytesIO(drawn), pictures.TYPE))


@storefront.post("/me/promotion/withdrawals/<uuid:payout_id>/cancellation")
@guards.member
@throttle.limiter.limit("20 per 10 minutes")
def cancel_my_withdrawal(payout_id: UUID) -> ResponseReturnValue:
    """Take it back while nobody has approved it."""
    row = _mine(payout_id)
    try:
        service.cancel(g.tenant, row.id, owner=row.owner, actor=own.actor(), now=clock.now())
    except Refusal as refusal:
        said = own.errors(refusal, {})["form"]
        return _one(_mine(payout_id), said, status=problems.status_of(refusal))
    flash(_("Taken back: the money is available to you again."), "ok")
    return redirect(paths.withdrawal(row.id), 303)


def _list(errors: dict[str, str], *, status: int = 200) -> Response:
    owner, member_id = own.owner(), own.promoter().member_id
    at = max(1, min(request.args.get("page", 1, type=int), 1000))
    found = queries.of_owner(g.tenant, owner, page=at, size=PER_PAGE)
    purse = promotion.purse(g.tenant, member_id)
    shown = {
        "sums": drops.sums(purse, queries.set_aside(g.tenant, owner)),
        "offer": drops.offer(
            policy.of(g.tenant), accounts.usable(g.tenant, owner), own.typed("account")
        ),
        "payee": drops.payee(payees.of(g.tenant, owner)),
        "bound": len(accounts.accounts(g.tenant, owner)),
        "rows": drops.rows(found.rows),
        "pages": drops.pages(at, at * PER_PAGE < found.total),
        "withdrawal": None,
        "form": {
            "errors": errors,
            "values": {"amount": own.typed("amount")},
            "once": ids.token(12),
        },
    }
    return private(page("member_withdrawals", shown, status=status, active="me"))


def _one(row: queries.WithdrawalFacts, error: str = "", *, status: int = 200) -> Response:
    form = {"errors": {"form": error} if error else {}, "values": {}}
    shown = {"withdrawal": drops.one(row), "form": form}
    return private(page("member_withdrawals", shown, status=status, active="me"))


def _mine(payout_id: UUID) -> queries.WithdrawalFacts:
    """A withdrawal of the member's own at this shop; anybody else's does not exist."""
    row = queries.one(g.tenant, payout_id)
    if row is None or row.tenant_id != g.tenant.id or row.owner != own.owner():
        raise NoSuchWithdrawal
    return row
