"""What the payment provider keeps of each payment, set by the master."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.payments.fees import queries, service
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, PercentField, not_negative
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.money import Money

CHANNEL = "stripe"
EXAMPLE = Money.of("100")


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
        "console/channelfees/fee.html", form=form, kept=kept, whole=EXAMPLE, fee=held.of(EXAMPLE)
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
