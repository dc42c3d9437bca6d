"""What a shopper fills in to become, or come back as, a member."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

TERMS_VERSION = "2026-11"
REQUIRED = InputRequired(_l("Please fill this in."))
REACHABLE = Length(max=120, message=_l("This is too long."))
GOOD_PASSWORD = Length(min=8, max=128, message=_l("A password has 8 to 128 characters."))


class SignIn(Form):
    """E-mail or phone, and the password."""

    login = StringField(validators=[REQUIRED, REACHABLE])
    password = PasswordField(validators=[REQUIRED, Length(max=128)])
    next = HiddenField()


class SignUp(Form):
    """A new account: how to reach the member, a password, and consent with a statement of age."""

    login = StringField(validators=[REQUIRED, REACHABLE])
    name = StringField(validators=[Length(max=40, message=_l("This is too long."))])
    password = PasswordField(validators=[REQUIRED, GOOD_PASSWORD])
    consent = BooleanField()
    next = HiddenField()


class AskReset(Form):
    """Where to send the link."""

    login = StringField(validators=[REQUIRED, REACHABLE])


class NewPassword(Form):
    """The token from the mail, and the new password."""

    token = HiddenField(validators=[REQUIRED])
    password = PasswordField(validators=[REQUIRED, GOOD_PASSWORD])
