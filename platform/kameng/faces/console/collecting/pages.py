"""Whose account a site's shoppers pay to: where it stands, its own keys, and the switch."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.payees import queries as payees
from kameng.domains.payments.own import queries
from kameng.domains.payments.own import service as own
from kameng.domains.payments.own.errors import MasterCollects
from kameng.domains.payments.own.rules import EVENTS
from kameng.domains.settlement import queries as settlement
from kameng.domains.wallet.alarm import queries as alarms
from kameng.domains.wallet.alarm import rules as alarm_rules
from kameng.domains.wallet.alarm import service as alarm_service
from kameng.faces.console.blueprint import pages
from kameng.faces.console.collecting import reach, words
from kameng.faces.console.collecting.forms import YES, KeysForm, StateForm
from kameng.faces.console.collecting.words import SELLER
from kameng.faces.frame import addresses, guards, who
from kameng.faces.frame.money import cash
from kameng.faces.frame.throttle import limiter
from kameng.kit import cache, calls, clock
from kameng.kit.money import Money


@pages.get("/s/<slug>/collecting")
@guards.staff("ledger.view")
def collecting() -> ResponseReturnValue:
    """What is there of what it needs, and what the balance still pays for."""
    if g.tenant.is_root:
        raise MasterCollects
    form = KeysForm()
    form.blame(g.get("refusal"))
    standing = queries.standing(g.tenant)
    return render_template(
        "console/collecting/page.html",
        standing=standing,
        covered=_covered(standing.debt),
        reach=reach.of(g.tenant),
        form=form,
        payee=payees.verified(g.tenant),
        hook=addresses.hooks(f"/stripe/site/{g.tenant.slug}"),
        events=EVENTS,
        words=words,
    )


@pages.post("/s/<slug>/collecting/keys")
@limiter.limit("30 per hour")
@guards.staff("channels.edit", again=collecting)
def store_own_keys() -> ResponseReturnValue:
    """Try the keys at the provider; they are stored only when it takes them."""
    form = KeysForm().checked()
    made = calls.run(own.connect(g.tenant, form.keys, actor=who.actor()))
    flash(_("Stripe accepts these keys (account %(account)s). Saved.", account=made.account), "ok")
    return redirect(url_for(".collecting"), 303)


@pages.post("/s/<slug>/collecting/state")
@guards.staff("channels.edit", again=collecting)
def switch_own_collecting() -> ResponseReturnValue:
    """Collect by the site's own account, or let the master collect again."""
    on = StateForm().checked().on.data == YES
    own.switch(g.tenant, on=on, actor=who.actor(), now=clock.now())
    cache.forget(g.tenant, SELLER)
    if on:
        _say_on()
        _warn_early()
    else:
        flash(_("Switched off. The next shopper pays to the master site."), "ok")
    return redirect(url_for(".collecting"), 303)


def _covered(debt: Money) -> Money:
    """What of a debt the next settlement takes from what was settled before."""
    if not debt:
        return debt
    free = settlement.pockets(g.tenant).available
    return min(max(free, Money.zero(free.currency)), debt)


def _say_on() -> None:
    if debt := queries.debt(g.tenant):
        told = {"debt": cash(debt)}
        flash(
            _("Switched on. You owe %(debt)s: the master collects until it is paid.", **told),
            "info",
        )
    else:
        flash(_("Switched on. The next shopper pays to your own account."), "ok")


def _warn_early() -> None:
    """Who never said from when on the balance is low is told early enough; he may change it."""
    if alarms.alarm(g.tenant) is not None:
        return
    cost = reach.of(g.tenant).cost or Money.zero(g.tenant.currency)
    below = alarm_rules.suggested(cost)
    alarm_service.set_alarm(g.tenant, below, actor=who.actor(), now=clock.now())
    flash(_("You are told when less than %(below)s is left.", below=cash(below)), "info")
