"""What the payment provider keeps of each payment: as the master has agreed it, and really."""

from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.ledger.statements.rules import month_of
from kameng.domains.payments.fees import queries, service
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.domains.payments.kept import queries as really
from kameng.domains.payments.kept.rules import Month
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, PercentField, not_negative
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.money import Money

CHANNEL = "stripe"
EXAMPLE = Money.of("100")
SHOWN = 12
"""Months."""


class FeeForm(Form):
    """What the provider keeps."""

    key = "fee"
    percent = PercentField(_l("Of each payment"), [InputRequired(), not_negative])
    flat = MoneyField(_l("And besides"), [InputRequired(), not_negative])
    returns = BooleanField(_l("It gives its fee back with a refund"))


@pages.get("/s/<slug>/channel-fees")
@guards.staff("withdrawals.set")
def channel_fees() -> ResponseReturnValue:
    """The fee that holds, and what was kept so far."""
    held = queries.of(g.tenant, CHANNEL)
    kept = ledger.balance(house(g.tenant.id, AccountKind.CHANNEL_FEE, g.tenant.currency)).posted
    form = FeeForm(percent=held.percent, flat=held.flat, returns=held.returns)
    return render_template(
        "console/channelfees/fee.html",
        form=form,
        kept=kept,
        whole=EXAMPLE,
        fee=held.of(EXAMPLE),
        months=_months(clock.now()),
    )


@pages.post("/s/<slug>/channel-fees")
@guards.staff("withdrawals.set", again=channel_fees)
def set_channel_fee() -> ResponseReturnValue:
    """Let it hold from the next payment on."""
    form = FeeForm().checked()
    asked = ChannelFee(form.percent.data, form.flat.data, form.returns.data)
    service.set_fee(g.tenant, CHANNEL, asked, actor=who.actor(), now=clock.now())
    flash(_("Saved. It holds from the next payment on; payments that arrived keep theirs."), "ok")
    return redirect(url_for(".channel_fees"), 303)


def _months(now: datetime) -> list[Month]:
    """This month and those before it in which anything was paid."""
    first = month_of(now)
    for _n in range(SHOWN - 1):
        first = month_of(first.begin - timedelta(days=1))
    return really.months(g.tenant, CHANNEL, since=first.begin)
