"""What these forms have in common: the revision they were drawn from."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from kameng.faces.console.forms import Form, posted_id
from kameng.faces.console.writing import edits

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_TEXT = 60, 160, 20_000


class DesignForm(Form):
    """A form that changes the live design; `seen` is the revision it shows."""

    seen = HiddenField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**({"seen": edits.revision()} | given))

    @property
    def expected(self) -> UUID:
        """The revision the person looked at."""
        return posted_id(self.seen.data or "")


def plain(_form: Form, field: Field) -> None:
    """Validator: signs one can see."""
    if not (field.data or "").isprintable():
        raise ValidationError(_("Leave out signs that cannot be seen."))


class PageForm(DesignForm):
    """A page of the site's own, as far as it needs no editor."""

    key = "page"
    title = StringField(_l("Title"), [InputRequired(), Length(max=LONGEST_TITLE), plain])
    slug = StringField(
        _l("Address"),
        [
            InputRequired(),
            Regexp(
                r"^[a-z0-9][a-z0-9-]{0,39}$",
                message=_l("Small letters, digits and hyphens only, 40 at most."),
            ),
        ],
    )
    description = StringField(_l("Summary"), [Length(max=LONGEST_DESCRIPTION), plain])
    body = TextAreaField(_l("Text"), [Length(max=LONGEST_TEXT)])
    listed = BooleanField(_l("List it for search engines"))
