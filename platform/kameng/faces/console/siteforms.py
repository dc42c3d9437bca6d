"""The forms on the page of one site below."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.accounts.staff.rules import LONGEST_REASON
from kameng.domains.terms import queries as terms
from kameng.domains.terms.queries import TermsFacts
from kameng.faces.console.forms import Form, MoneyField, above_zero

STAYS = (1, 4, 12, 24, 72)


class DepositForm(Form):
    """Money an agent handed over outside."""

    key = "deposit"
    amount = MoneyField(_l("Amount"), [InputRequired(), above_zero])
    note = StringField(_l("Note"), [Length(max=120)])
    once = HiddenField()


class LevelChoice(Form):
    """The price level of a site."""

    key = "level"
    level_id = SelectField(_l("Price level"))


class VisitForm(Form):
    """Why somebody goes into a site below, and for how long."""

    key = "visit"
    reason = StringField(_l("Why you go in"), [InputRequired(), Length(max=LONGEST_REASON)])
    hours = SelectField(_l("For how long"), coerce=int, default=4)


def level_form(held: TermsFacts | None) -> LevelChoice:
    """The levels this site gives."""
    form = LevelChoice(level_id=str(held.level_id or "") if held else "")
    form.level_id.choices = [("", _("None: pays the retail price"))] + [
        (str(level.id), level.name) for level in terms.levels(g.tenant)
    ]
    return form


def visit_form() -> VisitForm:
    """The stays one may ask for."""
    form = VisitForm()
    form.hours.choices = [(hours, _("%(n)s hours", n=hours)) for hours in STAYS]
    return form
