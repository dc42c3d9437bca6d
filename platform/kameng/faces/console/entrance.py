"""Coming in and going out: sign-in in two steps, the second factor, the choice of a site."""

from datetime import timedelta
from uuid import UUID

from flask import (
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from kameng.config import settings
from kameng.domains.accounts.errors import CodeNeeded
from kameng.domains.accounts.staff import queries as accounts
from kameng.domains.accounts.staff import rules
from kameng.domains.accounts.staff import service as staff
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.frame import addresses, cells, guards, qr, who
from kameng.faces.frame.throttle import limiter
from kameng.kit import clock
from tenants import registry

HALF_SIGNED = "half_signed"
HALF_LASTS = timedelta(minutes=10)


class SignInForm(Form):
    """Login and password."""

    login = StringField(_l("Account"), [InputRequired(), Length(max=64)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=256)])
    next = HiddenField()


class CodeForm(Form):
    """Six digits from the authenticator app."""

    code = StringField(_l("Six-digit code"), [InputRequired(), Length(min=6, max=10)])
    next = HiddenField()


@pages.get("/sign-in")
@guards.entry
def sign_in() -> ResponseReturnValue:
    """The sign-in page; someone already signed in goes on."""
    if who.staff():
        return redirect(url_for(".sites_of_mine"), 303)
    return render_template("console/sign_in.html", form=SignInForm(data={"next": _next()}))


@pages.post("/sign-in")
@limiter.limit("30 per 5 minutes")
@guards.entry(again=sign_in)
def enter() -> ResponseReturnValue:
    """First step: the password; the second is asked for when it is on."""
    form = SignInForm().checked()
    onward = addresses.local_path(form.next.data)
    try:
        person = staff.sign_in(form.login.data, form.password.data, None, now=clock.now())
    except CodeNeeded as needed:
        session.clear()
        session[HALF_SIGNED] = [str(needed.facts["staff_id"]), clock.now().timestamp()]
        cells.wait()
        return redirect(url_for(".code", next=onward), 303)
    who.sign_in_staff(person)
    return redirect(onward if person.totp_on else url_for(".totp", next=onward), 303)


@pages.get("/sign-in/code")
@guards.entry
def code() -> ResponseReturnValue:
    """Second step: the code."""
    if _half_signed() is None:
        return redirect(url_for(".sign_in"), 303)
    return render_template("console/code.html", form=CodeForm(data={"next": _next()}))


@pages.post("/sign-in/code")
@limiter.limit("20 per 5 minutes")
@guards.entry(again=code)
def enter_code() -> ResponseReturnValue:
    """Check the code and start the session."""
    staff_id = _half_signed()
    if staff_id is None:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm().checked()
    staff.verify_totp(staff_id, form.code.data, now=clock.now())
    person = accounts.by_id(staff_id)
    if person is None or person.state != "active":
        return redirect(url_for(".sign_in"), 303)
    who.sign_in_staff(person)
    return redirect(addresses.local_path(form.next.data), 303)


@pages.get("/totp")
@guards.console
def totp() -> ResponseReturnValue:
    """Enrol the second factor, or say that it is on."""
    if g.staff.totp_on:
        return render_template("console/totp_on.html")
    enrolment = staff.pending_totp(g.staff.id) or staff.enrol_totp(g.staff.id)
    return render_template(
        "console/totp.html",
        form=CodeForm(data={"next": _next()}),
        secret=enrolment.secret,
        uri=enrolment.uri,
        may_skip=settings().env != "production",
        onward=addresses.local_path(_next()),
    )


@pages.get("/totp/qr.svg")
@guards.console
def totp_qr() -> ResponseReturnValue:
    """The enrolment as a picture for the authenticator app."""
    enrolment = staff.pending_totp(g.staff.id) or staff.enrol_totp(g.staff.id)
    return qr.answer(enrolment.uri)


@pages.post("/totp")
@limiter.limit("20 per 5 minutes")
@guards.console(again=totp)
def confirm_totp() -> ResponseReturnValue:
    """The first code puts the second factor in force."""
    form = CodeForm().checked()
    staff.confirm_totp(g.staff.id, form.code.data, now=clock.now())
    flash(_("Two-step sign-in is on. You will be asked for a code at the next sign-in."), "ok")
    return redirect(addresses.local_path(form.next.data), 303)


@pages.get("/at/<name>/<path:path>")
@guards.entry
def come_in(name: str, path: str) -> ResponseReturnValue:
    """A mailed link to a page of this console, for an account in one of several cells."""
    return cells.come_in(name, path)


@pages.post("/sign-out")
@guards.entry
def sign_out() -> ResponseReturnValue:
    """End the session."""
    who.sign_out()
    return redirect(url_for(".sign_in"), 303)


@pages.get("/")
@guards.console
def sites_of_mine() -> ResponseReturnValue:
    """Choose a site; with only one there is nothing to choose. A visit ends and is gone."""
    grants = accounts.grants_of(g.staff.id)
    found = registry.by_ids([grant.tenant_id for grant in grants])
    held = {
        site.id: rules.grant_on(grants, site.id, site.chain, now=clock.now())
        for site in found.values()
    }
    choice = [(found[site_id], grant.title) for site_id, grant in sorted(held.items()) if grant]
    if len(choice) == 1:
        return redirect(url_for(".home", slug=choice[0][0].slug), 303)
    return render_template("console/sites_of_mine.html", choice=choice, site=addresses.site)


def _half_signed() -> UUID | None:
    """Who gave a right password a moment ago and still owes the code."""
    staff_id, since = session.get(HALF_SIGNED) or (None, 0.0)
    fresh = clock.now().timestamp() - since < HALF_LASTS.total_seconds()
    return UUID(staff_id) if staff_id and fresh else None


def _next() -> str:
    return addresses.local_path(request.values.get("next"))
