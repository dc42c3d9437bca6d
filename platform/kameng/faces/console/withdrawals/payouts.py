"""The master's side: withdrawals of all sites, reviewed, paid by one person, with proof."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.withdrawals import policy, queries, review, rules
from kameng.domains.withdrawals.errors import NoSuchWithdrawal
from kameng.domains.withdrawals.payouts import Proof
from kameng.domains.withdrawals.rules import OPEN, State, by_provider
from kameng.domains.withdrawals.transfers import queries as transfers
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.sitesearch import names_of, site_below
from kameng.faces.console.withdrawals import stripewords as stripe_words
from kameng.faces.console.withdrawals import words
from kameng.faces.console.withdrawals.pages import picture
from kameng.faces.frame import guards, permissions, who
from kameng.kit import clock
from tenants.context import use
from tenants.database import commit_bound
from tenants.tree import Tenant

SIZE = 30


class ReasonForm(Form):
    """Why not."""

    key = "reason"
    reason = StringField(_l("Reason"), [InputRequired(), Length(max=rules.LONGEST_TEXT)])


class ProofForm(Form):
    """That the money has left."""

    key = "proof"
    proof = StringField(_l("Number of the transfer"), [Length(max=rules.LONGEST_TEXT)])
    picture = FileField(_l("or a picture of it"))


@pages.get("/s/<slug>/payouts")
@guards.staff("withdrawals.review")
def payouts() -> ResponseReturnValue:
    """What waits first, the oldest at the top; what is over under its state."""
    state = lists.one_of("state", *[one.value for one in State])
    with use(g.tenant):
        found = queries.of_alliance(
            g.tenant, (State(state),) if state else OPEN, page=lists.page(), size=SIZE
        )
        counts = queries.counts(g.tenant)
    return render_template(
        "console/withdrawals/payouts.html",
        rows=found.rows,
        place=lists.place(found.total, SIZE),
        counts=counts,
        open_now=sum(counts[one][0] for one in OPEN if one in counts),
        sites=names_of(g.tenant, {row.tenant_id for row in found.rows}),
        states=State,
        state=State(state) if state else None,
        today=rules.day_of(clock.now()),
        words=words,
    )


@pages.get("/s/<slug>/payouts/<uuid:withdrawal_id>")
@guards.staff("withdrawals.review")
def payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """One withdrawal with what its owner has; whoever pays it now sees the whole account."""
    row, site = found_payout(withdrawal_id)
    sent_for_us = by_provider(row.method)
    mine = not sent_for_us and row.state is State.PAYING and row.payer == f"staff:{g.staff.id}"
    with use(site):
        purse = queries.purse(site, row.owner)
        whole = review.account(site, row.id, actor=who.actor()) if mine else None
        tried = transfers.of_withdrawal(site, row.id) if sent_for_us else []
        commit_bound()
    with use(g.tenant):
        held = policy.of(g.tenant)
    return render_template(
        "console/withdrawals/payout.html",
        row=row,
        site=site,
        purse=purse,
        whole=whole,
        policy=held,
        mine=mine,
        sent_for_us=sent_for_us,
        tried=tried,
        stripe_words=stripe_words,
        may_pay=permissions.may("withdrawals.pay"),
        reason=ReasonForm(),
        proof=ProofForm(),
        today=rules.day_of(clock.now()),
        words=words,
    )


@pages.get("/s/<slug>/payouts/<uuid:withdrawal_id>/proof")
@guards.staff("withdrawals.review")
def payout_proof(withdrawal_id: UUID) -> ResponseReturnValue:
    """The picture that was added as proof."""
    row, site = found_payout(withdrawal_id)
    with use(site):
        return picture(review.proof_picture(site, row.id))


@pages.get("/s/<slug>/payouts/<uuid:withdrawal_id>/code")
@guards.staff("withdrawals.pay")
def payout_code(withdrawal_id: UUID) -> ResponseReturnValue:
    """The payment code picture of the account, for the one who pays now."""
    row, site = found_payout(withdrawal_id)
    with use(site):
        return picture(review.account(site, row.id, actor=who.actor()).picture)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/approval")
@guards.staff("withdrawals.review", again=payout)
def approve_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """Let it be paid."""
    _do(withdrawal_id, lambda site: review.approve(site, withdrawal_id, **_by()))
    flash(_("Approved. It waits to be paid."), "ok")
    return _back(withdrawal_id)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/rejection")
@guards.staff("withdrawals.review", again=payout)
def reject_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """Give the money back to the site, and say why."""
    said = ReasonForm().checked().reason.data
    _do(withdrawal_id, lambda site: review.reject(site, withdrawal_id, said, **_by()))
    flash(_("Rejected: the money is available to whoever asked again, who is told why."), "ok")
    return _back(withdrawal_id)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/paying")
@guards.staff("withdrawals.pay", again=payout)
def start_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """Take it to pay it now; nobody else can meanwhile."""
    _do(withdrawal_id, lambda site: review.start(site, withdrawal_id, **_by()))
    return _back(withdrawal_id)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/release")
@guards.staff("withdrawals.pay", again=payout)
def release_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """Nothing was sent: somebody else may pay it."""
    _do(withdrawal_id, lambda site: review.release(site, withdrawal_id, **_by()))
    flash(_("It waits to be paid again."), "ok")
    return _back(withdrawal_id)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/proof")
@guards.staff("withdrawals.pay", again=payout)
def confirm_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """The money has left: book it, once."""
    form = ProofForm().checked()
    drawn = form.picture.data.read() if form.picture.data else b""
    told = Proof(form.proof.data or "", drawn)
    _do(withdrawal_id, lambda site: review.confirm(site, withdrawal_id, told, **_by()))
    flash(_("Booked as paid out. Whoever asked is told."), "ok")
    return _back(withdrawal_id)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/return")
@guards.staff("withdrawals.pay", again=payout)
def return_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """The bank sent the money back."""
    said = ReasonForm().checked().reason.data
    _do(withdrawal_id, lambda site: review.returned(site, withdrawal_id, said, **_by()))
    flash(_("The money that came back is available to whoever asked again, with the fee."), "ok")
    return _back(withdrawal_id)


def _by() -> dict[str, Any]:
    return {"actor": who.actor(), "now": clock.now()}


def _do(withdrawal_id: UUID, act: Callable[[Tenant], object]) -> None:
    _row, site = found_payout(withdrawal_id)
    with use(site):
        act(site)
        commit_bound()


def found_payout(withdrawal_id: UUID) -> tuple[queries.WithdrawalFacts, Tenant]:
    """The withdrawal and the site whose money it is, each in a transaction closed again."""
    with use(g.tenant):
        row = queries.one(g.tenant, withdrawal_id)
    if row is None:
        raise NoSuchWithdrawal
    site = g.tenant if row.tenant_id == g.tenant.id else site_below(g.tenant, row.tenant_id)
    return row, site


def _back(withdrawal_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".payout", withdrawal_id=withdrawal_id), 303)
