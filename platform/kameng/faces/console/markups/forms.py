"""The form of a template: a name, and a line for shoppers and for each kind of agent."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from kameng.domains.pricing.errors import BadMarkup
from kameng.domains.pricing.markups.rules import Audience, Method, Rounding, Way, markup
from kameng.domains.pricing.markuptemplates.queries import TemplateFacts
from kameng.domains.pricing.markuptemplates.rules import LONGEST_NAME, METHODS, Line, Who
from kameng.domains.terms import queries as terms
from kameng.faces.console import priceforms, pricewords
from kameng.faces.console.forms import Form
from kameng.faces.console.markups import words
from kameng.faces.frame import refusals
from kameng.faces.frame.money import percent, plain
from kameng.kit.money import Money, Percent

Row = tuple[str, Field, Field, Field, Field]
"""Who pays, and the fields of their line: how, how much, rounded to what, and which way."""


def number(form: PlainForm, field: Field) -> None:
    """Validator: where a way is chosen, the number has to fit it."""
    method = form[field.name.replace("value", "method")].data
    if not method:
        return
    try:
        markup(Method(method), field.data or "")
    except BadMarkup as refusal:
        raise ValidationError(refusals.text(refusal)) from None


class TemplateForm(Form):
    """The name and the version that was seen; the lines are added for each kind of buyer."""

    key = "template"
    name = StringField(_l("Name of the template"), [InputRequired(), Length(max=LONGEST_NAME)])
    version = IntegerField(widget=HiddenInput(), default=0)
    buyers: tuple[Who, ...] = ()

    def rows(self) -> list[Row]:
        """The lines with who they are for."""
        found = enumerate(words.names(self.buyers))
        return [(name, *(self[f"{part}{n}"] for part in PARTS)) for n, name in found]

    def lines(self) -> list[Line]:
        """The lines that were filled in."""
        made = []
        for n, (audience, level_id) in enumerate(self.buyers):
            method, value, rounding, way = (self[f"{part}{n}"].data for part in PARTS)
            if method:
                how = Method(method)
                amount = markup(how, value or "")
                made.append(Line(audience, level_id, how, amount, Rounding(rounding), Way(way)))
        return made


PARTS = ("method", "value", "rounding", "way")


def template_form(held: TemplateFacts | None = None) -> TemplateForm:
    """The form, empty or with a template that is to be changed."""
    buyers = _buyers(held)
    made: type[TemplateForm] = type("FilledForm", (TemplateForm,), _fields(buyers))
    given = {} if held is None else {"name": held.name, "version": held.version, **_data(held)}
    form = made(data=given)
    form.buyers = buyers
    _offer(form)
    return form


def _buyers(held: TemplateFacts | None) -> tuple[Who, ...]:
    found: list[Who] = [(Audience.RETAIL, None)]
    if priceforms.sells_down():
        found += [(Audience.CHILD, one.id) for one in terms.levels(g.tenant)]
        found.append((Audience.CHILD, None))
    found += [line.who for line in held.lines] if held else []
    return tuple(dict.fromkeys(found))


def _fields(buyers: tuple[Who, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for n in range(len(buyers)):
        made[f"method{n}"] = SelectField(_l("How"))
        made[f"value{n}"] = StringField(_l("How much"), [Length(max=20), number])
        made[f"rounding{n}"] = SelectField(_l("Round to"))
        made[f"way{n}"] = SelectField(_l("Way to round"), default=Way.HALF_UP.value)
    return made


def _offer(form: TemplateForm) -> None:
    """The choices of every line."""
    told = dict(pricewords.methods())
    methods = [("", _("no line")), *((one.value, told[one.value]) for one in METHODS)]
    offered = {"method": methods, "rounding": pricewords.roundings(), "way": pricewords.ways()}
    for n in range(len(form.buyers)):
        for part, choices in offered.items():
            form[f"{part}{n}"].choices = choices


def _data(held: TemplateFacts) -> dict[str, str]:
    lines = {line.who: line for line in held.lines}
    found: dict[str, str] = {}
    for n, who in enumerate(_buyers(held)):
        if (line := lines.get(who)) is not None:
            share = line.method in (Method.PERCENT, Method.MARGIN)
            typed = percent(Percent(line.value)).rstrip("%") if share else plain(Money(line.value))
            said = (line.method.value, typed, line.rounding.value, line.way.value)
            found |= {f"{part}{n}": one for part, one in zip(PARTS, said, strict=True)}
    return found
