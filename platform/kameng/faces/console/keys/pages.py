"""The page of a site's API keys: a new one is shown once, a revoked one opens nothing any more."""

from datetime import timedelta
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from kameng.domains.accounts.keys import queries, rules, service
from kameng.domains.accounts.keys.errors import BadNetwork, TooManyNetworks
from kameng.domains.accounts.keys.service import Wish
from kameng.domains.billing import allowances
from kameng.domains.terms.rules import Module
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.keys import words
from kameng.faces.console.team import words as teamwords
from kameng.faces.frame import addresses, guards, refusals, who
from kameng.faces.frame.throttle import limiter
from kameng.kit import clock
from tenants.context import shared
from tenants.database import commit_bound

SOON = timedelta(days=14)
ROOT = "/api/v1/"
FIRST = f"{ROOT}prices?limit=1"
USUAL = "90"


def places(_form: PlainForm, field: Field) -> None:
    """Validator: addresses and networks that can be read."""
    try:
        rules.check_networks(field.data or "")
    except (BadNetwork, TooManyNetworks) as refusal:
        raise ValidationError(refusals.text(refusal)) from None


class KeyForm(Form):
    """What a new key is for."""

    key = "key"
    name = StringField(_l("What it is for"), [InputRequired(), Length(max=rules.LONGEST_NAME)])
    permissions = SelectMultipleField(
        _l("It may"),
        [InputRequired()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField(_l("It lasts"), default=USUAL)
    networks = TextAreaField(_l("Only from these addresses"), [Length(max=1_000), places])

    def wish(self) -> Wish:
        """The key that is asked for."""
        days = int(self.days.data) if self.days.data else None
        return Wish(self.name.data, self.permissions.data or (), self.networks.data or "", days)


@pages.get("/s/<slug>/settings/keys")
@guards.staff("keys.edit")
def keys(key_id: UUID | None = None) -> ResponseReturnValue:
    """Every key in force, the last ones that are over, and the way to one more."""
    form, now = _form(), clock.now()
    with shared():
        live, ended = queries.keys_of(g.tenant, now=now)
    return render_template(
        "console/keys/list.html",
        live=live,
        ended=ended,
        form=form,
        words=words,
        what=teamwords.act,
        soon=now + SOON,
        address=addresses.site(g.tenant, ROOT),
    )


@pages.post("/s/<slug>/settings/keys")
@limiter.limit("30 per hour")
@guards.staff("keys.edit", again=keys)
def make_key() -> ResponseReturnValue:
    """A new key, shown here and never again; so this answer leads nowhere else."""
    form = _form().checked()
    with shared():
        allowances.check_module(g.tenant, Module.API)
        made = service.make(
            g.tenant, form.wish(), by=g.staff.id, actor=who.actor(), now=clock.now()
        )
        commit_bound()
    example = addresses.site(g.tenant, FIRST)
    return render_template("console/keys/made.html", made=made, example=example)


@pages.post("/s/<slug>/settings/keys/<uuid:key_id>/revocation")
@guards.staff("keys.edit", again=keys)
def revoke_key(key_id: UUID) -> ResponseReturnValue:
    """The next request with this key is a stranger's."""
    with shared():
        name = service.revoke(g.tenant, key_id, actor=who.actor(), now=clock.now())
        commit_bound()
    flash(_("The key %(name)s opens nothing any more.", name=name), "ok")
    return redirect(url_for(".keys"), 303)


def _form() -> KeyForm:
    """Only what the person may do and a key may hold can be ticked."""
    mine = sorted(rules.OFFERED & g.held)
    form = KeyForm(permissions=mine if len(mine) == 1 else [])
    form.permissions.choices = [(one, str(words.READS.get(one, one))) for one in mine]
    form.days.choices = words.durations()
    return form
