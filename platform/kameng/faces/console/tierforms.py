"""The forms of tiers: what one is called, and who holds it."""

from uuid import UUID

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from kameng.domains.accounts.members.tiers import queries
from kameng.domains.accounts.members.tiers.queries import TierFacts
from kameng.domains.accounts.members.tiers.rules import HIGHEST_RANK, LONGEST_NAME
from kameng.faces.console.forms import Form, posted_id


class TierForm(Form):
    """A tier, new or changed."""

    key = "tier"
    name = StringField(_l("Name of the tier"), [InputRequired(), Length(max=LONGEST_NAME)])
    rank = IntegerField(_l("Rank"), [InputRequired(), NumberRange(1, HIGHEST_RANK)])


class HeldTierForm(Form):
    """The tier of one member; `seen` is the one the page showed."""

    key = "held"
    tier = SelectField(_l("Tier"))
    seen = HiddenField()

    def chosen(self) -> UUID | None:
        """The tier the member shall hold."""
        return posted_id(self.tier.data) if self.tier.data else None

    def shown(self) -> UUID | None:
        """The tier the person saw there."""
        return posted_id(self.seen.data) if self.seen.data else None


def tier_form(member_id: UUID) -> HeldTierForm:
    """The form of one member, with what they hold."""
    held = queries.of_member(g.tenant, member_id)
    now = str(held.id) if held else ""
    form = HeldTierForm(tier=now, seen=now)
    form.tier.choices = [("", _("No tier")), *map(_choice, queries.tiers(g.tenant))]
    return form


def _choice(one: TierFacts) -> tuple[str, str]:
    return str(one.id), one.name
