"""The forms about balances: pay in, be told, give back, set what one payment may be."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Optional

from kameng.domains.topups.rules import Payer, Policy
from kameng.faces.console.forms import Form, FormInvalid, MoneyField, above_zero
from kameng.faces.frame.money import plain
from kameng.kit.money import BadAmount, Money

SPACES = str.maketrans("，、；;", ",,,,")


class PayInForm(Form):
    """How much to pay onto the site's own balance: one of the amounts offered, or another."""

    key = "pay"
    choice = StringField(validators=[Length(max=20)])
    amount = MoneyField(_l("Another amount"), [Optional(), above_zero])

    @property
    def wanted(self) -> Money:
        """What was typed, else what was chosen."""
        if isinstance(self.amount.data, Money):
            return self.amount.data
        try:
            return Money.of(self.choice.data or "")
        except BadAmount:
            self.amount.errors = [_("Choose an amount or write one.")]
            raise FormInvalid from None


class BalanceAlarmForm(Form):
    """Below what balance the owner is told; empty: never."""

    key = "alarm"
    below = MoneyField(_l("Tell me when less is left than"), [Optional(), above_zero])


class GiveBackForm(Form):
    """How much of a top-up goes back, and why."""

    key = "refund"
    amount = MoneyField(_l("Amount"), [InputRequired(), above_zero])
    reason = StringField(_l("Why"), [InputRequired(), Length(max=200)])


class FeeBackForm(Form):
    """Why a package fee is undone."""

    key = "fee"
    why = StringField(_l("Why"), [InputRequired(), Length(max=200)])


class SettleTopUpForm(Form):
    """What was done, at the provider, about a payment that did not fit."""

    key = "settle"
    reason = StringField(_l("What was done"), [InputRequired(), Length(max=200)])


class PolicyForm(Form):
    """What one payment onto a kind of balance may be."""

    payer: Payer
    is_open = BooleanField(_l("Can be topped up online"))
    minimum = MoneyField(_l("At least"), [InputRequired(), above_zero])
    maximum = MoneyField(_l("At most"), [InputRequired(), above_zero])
    choices = StringField(_l("Amounts to choose from"), [Length(max=200)])

    def __init__(self, **given: Any) -> None:
        """Two of these stand on a page: each has fields of its own name."""
        super().__init__(prefix=f"{self.key}-", **given)

    @property
    def draft(self) -> Policy:
        """The policy as typed."""
        typed = (self.choices.data or "").translate(SPACES).replace(" ", ",").split(",")
        try:
            chosen = tuple(Money.of(one) for one in typed if one.strip())
        except BadAmount:
            self.choices.errors = [_("This is not an amount. Write it like 9.90.")]
            raise FormInvalid from None
        return Policy(self.is_open.data, self.minimum.data, self.maximum.data, chosen)


class MemberPolicyForm(PolicyForm):
    """For members' balances."""

    key = "member"
    payer = Payer.MEMBER


class SitePolicyForm(PolicyForm):
    """For the balances sub-sites have with the master."""

    key = "site"
    payer = Payer.SITE


def policy_form(made: type[PolicyForm], policy: Policy) -> PolicyForm:
    """The form, filled with what holds."""
    return made(
        is_open=policy.is_open,
        minimum=policy.minimum,
        maximum=policy.maximum,
        choices=", ".join(plain(one).removesuffix(".00") for one in policy.choices),
    )
