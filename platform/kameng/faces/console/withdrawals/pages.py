"""An agent's earnings: what is free, asking for it, turning it into balance, what became of it."""

import io
from uuid import UUID

from flask import flash, g, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from kameng.domains.payees import queries as payees
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.rules import HOUSE
from kameng.domains.settlement import queries as settlement
from kameng.domains.withdrawals import policy, queries, review, rules, service
from kameng.domains.withdrawals.errors import MasterWithdrawsNothing, NoSuchWithdrawal
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, above_zero, posted_id
from kameng.faces.console.withdrawals import words
from kameng.faces.frame import guards, who
from kameng.faces.frame.money import cash
from kameng.kit import clock, ids, pictures

SIZE = 20


class AskForm(Form):
    """How much, and where to."""

    key = "ask"
    amount = MoneyField(_l("Amount"), [InputRequired(), above_zero])
    account = SelectField(_l("Paid to"), [InputRequired()])
    once = HiddenField()


class TurnForm(Form):
    """How much of it becomes balance."""

    key = "turn"
    amount = MoneyField(_l("Amount"), [InputRequired(), above_zero])
    once = HiddenField()


@pages.get("/s/<slug>/withdrawals")
@guards.staff("ledger.view")
def withdrawals() -> ResponseReturnValue:
    """What is free, the two ways out, and every withdrawal so far."""
    if g.tenant.is_root:
        return redirect(url_for(".payouts"), 303)
    found = queries.of_owner(g.tenant, page=lists.page(), size=SIZE)
    return render_template(
        "console/withdrawals/list.html",
        pockets=settlement.pockets(g.tenant),
        purse=queries.purse(g.tenant),
        rows=found.rows,
        place=lists.place(found.total, SIZE),
        policy=policy.of(g.tenant),
        payee=payees.of(g.tenant),
        today=rules.day_of(clock.now()),
        form=_ask_form(),
        turning=TurnForm(once=ids.token(12)),
        words=words,
    )


@pages.post("/s/<slug>/withdrawals")
@guards.staff("withdrawals.ask", again=withdrawals)
def ask_withdrawal() -> ResponseReturnValue:
    """Ask for one, once per form however often it is sent."""
    form = _ask_form().checked()
    made = service.ask(
        g.tenant,
        posted_id(form.account.data),
        form.amount.data,
        once=form.once.data or ids.token(12),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("%(amount)s are set aside and wait for review.", amount=cash(made.amount)), "ok")
    return redirect(url_for(".withdrawal", withdrawal_id=made.id), 303)


@pages.post("/s/<slug>/withdrawals/turning")
@guards.staff("withdrawals.ask", again=withdrawals)
def turn_earnings() -> ResponseReturnValue:
    """Turn earnings into balance, once per form."""
    form = TurnForm().checked()
    once = form.once.data or ids.token(12)
    service.turn(g.tenant, form.amount.data, once=once, actor=who.actor(), now=clock.now())
    flash(_("%(amount)s are on your balance now.", amount=cash(form.amount.data)), "ok")
    return redirect(url_for(".withdrawals"), 303)


@pages.get("/s/<slug>/withdrawals/<uuid:withdrawal_id>")
@guards.staff("ledger.view")
def withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """One withdrawal: where it stands and what happened to it."""
    return render_template(
        "console/withdrawals/one.html",
        row=_mine(withdrawal_id),
        today=rules.day_of(clock.now()),
        words=words,
    )


@pages.get("/s/<slug>/withdrawals/<uuid:withdrawal_id>/proof")
@guards.staff("ledger.view")
def withdrawal_proof(withdrawal_id: UUID) -> ResponseReturnValue:
    """The picture the master added as proof."""
    return picture(review.proof_picture(g.tenant, _mine(withdrawal_id).id))


@pages.post("/s/<slug>/withdrawals/<uuid:withdrawal_id>/cancellation")
@guards.staff("withdrawals.ask", again=withdrawal)
def cancel_withdrawal(withdrawal_id: UUID) -> ResponseReturnValue:
    """Take it back while nobody has approved it."""
    _mine(withdrawal_id)
    service.cancel(g.tenant, withdrawal_id, actor=who.actor(), now=clock.now())
    flash(_("Taken back: the money is available again."), "ok")
    return redirect(url_for(".withdrawal", withdrawal_id=withdrawal_id), 303)


def picture(drawn: bytes) -> ResponseReturnValue:
    """A sealed picture for the one who may see it, kept by no cache."""
    if not drawn:
        raise NoSuchWithdrawal
    answer = send_file(io.BytesIO(drawn), pictures.TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _mine(withdrawal_id: UUID) -> queries.WithdrawalFacts:
    """A withdrawal of the site's own; those of its members are theirs and the master's."""
    row = queries.one(g.tenant, withdrawal_id)
    if row is None or row.tenant_id != g.tenant.id or row.owner != HOUSE:
        raise NoSuchWithdrawal
    return row


def _ask_form() -> AskForm:
    if g.tenant.is_root:
        raise MasterWithdrawsNothing
    form, held = AskForm(once=ids.token(12)), policy.of(g.tenant)
    form.account.choices = [
        (str(one.id), f"{words.account(one)} · {one.holder}")
        for one in accounts.usable(g.tenant)
        if one.method in held.methods
    ]
    return form
