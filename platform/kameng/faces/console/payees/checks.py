"""At the master: payees and accounts of the sites below that wait to be checked, and the word."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField

from kameng.domains.payees import queries, service
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts import service as account_service
from kameng.domains.payees.accounts.rules import Method
from kameng.domains.payees.errors import NoSuchPayee
from kameng.domains.payees.queries import PayeeFacts
from kameng.domains.payees.rules import HOUSE, MEMBER, Owner
from kameng.domains.withdrawals.connected import queries as connected
from kameng.domains.withdrawals.connected import service as connected_service
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid
from kameng.faces.console.sitesearch import names_of, site_below
from kameng.faces.console.withdrawals import stripewords as stripe_words
from kameng.faces.console.withdrawals import words
from kameng.faces.console.withdrawals.pages import picture
from kameng.faces.console.withdrawals.payouts import ReasonForm
from kameng.faces.frame import guards, who
from kameng.kit import clock
from tenants.context import use
from tenants.database import commit_bound
from tenants.tree import Tenant

SIZE = 30


class RefusalForm(ReasonForm):
    """Why not; which payee, and what was seen of it."""

    seen = HiddenField()


@pages.get("/s/<slug>/payees")
@guards.staff("payees.verify")
def payees() -> ResponseReturnValue:
    """What waits first, then everybody who was decided about."""
    with use(g.tenant):
        waiting = queries.waiting(g.tenant)
        bound = accounts.waiting(g.tenant)
        decided, total = queries.decided(g.tenant, page=lists.page(), size=SIZE)
    named = {one.tenant_id for one in (*waiting, *decided)} | {one.tenant_id for one in bound}
    return render_template(
        "console/payees/list.html",
        waiting=waiting,
        bound=bound,
        decided=decided,
        place=lists.place(total, SIZE),
        sites=names_of(g.tenant, named),
        words=words,
    )


@pages.get("/s/<slug>/payees/<int:site_id>")
@pages.get("/s/<slug>/payees/<int:site_id>/<uuid:payee_id>")
@guards.staff("payees.verify")
def payee_check(
    site_id: int, payee_id: UUID | None = None, account_id: UUID | None = None
) -> ResponseReturnValue:
    """One payee with the number and the accounts; the log says who looked. Of a site its own, and
    the names of its promoters, each of whom is opened alone."""
    site = _site(site_id)
    with use(site):
        everybody = queries.of_site(site)
        one = _meant(site, everybody, payee_id, account_id or lists.uuid("account"))
        found = _opened(site, one) if one else None
        commit_bound()
    others = [row for row in everybody if row.owner != HOUSE and row != one]
    return render_template(
        "console/payees/check.html",
        site=site,
        found=found,
        others=others,
        reason=RefusalForm(),
        words=words,
        stripe_words=stripe_words,
    )


@pages.post("/s/<slug>/payees/<int:site_id>/<uuid:payee_id>/verification")
@guards.staff("payees.verify", again=payee_check)
def verify_payee(site_id: int, payee_id: UUID) -> ResponseReturnValue:
    """The papers fit the name."""
    site, seen = _site(site_id), _seen()
    with use(site):
        one = _payee(site, payee_id)
        service.verify(site, seen, owner=one.owner, actor=who.actor(), now=clock.now())
        commit_bound()
    flash(_verified(one.owner), "ok")
    return _back(site, one)


@pages.post("/s/<slug>/payees/<int:site_id>/<uuid:payee_id>/refusal")
@guards.staff("payees.verify", again=payee_check)
def refuse_payee(site_id: int, payee_id: UUID) -> ResponseReturnValue:
    """They do not, or no longer."""
    site, seen, said = _site(site_id), _seen(), RefusalForm().checked().reason.data
    with use(site):
        one = _payee(site, payee_id)
        service.refuse(site, seen, said, owner=one.owner, actor=who.actor(), now=clock.now())
        commit_bound()
    flash(_refused(one.owner), "ok")
    return _back(site, one)


@pages.post("/s/<slug>/payees/<int:site_id>/accounts/<uuid:account_id>/verification")
@guards.staff("payees.verify", again=payee_check)
def verify_account(site_id: int, account_id: UUID) -> ResponseReturnValue:
    """The account is the payee's own."""
    site = _site(site_id)
    with use(site):
        row = accounts.account(site, account_id)
        told: Any = {"actor": who.actor(), "now": clock.now()}
        if row is not None and row.method is Method.STRIPE:
            seen = request.form.get("seen", "")
            connected_service.accept(site, account_id, seen=seen, **told)
        else:
            account_service.verify(site, account_id, **told)
        one = _owned(site, row.owner if row else HOUSE)
        commit_bound()
    flash(_verified(one.owner), "ok")
    return _back(site, one)


@pages.post("/s/<slug>/payees/<int:site_id>/accounts/<uuid:account_id>/refusal")
@guards.staff("payees.verify", again=payee_check)
def refuse_account(site_id: int, account_id: UUID) -> ResponseReturnValue:
    """It is not."""
    site, said = _site(site_id), RefusalForm().checked().reason.data
    with use(site):
        bound = account_service.refuse(site, account_id, said, actor=who.actor(), now=clock.now())
        one = _owned(site, bound.owner)
        commit_bound()
    flash(_refused(one.owner), "ok")
    return _back(site, one)


@pages.get("/s/<slug>/payees/<int:site_id>/accounts/<uuid:account_id>/code")
@guards.staff("payees.verify")
def account_code(site_id: int, account_id: UUID) -> ResponseReturnValue:
    """The payment code picture of an account."""
    site = _site(site_id)
    with use(site):
        return picture(account_service.reveal(site, account_id, actor=who.actor()).picture)


def _site(site_id: int) -> Tenant:
    """The site itself, for its promoters, or one below."""
    return g.tenant if site_id == g.tenant.id else site_below(g.tenant, site_id)


def _meant(
    site: Tenant, everybody: list[PayeeFacts], payee_id: UUID | None, account_id: UUID | None
) -> PayeeFacts | None:
    """The payee asked for, or whose account it is; else the site's own, if it has one."""
    account = accounts.account(site, account_id) if account_id else None
    if payee_id:
        return _payee(site, payee_id)
    owner = account.owner if account else HOUSE
    return next((one for one in everybody if one.owner == owner), None)


def _opened(site: Tenant, one: PayeeFacts) -> dict[str, Any]:
    """Everything that is compared, and a member's consent to its being seen."""
    consent = queries.consent_of(site, UUID(one.owner.id)) if one.owner.kind == MEMBER else None
    return {
        "payee": one,
        "number": service.reveal(site, owner=one.owner, actor=who.actor()),
        "consent": consent,
        "accounts": [
            (row, account_service.reveal(site, row.id, actor=who.actor()))
            for row in accounts.accounts(site, one.owner)
        ],
        "there": connected.of_owner(site, one.owner),
    }


def _back(site: Tenant, one: PayeeFacts) -> ResponseReturnValue:
    chosen = None if one.owner == HOUSE else one.id
    return redirect(url_for(".payee_check", site_id=site.id, payee_id=chosen), 303)


def _payee(site: Tenant, payee_id: UUID) -> PayeeFacts:
    for one in queries.of_site(site):
        if one.id == payee_id:
            return one
    raise NoSuchPayee


def _owned(site: Tenant, owner: Owner) -> PayeeFacts:
    found = queries.of(site, owner)
    if found is None:
        raise NoSuchPayee
    return found


def _verified(owner: Owner) -> str:
    if owner == HOUSE:
        return _("Verified. The site is told.")
    return _("Verified. The promoter is told.")


def _refused(owner: Owner) -> str:
    if owner == HOUSE:
        return _("Not verified. The site is told why, and nothing is paid to it.")
    return _("Not verified. The promoter is told why, and nothing is paid to him.")


def _seen() -> int:
    """The version the page showed."""
    text = RefusalForm().seen.data or ""
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise FormInvalid
    return int(text)
