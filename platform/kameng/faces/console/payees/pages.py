"""A site's payee and payout accounts: sent here, checked by the master, each change anew."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.payees import queries, rules, service
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts import service as account_service
from kameng.domains.payees.accounts.errors import BadPayoutAccount
from kameng.domains.payees.accounts.rules import BY_HAND, MOST, Details, Method
from kameng.domains.payees.errors import BadIdNumber, BadLegalName
from kameng.domains.payees.rules import Draft, Kind
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.withdrawals import words
from kameng.faces.frame import guards, refusals, who
from kameng.kit import clock
from kameng.kit.errors import Refusal
from kameng.kit.pictures import BadPicture

LONGEST = 80


class PayeeForm(Form):
    """Who is paid."""

    key = "payee"
    kind = RadioField(_l("Who is paid"), [InputRequired()], default=Kind.PERSON.value)
    legal_name = StringField(_l("Full name"), [InputRequired(), Length(max=LONGEST)])
    id_number = StringField(_l("Number of the papers"), [InputRequired(), Length(max=LONGEST)])


class AccountForm(Form):
    """One more account in the payee's name."""

    key = "account"
    method = RadioField(_l("Way to be paid"), [InputRequired()], default=Method.BANK.value)
    number = StringField(_l("Account number"), [Length(max=LONGEST)])
    bank = StringField(_l("Bank"), [Length(max=LONGEST)])
    branch = StringField(_l("Branch"), [Length(max=LONGEST)])
    picture = FileField(_l("Payment code picture"))

    def details(self) -> Details:
        """The account that is asked for."""
        number, bank, branch = (one.data or "" for one in (self.number, self.bank, self.branch))
        return Details(Method(self.method.data), number, bank, branch)


@pages.get("/s/<slug>/payee")
@guards.staff("payees.edit")
def payee(account_id: UUID | None = None, connection_id: UUID | None = None) -> ResponseReturnValue:
    """Who is paid, to which accounts, and where the check of each stands."""
    if g.tenant.is_root:
        return redirect(url_for(".payees"), 303)
    form, account = _payee_form(), _account_form()
    _mark(form, account, g.get("refusal"))
    return render_template(
        "console/payees/payee.html",
        payee=queries.of(g.tenant),
        rows=accounts.accounts(g.tenant),
        most=MOST,
        form=form,
        account=account,
        words=words,
    )


@pages.post("/s/<slug>/payee")
@guards.staff("payees.edit", again=payee)
def send_payee() -> ResponseReturnValue:
    """Send who is paid; it waits for the master's word."""
    form = _payee_form().checked()
    draft = Draft(Kind(form.kind.data), form.legal_name.data, form.id_number.data)
    service.send(g.tenant, draft, actor=who.actor(), now=clock.now())
    flash(_("Sent. The master site checks it; you are told what it says."), "ok")
    return redirect(url_for(".payee"), 303)


@pages.post("/s/<slug>/payee/accounts")
@guards.staff("payees.edit", again=payee)
def bind_account() -> ResponseReturnValue:
    """Bind one more account."""
    form = _account_form().checked()
    drawn = form.picture.data.read() if form.picture.data else b""
    account_service.bind(g.tenant, form.details(), drawn, actor=who.actor(), now=clock.now())
    flash(_("Bound. Money can be paid to it once the master site has checked it."), "ok")
    return redirect(url_for(".payee"), 303)


@pages.post("/s/<slug>/payee/accounts/<uuid:account_id>/removal")
@guards.staff("payees.edit", again=payee)
def remove_account(account_id: UUID) -> ResponseReturnValue:
    """Let an account go."""
    account_service.remove(g.tenant, account_id, actor=who.actor(), now=clock.now())
    flash(_("The account is removed."), "ok")
    return redirect(url_for(".payee"), 303)


def _payee_form() -> PayeeForm:
    form = PayeeForm()
    form.kind.choices = [(one.value, str(words.KINDS[one])) for one in Kind]
    return form


def _account_form() -> AccountForm:
    form = AccountForm()
    form.method.choices = [(one.value, words.method(one)) for one in BY_HAND]
    return form


def _mark(form: PayeeForm, account: AccountForm, refusal: Refusal | None) -> None:
    """The field a refusal is about says so itself."""
    said = {
        "number": _("Write the whole number; a bank's has 8 to 32 digits."),
        "bank": _("Write the bank's name."),
        "branch": _("Write the branch."),
        "picture": _("Add the picture of the payment code."),
    }
    if isinstance(refusal, BadPayoutAccount) and refusal.facts["field"] in said:
        account[refusal.facts["field"]].errors = [said[refusal.facts["field"]]]
    elif isinstance(refusal, BadPicture):
        account.picture.errors = [refusals.text(refusal)]
    elif isinstance(refusal, BadLegalName):
        form.legal_name.errors = [_("Write 2 to %(most)s signs.", most=rules.LONGEST_NAME)]
    elif isinstance(refusal, BadIdNumber):
        form.id_number.errors = [_("Its length or its check digit does not fit.")]
