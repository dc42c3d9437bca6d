"""How often the sites of a price level are paid, and what the master keeps of their sales."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from kameng.domains.terms import queries, service
from kameng.domains.terms.cycles import LONGEST_DELAY, Cycle, cycle_from
from kameng.domains.terms.errors import NoSuchLevel
from kameng.domains.terms.rules import MOST_PLATFORM_FEE
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, PercentField, not_negative
from kameng.faces.console.settlements import words
from kameng.faces.console.sitesearch import refuse_without_sites
from kameng.faces.frame import guards, who
from kameng.kit.money import Percent


def _no_more_than_half(_form: Form, field: PercentField) -> None:
    if isinstance(field.data, Percent) and field.data > MOST_PLATFORM_FEE:
        raise ValidationError(_("At most %(most)s %%.", most=MOST_PLATFORM_FEE))


class CycleForm(Form):
    """When what agents of the level earned is given to them, and what a master keeps of it."""

    key = "cycle"
    settle = SelectField(_l("Settlement"))
    delay = IntegerField(
        _l("Days until it is due"), [InputRequired(), NumberRange(1, LONGEST_DELAY)]
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.settle.choices = list(words.KINDS)
        if not g.tenant.is_root:
            del self.fee

    fee = PercentField(_l("Platform fee"), [InputRequired(), not_negative, _no_more_than_half])

    def cycle(self) -> Cycle:
        """What was chosen."""
        return cycle_from(self.settle.data, self.delay.data)


@pages.get("/s/<slug>/packages/levels/<uuid:level_id>/cycle")
@guards.staff("packages.edit")
def level_cycle(level_id: UUID) -> ResponseReturnValue:
    """The rhythm of one level."""
    level = _level(level_id)
    held = {"settle": level.cycle.kind.value, "delay": level.cycle.delay}
    form = CycleForm(**held, fee=level.platform_fee)
    return render_template("console/settlements/cycle.html", level=level, form=form)


@pages.post("/s/<slug>/packages/levels/<uuid:level_id>/cycle")
@guards.staff("packages.edit", again=level_cycle)
def save_level_cycle(level_id: UUID) -> ResponseReturnValue:
    """Pay the sites of a level at another rhythm from now on, and keep another share."""
    refuse_without_sites()
    form = CycleForm().checked()
    service.set_cycle(g.tenant, level_id, form.cycle(), actor=who.actor())
    if g.tenant.is_root:
        service.set_platform_fee(g.tenant, level_id, form.fee.data, actor=who.actor())
    flash(_("Saved. It holds for what is settled and ordered from now on; the past stays."), "ok")
    return redirect(url_for(".packages"), 303)


def _level(level_id: UUID) -> queries.LevelFacts:
    found = queries.level(g.tenant, level_id)
    if found is None:
        raise NoSuchLevel
    return found
