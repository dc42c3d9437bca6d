"""The form on a product page, and the value it becomes."""

import re
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from kameng.faces.storefront.ids import uuid_of
from kameng.kit.money import Money

MONEY = re.compile(r"\d{1,9}(\.\d{1,6})?")
MOST_PIECES = 10_000
PAY_STRIPE = "stripe"
PAY_WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shopper asked to buy, as typed and checked for form only."""

    sku_id: UUID
    quantity: int
    contact: str
    query_password: str | None
    shown_price: Money | None
    pay: str
    adult_statement: bool


class Pick(Form):
    """Which SKU, and how many: all a cart needs to know."""

    sku = StringField(validators=[InputRequired(_l("Please choose what to buy."))])
    quantity = IntegerField(
        default=1,
        validators=[
            InputRequired(_l("How many do you want?")),
            NumberRange(1, MOST_PIECES, _l("Please give a whole number from 1 on.")),
        ],
    )

    def validate_sku(self, field: StringField) -> None:
        """Only an id can name a SKU."""
        if uuid_of(field.data) is None:
            raise ValidationError(_("Please choose what to buy."))


class Reach(Form):
    """How to reach the shopper, the query password, the way to pay."""

    contact = StringField(validators=[Length(max=120, message=_l("This is too long."))])
    query_password = PasswordField(
        validators=[Length(max=64, message=_l("At most 64 characters."))]
    )
    pay = StringField(default=PAY_STRIPE)
    adult = BooleanField()

    def validate_pay(self, field: StringField) -> None:
        """Two ways to pay exist; anything else was not offered."""
        if field.data not in (PAY_STRIPE, PAY_WALLET):
            raise ValidationError(_("Please choose a way to pay."))


class Buy(Pick, Reach):
    """The whole form of a product page."""


def wish_of(form: Buy, posted: MultiDict[str, str]) -> Wish:
    """The value of a form that has passed `validate()`.

    The shown price travels per SKU (price.<sku>), so that it is right without JavaScript too."""
    sku_id = UUID(form.sku.data)
    shown = posted.get(f"price.{sku_id}") or posted.get("shown_price")
    return Wish(
        sku_id=sku_id,
        quantity=int(form.quantity.data),
        contact=(form.contact.data or "").strip(),
        query_password=(form.query_password.data or "").strip() or None,
        shown_price=money_of(shown),
        pay=form.pay.data,
        adult_statement=bool(form.adult.data),
    )


def money_of(text: str | None) -> Money | None:
    """The price a form carried, or None where it carried none."""
    return Money.of(text) if text and MONEY.fullmatch(text) else None
