"""The master's rules for withdrawals: how much at least, what it costs, how fast, by which ways."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from kameng.domains.payees.accounts.rules import BY_HAND, Method
from kameng.domains.withdrawals import policy, rules
from kameng.domains.withdrawals.connected import queries as connected
from kameng.domains.withdrawals.errors import BadPolicy
from kameng.domains.withdrawals.rules import Policy
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, PercentField, above_zero, not_negative
from kameng.faces.console.withdrawals import words
from kameng.faces.frame import guards, who
from kameng.kit import clock


class PolicyForm(Form):
    """The rules, as one types them."""

    key = "policy"
    open = BooleanField(_l("Sites may ask for withdrawals"))
    minimum = MoneyField(_l("Least withdrawal"), [InputRequired(), above_zero])
    daily = MoneyField(_l("At most in one day"), [Optional(), above_zero])
    fee_flat = MoneyField(_l("Fee for each"), [InputRequired(), not_negative])
    fee_share = PercentField(_l("and of the amount"), [InputRequired(), not_negative])
    days = IntegerField(
        _l("Arrives within (days)"), [InputRequired(), NumberRange(0, rules.MOST_DAYS)]
    )
    methods = SelectMultipleField(
        _l("Paid out by"),
        [InputRequired()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    four_eyes = BooleanField(_l("Whoever approves may not pay"))

    def policy(self) -> Policy:
        """The rules that are asked for."""
        return Policy(
            open=self.open.data,
            minimum=self.minimum.data,
            fee_flat=self.fee_flat.data,
            fee_share=self.fee_share.data,
            daily=self.daily.data,
            days=self.days.data,
            four_eyes=self.four_eyes.data,
            methods=tuple(Method(one) for one in self.methods.data),
        )


@pages.get("/s/<slug>/payouts/rules")
@guards.staff("withdrawals.set")
def withdrawal_policy() -> ResponseReturnValue:
    """The rules that hold in the whole alliance."""
    form, refusal = _form(policy.of(g.tenant)), g.get("refusal")
    if isinstance(refusal, BadPolicy) and refusal.facts["field"] in form:
        form[refusal.facts["field"]].errors = [_("This value cannot be kept.")]
    return render_template(
        "console/withdrawals/policy.html", form=form, by_provider=connected.is_on(g.tenant)
    )


@pages.post("/s/<slug>/payouts/rules")
@guards.staff("withdrawals.set", again=withdrawal_policy)
def set_withdrawal_policy() -> ResponseReturnValue:
    """Let them hold from the next withdrawal on."""
    asked = _form(None).checked().policy()
    policy.set_policy(g.tenant, asked, actor=who.actor(), now=clock.now())
    flash(_("Saved. It holds from the next withdrawal on; those under way keep their fee."), "ok")
    return redirect(url_for(".withdrawal_policy"), 303)


def _form(held: Policy | None) -> PolicyForm:
    given = {} if held is None else {name: getattr(held, name) for name in Policy.__slots__}
    if held is not None:
        given["methods"] = [one.value for one in held.methods if one in BY_HAND]
    form = PolicyForm(**given)
    form.methods.choices = [(one.value, words.method(one)) for one in BY_HAND]
    return form
