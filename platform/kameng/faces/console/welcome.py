"""The first password of an owner for whom a site was opened: the mailed link leads here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from kameng.domains.accounts.errors import InvitationRefused
from kameng.domains.accounts.roles.rules import OWNERS
from kameng.domains.accounts.staff import invitations
from kameng.domains.accounts.staff import queries as accounts
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.frame import addresses, guards, who
from kameng.faces.frame.throttle import limiter
from kameng.kit import audit, clock
from kameng.kit.audit import Actor
from tenants import registry

SET = "staff.first_password"
LONGEST_TOKEN = 200


class WelcomeForm(Form):
    """A password nobody else has known, and the terms."""

    key = "welcome"
    token = HiddenField()
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=256)])
    consent = BooleanField(
        _l("I am 18 or older and accept the terms for agents"), [InputRequired()]
    )


@pages.get("/welcome")
@limiter.limit("60 per hour")
@guards.entry
def welcome() -> ResponseReturnValue:
    """Who is invited and to what; a link that is over says so."""
    token = request.values.get("token", "")[:LONGEST_TOKEN]
    person = invitations.guest(token, now=clock.now())
    if person is None:
        return render_template("console/welcome.html", person=None, form=None, sites=[]), 410
    grants = accounts.grants_of(person.id)
    held = registry.by_ids([grant.tenant_id for grant in grants])
    sites = list(held.values())
    return render_template(
        "console/welcome.html",
        person=person,
        sites=sites,
        hired=not any(grant.role in OWNERS for grant in grants),
        terms=addresses.site(sites[0], "/open/terms") if sites else "",
        form=WelcomeForm(token=token),
    )


@pages.post("/welcome")
@limiter.limit("30 per hour")
@guards.entry(again=welcome)
def set_first_password() -> ResponseReturnValue:
    """Set it and sign in; the link is used up."""
    form, now = WelcomeForm().checked(), clock.now()
    token = (form.token.data or "")[:LONGEST_TOKEN]
    if invitations.guest(token, now=now) is None:
        raise InvitationRefused
    person = invitations.accept(token, form.password.data, now=now)
    actor = Actor(kind="staff", id=str(person.id), name=person.name, ip=who.ip())
    for grant in accounts.grants_of(person.id):
        site = registry.by_ids([grant.tenant_id])[grant.tenant_id]
        audit.record(site, actor, SET, person.login)
    who.sign_in_staff(person)
    flash(_("Your password is set. Welcome."), "ok")
    return redirect(url_for(".sites_of_mine"), 303)
