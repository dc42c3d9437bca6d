"""Forms that remember what was typed when they are refused, and speak Money and Percent."""

from typing import Any, Self
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from kameng.faces.frame.money import plain
from kameng.kit.errors import Refusal
from kameng.kit.money import BadAmount, BadPercent, Money, Percent


class FormInvalid(Refusal):
    """A form with fields that cannot be understood; the page shows which."""

    code = "form_invalid"


def posted_id(text: str) -> UUID:
    """An id that a page of ours wrote into a field; raises FormInvalid for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise FormInvalid from None


class Form(FlaskForm):
    """One form of a page. `key` tells the forms of a page apart when one is posted."""

    key = "form"

    def __init__(self, **given: Any) -> None:
        self.is_mine = request.method == "POST" and request.form.get("form", "form") == self.key
        if not self.is_mine:
            given["formdata"] = None
        super().__init__(**given)

    def checked(self) -> Self:
        """This form if every field is understood; raises FormInvalid."""
        if not self.validate():
            raise FormInvalid
        return self

    def mark(self) -> None:
        """Before a refused form is drawn again: find the fields to mark, once choices are set."""
        if self.is_mine and not self.errors:
            self.validate()


class _TypedField(Field):
    """A text box whose text becomes a value; what was typed stays in the box when it does not."""

    widget = TextInput()
    data: Any
    raw_data: Any
    refusal: type[Refusal]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.written(self.data)

    def written(self, value: Any) -> str:
        """The value as one types it."""
        return "" if value is None else str(value)

    def read(self, text: str) -> Any:
        """The text as a value."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            self.raw_data = []  # nothing but spaces is nothing, for InputRequired too
        try:
            self.data = self.read(text) if text else None
        except self.refusal:
            self.data = None
            raise ValueError(self.complaint()) from None

    def complaint(self) -> str:
        """What is wrong with a text that cannot be read."""
        raise NotImplementedError


class MoneyField(_TypedField):
    """An amount in yuan, at most six decimals; negative ones only where asked for."""

    refusal = BadAmount

    def written(self, value: Money | None) -> str:
        return plain(value)

    def read(self, text: str) -> Money:
        return Money.of(text.replace(",", "").replace("，", "").lstrip("¥￥"))

    def complaint(self) -> str:
        return _("This is not an amount. Write it like 9.90.")


class PercentField(_TypedField):
    """A percentage, at most four decimals; negative ones only where asked for."""

    refusal = BadPercent

    def read(self, text: str) -> Percent:
        return Percent.of(text.rstrip("%％ "))

    def complaint(self) -> str:
        return _("This is not a percentage. Write it like 10.")


def not_negative(_form: PlainForm, field: Field) -> None:
    """Validator: zero or more."""
    if isinstance(field.data, Money) and field.data.micro < 0:
        raise ValidationError(_("The amount may not be below zero."))
    if isinstance(field.data, Percent) and field.data.ppm < 0:
        raise ValidationError(_("The percentage may not be below zero."))


def above_zero(_form: PlainForm, field: Field) -> None:
    """Validator: more than nothing."""
    if isinstance(field.data, Money) and field.data.micro <= 0:
        raise ValidationError(_("The amount must be above zero."))
