"""The forms of own collecting: keys that are only ever written, and two switches."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from kameng.domains.payments.own.rules import Keys
from kameng.faces.console.collecting import words
from kameng.faces.console.forms import Form
from kameng.kit.errors import Refusal

LONGEST = 300
YES, NO = "yes", "no"


class KeysForm(Form):
    """A secret key and the secret of its webhook; never shown again, not even when refused."""

    key = "keys"
    secret = PasswordField(_l("Secret key"), [InputRequired(), Length(max=LONGEST)])
    hook = PasswordField(
        _l("Signing secret of the webhook"), [InputRequired(), Length(max=LONGEST)]
    )

    @property
    def keys(self) -> Keys:
        """The keys as typed."""
        return Keys(self.secret.data or "", self.hook.data or "")

    def blame(self, refusal: Refusal | None) -> None:
        """Mark the field a refusal is about."""
        if self.is_mine and (found := words.complaint(refusal)):
            self[found[0]].errors = [found[1]]


class StateForm(Form):
    """On or off."""

    key = "state"
    on = StringField(validators=[AnyOf((YES, NO))])


class LeaveForm(Form):
    """Allowed or not."""

    key = "leave"
    allowed = StringField(validators=[AnyOf((YES, NO))])
