"""What is typed about promotion."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from kameng.domains.promotion.rules import (
    LEAST_DAYS,
    LONGEST_NOTE,
    MOST_DAYS,
    MOST_RATE,
    NO_RATE,
    PAID_LEVELS,
    Rates,
    Settings,
)
from kameng.faces.console.forms import Form, PercentField, not_negative
from kameng.kit.money import Percent


def _within(_form: Form, field: PercentField) -> None:
    if isinstance(field.data, Percent) and field.data > MOST_RATE:
        raise ValidationError(_("At most %(most)s %%.", most=MOST_RATE))


class SettingsForm(Form):
    """How the site promotes; a master says besides how many levels are paid in its alliance."""

    key = "settings"
    is_on = BooleanField(_l("Members may promote"))
    first = PercentField(_l("First level"), [InputRequired(), not_negative, _within])
    second = PercentField(_l("Second level"), [InputRequired(), not_negative, _within])
    days = IntegerField(_l("Waiting days"), [InputRequired(), NumberRange(LEAST_DAYS, MOST_DAYS)])
    levels = SelectField(_l("Levels that are paid"), coerce=int)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if g.tenant.is_root:
            names = (_("None: nobody earns"), _("One"), _("Two"))
            self.levels.choices = list(enumerate(names))[: PAID_LEVELS + 1]
        else:
            del self.levels

    def settings(self) -> Settings:
        """What was typed."""
        return Settings(self.is_on.data, Rates(self.first.data, self.second.data), self.days.data)


class PromoterForm(Form):
    """A note about a promoter, and his own shares; both empty: the site's."""

    key = "promoter"
    first = PercentField(_l("First level"), [Optional(), not_negative, _within])
    second = PercentField(_l("Second level"), [Optional(), not_negative, _within])
    note = StringField(_l("Note"), [Length(max=LONGEST_NOTE)])

    def rates(self) -> Rates | None:
        """His own shares, if any was typed."""
        if self.first.data is None and self.second.data is None:
            return None
        return Rates(self.first.data or NO_RATE, self.second.data or NO_RATE)


class ProductForm(Form):
    """A product with shares of its own."""

    key = "product"
    name = StringField(_l("Product"), [InputRequired(), Length(max=120)])
    first = PercentField(_l("First level"), [InputRequired(), not_negative, _within])
    second = PercentField(_l("Second level"), [InputRequired(), not_negative, _within])

    def rates(self) -> Rates:
        """What was typed."""
        return Rates(self.first.data, self.second.data)
