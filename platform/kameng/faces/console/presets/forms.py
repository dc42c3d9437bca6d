"""What is typed about a preset, and to whom one is to go."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kameng.domains.design.presets.rules import LONGEST_NAME, LONGEST_NOTE, Called
from kameng.faces.console.forms import Form
from kameng.faces.console.presets import words


class CalledForm(Form):
    """The words of a preset."""

    key = "called"
    name = StringField(_l("Name"), [InputRequired(), Length(2, LONGEST_NAME)])
    note = TextAreaField(_l("Note for those it is for"), [Length(max=LONGEST_NOTE)])
    trade = SelectField(_l("Line of trade"), choices=words.trades)

    def called(self) -> Called:
        """What was typed."""
        return Called(self.name.data or "", self.note.data or "", self.trade.data or "")


class KeepForm(CalledForm):
    """A preset made from a version of one's own."""

    key = "keep"
    own = BooleanField(_l("Take my own pages and menus along"))
