"""A forgotten password: the link by mail, and choosing a new one."""

from flask import Response, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.members import service as members
from kameng.domains.notifications import service as notifications
from kameng.faces.frame import addresses, guards, i18n, problems, throttle
from kameng.faces.storefront import paths, refused
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import forms
from kameng.faces.storefront.members_forms import AskReset, NewPassword
from kameng.kit import clock
from kameng.kit.errors import Refusal


@storefront.get("/password/reset")
@guards.public
def reset() -> Response:
    """Ask for the address; with the token of a mail, for the new password."""
    token = request.args.get("token", "")
    if token:
        return _new_password(NewPassword(data={"token": token[:200]}), {})
    return _ask(AskReset(), sent=False)


@storefront.post("/password/reset")
@guards.public
@throttle.limiter.limit("10 per 10 minutes")
def reset_request() -> Response:
    """Send the link. Every address gets the same answer, known or not."""
    form = AskReset(request.form)
    if not form.validate():
        return _ask(form, sent=False, status=422)
    notifications.password_reset(
        g.tenant,
        form.login.data,
        reset_url=addresses.site(g.tenant, paths.RESET),
        locale=i18n.locale(),
    )
    return _ask(form, sent=True)


@storefront.post("/password")
@guards.public
@throttle.limiter.limit("20 per 10 minutes")
def new_password() -> ResponseReturnValue:
    """Set the new password; the token works once."""
    form = NewPassword(request.form)
    if not form.validate():
        return _new_password(form, {}, status=422)
    try:
        members.reset(g.tenant, form.token.data, form.password.data, now=clock.now())
    except Refusal as refusal:
        refused.undo()
        return _new_password(form, refused.as_errors(refusal), status=problems.status_of(refusal))
    flash(_("Your password is changed. Please sign in with it."), "ok")
    return redirect(paths.SIGN_IN, 303)


def _ask(form: AskReset, *, sent: bool, status: int = 200) -> Response:
    drops = {"form": forms.of(form, action=paths.RESET), "sent": sent}
    return private(page("password_request", drops, status=status, active="me"))


def _new_password(form: NewPassword, errors: dict[str, str], *, status: int = 200) -> Response:
    drops = {"form": forms.of(form, action=paths.CHOOSE_ANEW, errors=errors)}
    return private(page("password_new", drops, status=status, active="me"))
