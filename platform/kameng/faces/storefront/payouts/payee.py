"""Who a promoter is as payee, with consent, and the accounts the money may go to."""

from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.members import service as members
from kameng.domains.notifications.members import service as mails
from kameng.domains.payees import queries, service
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts import service as account_service
from kameng.domains.payees.accounts.errors import BadPayoutAccount
from kameng.domains.payees.accounts.rules import MOST, Details, Method
from kameng.domains.payees.rules import CONSENT, CONSENT_VERSION, Draft, Kind
from kameng.faces.frame import guards, problems, throttle
from kameng.faces.storefront import paths
from kameng.faces.storefront.answer import page, private
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.payouts import drops, own, words
from kameng.kit import clock
from kameng.kit.errors import Refusal

FIELDS = {
    "bad_legal_name": "legal_name",
    "bad_id_number": "id_number",
    "payee_too_young": "id_number",
    "papers_taken": "id_number",
    "payout_consent_missing": "agree",
    "bad_picture": "picture",
}
TYPED = ("legal_name", "number", "bank", "branch")
"""What comes back into a refused form; the number of the papers is typed anew."""


@storefront.get("/me/promotion/payee")
@guards.member
def my_payee() -> Response:
    """Who is paid, to which accounts, and where the check of each stands."""
    return _page({})


@storefront.post("/me/promotion/payee")
@guards.member
@throttle.limiter.limit("10 per hour")
def send_my_payee() -> ResponseReturnValue:
    """Send who is paid; it waits to be checked."""
    owner, now = own.owner(), clock.now()
    member_id = UUID(owner.id)
    try:
        if request.form.get("agree"):
            members.agree(g.tenant, member_id, CONSENT, CONSENT_VERSION, now=now)
        service.send(g.tenant, _draft(), owner=owner, actor=own.actor(), now=now)
    except Refusal as refusal:
        return _page(own.errors(refusal, FIELDS), status=problems.status_of(refusal))
    mails.speak(g.tenant, member_id, locale=own.locale(), now=now)
    flash(_("Sent. You are told as soon as it is checked."), "ok")
    return redirect(paths.PAYEE, 303)


@storefront.post("/me/promotion/payee/accounts")
@guards.member
@throttle.limiter.limit("10 per hour")
def bind_my_account() -> ResponseReturnValue:
    """Bind one more account."""
    owner, file = own.owner(), request.files.get("picture")
    try:
        drawn = file.read() if file and file.filename else b""
        account_service.bind(
            g.tenant, _details(), drawn, owner=owner, actor=own.actor(), now=clock.now()
        )
    except BadPayoutAccount as refusal:
        own.errors(refusal, FIELDS)
        wrong = refusal.facts["field"]
        return _page({}, {wrong: str(words.FIELDS[wrong])}, status=422)
    except Refusal as refusal:
        errors = own.errors(refusal, FIELDS)
        return _page({}, errors, status=problems.status_of(refusal))
    flash(_("Bound. Money can be paid to it once it is checked."), "ok")
    return redirect(paths.PAYEE, 303)


@storefront.post("/me/promotion/payee/accounts/<uuid:account_id>/removal")
@guards.member
@throttle.limiter.limit("20 per 10 minutes")
def remove_my_account(account_id: UUID) -> ResponseReturnValue:
    """Let an account go."""
    account_service.remove(
        g.tenant, account_id, owner=own.owner(), actor=own.actor(), now=clock.now()
    )
    flash(_("The account is removed."), "ok")
    return redirect(paths.PAYEE, 303)


def _draft() -> Draft:
    kinds = {one.value: one for one in Kind}
    kind = kinds.get(own.typed("kind"), Kind.PERSON)
    return Draft(kind, own.typed("legal_name"), own.typed("id_number"))


def _details() -> Details:
    """The account that is asked for; of a way nobody offered, its number is wrong."""
    chosen = own.typed("method")
    if chosen not in words.METHODS:
        raise BadPayoutAccount(field="number")
    method = Method(chosen)
    number, bank, branch = (own.typed(name) for name in ("number", "bank", "branch"))
    return Details(method, number, bank, branch)


def _page(
    errors: dict[str, str], account_errors: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    owner = own.owner()
    bound = accounts.accounts(g.tenant, owner)
    values = {name: own.typed(name) for name in TYPED}
    shown: dict[str, Any] = {
        "payee": drops.payee(queries.of(g.tenant, owner)),
        "agreed": CONSENT_VERSION if queries.has_consented(g.tenant, UUID(owner.id)) else "",
        "accounts": drops.accounts(bound),
        "has_room": len(bound) < MOST,
        "most": MOST,
        "kinds": drops.choices({one.value: words.KINDS[one] for one in Kind}, own.typed("kind")),
        "methods": drops.choices(words.METHODS, own.typed("method")),
        "form": {"errors": errors, "values": values},
        "account": {"errors": account_errors or {}, "values": values},
    }
    return private(page("member_payee", shown, status=status, active="me"))
