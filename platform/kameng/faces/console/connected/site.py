"""A site's own account at the provider: opened on the provider's pages by whoever is paid."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.withdrawals.connected import queries, rules, service
from kameng.domains.withdrawals.connected.errors import NoSuchConnection
from kameng.domains.withdrawals.connected.rules import ConnectionFacts
from kameng.faces.console.blueprint import pages
from kameng.faces.console.payees.pages import payee
from kameng.faces.console.withdrawals import stripewords as words
from kameng.faces.frame import addresses, guards, refusals, who
from kameng.kit import calls, clock
from kameng.kit.errors import Refusal


@pages.app_template_global()
def stripe_countries() -> list[tuple[str, str]]:
    """Where a payee of this site may have an account, by name; none while the master pays out by
    hand alone."""
    held = queries.provider(g.tenant)
    if held is None or not held.is_on:
        return []
    found = [(code, words.country(code)) for code in rules.reachable(held.country)]
    return sorted(found, key=lambda one: one[0] != held.country)


@pages.app_template_global()
def stripe_connections() -> dict[UUID, ConnectionFacts]:
    """The site's accounts at the provider, by the payout account they are."""
    return queries.of_owner(g.tenant)


@pages.app_template_global()
def stripe_standing(connection: ConnectionFacts) -> tuple[str, str]:
    """What an account there waits for, and its colour."""
    return words.standing(connection)


@pages.post("/s/<slug>/payee/stripe")
@guards.staff("payees.edit", again=payee)
def open_stripe() -> ResponseReturnValue:
    """Open the payee's account there, once, and lead to where its owner goes on."""
    country = request.form.get("country", "")[:2]
    made = calls.run(service.begin(g.tenant, country, actor=who.actor(), now=clock.now()))
    return _led(made.id)


@pages.post("/s/<slug>/payee/stripe/<uuid:connection_id>")
@guards.staff("payees.edit", again=payee)
def go_on_at_stripe(connection_id: UUID) -> ResponseReturnValue:
    """Lead there again: something is left to do."""
    return _led(connection_id)


@pages.post("/s/<slug>/payee/stripe/<uuid:connection_id>/look")
@guards.staff("payees.edit", again=payee)
def look_at_stripe(connection_id: UUID) -> ResponseReturnValue:
    """Ask how it stands now."""
    _say(calls.run(service.look(g.tenant, connection_id)))
    return redirect(url_for(".payee"), 303)


@pages.get("/s/<slug>/payee/stripe/<uuid:connection_id>/back")
@guards.staff("payees.edit")
def back_from_stripe(connection_id: UUID) -> ResponseReturnValue:
    """Its owner comes back, done or not: the provider says which."""
    _known(connection_id)
    try:
        _say(calls.run(service.look(g.tenant, connection_id)))
    except Refusal as silence:
        flash(refusals.text(silence), "error")
    return redirect(url_for(".payee"), 303)


@pages.get("/s/<slug>/payee/stripe/<uuid:connection_id>/again")
@guards.staff("payees.edit")
def again_to_stripe(connection_id: UUID) -> ResponseReturnValue:
    """The page there was used or is too old: lead to a new one."""
    _known(connection_id)
    try:
        return _led(connection_id)
    except Refusal as silence:
        flash(refusals.text(silence), "error")
        return redirect(url_for(".payee"), 303)


def _led(connection_id: UUID) -> ResponseReturnValue:
    back = addresses.console(url_for(".back_from_stripe", connection_id=connection_id))
    again = addresses.console(url_for(".again_to_stripe", connection_id=connection_id))
    return redirect(calls.run(service.leading(g.tenant, connection_id, back, again)), 303)


def _known(connection_id: UUID) -> None:
    if queries.one(g.tenant, connection_id) is None:
        raise NoSuchConnection


def _say(found: ConnectionFacts) -> None:
    label, colour = words.standing(found)
    flash(
        _("Your account at Stripe: %(state)s", state=label), "ok" if colour == "green" else "info"
    )
