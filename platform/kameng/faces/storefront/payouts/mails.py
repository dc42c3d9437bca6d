"""Which mails a promoter gets, and in which language."""

from flask import Response, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.notifications.members import queries, service
from kameng.domains.notifications.members.kinds import CHOICES
from kameng.faces.frame import guards, problems, throttle
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.payouts import drops, own
from kameng.kit import clock
from kameng.kit.errors import Refusal


@storefront.get("/me/promotion/mails")
@guards.member
def my_mails() -> Response:
    """The switches."""
    return _page({})


@storefront.post("/me/promotion/mails")
@guards.member
@throttle.limiter.limit("20 per 10 minutes")
def choose_my_mails() -> ResponseReturnValue:
    """Keep them."""
    wanted, member_id = request.form.getlist("mail"), own.promoter().member_id
    unwanted = [one.value for one in CHOICES if one.value not in wanted]
    chosen = own.typed("language")
    try:
        service.choose(g.tenant, member_id, unwanted, locale=chosen, now=clock.now())
    except Refusal as refusal:
        return _page(own.errors(refusal, {}), status=problems.status_of(refusal))
    flash(_("Saved."), "ok")
    return redirect(paths.MAILS, 303)


def _page(errors: dict[str, str], *, status: int = 200) -> Response:
    member_id = own.promoter().member_id
    shown = drops.mails(queries.wishes(g.tenant, member_id))
    form = {"errors": errors, "values": {}}
    return private(page("member_mails", {**shown, "form": form}, status=status, active="me"))
