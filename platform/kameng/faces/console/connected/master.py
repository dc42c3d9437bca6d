"""The master's side: the switch, sending an approved withdrawal, asking again, accepting a name."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.payments import gateways
from kameng.domains.payments.errors import ChannelOff
from kameng.domains.withdrawals.connected import queries, rules, service
from kameng.domains.withdrawals.transfers import queries as transfers
from kameng.domains.withdrawals.transfers import service as sending
from kameng.domains.withdrawals.transfers.errors import NoSuchTransfer
from kameng.domains.withdrawals.transfers.rules import OPEN, TransferFacts, TransferState
from kameng.faces.console.blueprint import pages
from kameng.faces.console.withdrawals import stripewords as words
from kameng.faces.console.withdrawals.payouts import found_payout, payout
from kameng.faces.frame import guards, who
from kameng.kit import calls, clock
from tenants.context import use
from tenants.database import commit_bound


@pages.get("/s/<slug>/payouts/stripe")
@guards.staff("withdrawals.set")
def payout_provider() -> ResponseReturnValue:
    """Whether sites may be paid by the provider, from where, and in which money."""
    held = queries.provider(g.tenant)
    reach = [words.country(code) for code in rules.reachable(held.country)] if held else []
    return render_template(
        "console/connected/provider.html",
        held=held,
        reach=reach,
        has_key=_has_key(),
        words=words,
    )


@pages.post("/s/<slug>/payouts/stripe")
@guards.staff("withdrawals.set", again=payout_provider)
def set_payout_provider() -> ResponseReturnValue:
    """Switch it on, after asking the provider, or off."""
    if request.form.get("on") == "1":
        calls.run(service.switch_on(g.tenant, actor=who.actor()))
        flash(_("Switched on: sites can bind a Stripe account now."), "ok")
    else:
        service.switch_off(g.tenant, actor=who.actor(), now=clock.now())
        flash(_("Switched off. Transfers under way are finished."), "ok")
    return redirect(url_for(".payout_provider"), 303)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/transfer")
@guards.staff("withdrawals.pay", again=payout)
def send_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """Let the provider send it, once."""
    _row, site = found_payout(withdrawal_id)
    with use(site):
        call = sending.begin(site, withdrawal_id, actor=who.actor(), now=clock.now())
        made = calls.run(call)
        commit_bound()
    _say(made)
    return redirect(url_for(".payout", withdrawal_id=withdrawal_id), 303)


@pages.post("/s/<slug>/payouts/<uuid:withdrawal_id>/transfer/inquiry")
@guards.staff("withdrawals.pay", again=payout)
def ask_about_payout(withdrawal_id: UUID) -> ResponseReturnValue:
    """Ask the provider what became of it, now instead of in a minute."""
    row, site = found_payout(withdrawal_id)
    with use(site):
        known = [one for one in transfers.of_withdrawal(site, row.id) if one.state in OPEN]
    if not known:
        raise NoSuchTransfer
    answer = sending.asked(known[0], row.holder, service.way(), now=clock.now())
    with use(site):
        now = clock.now()
        made = sending.settled(site, known[0].id, answer, actor=who.actor(), now=now)
        commit_bound()
    _say(made)
    return redirect(url_for(".payout", withdrawal_id=withdrawal_id), 303)


def _say(made: TransferFacts) -> None:
    if made.state is TransferState.SENT:
        flash(_("Stripe has sent it. Booked as paid out; the site is told."), "ok")
    elif made.state is TransferState.FAILED:
        flash(_("Stripe refused: %(why)s Nothing was sent.", why=words.problem(made)), "error")
    else:
        flash(_("Stripe has not answered yet. It is asked again by itself."), "info")


def _has_key() -> bool:
    try:
        gateways.of("stripe")
    except ChannelOff:
        return False
    return True
