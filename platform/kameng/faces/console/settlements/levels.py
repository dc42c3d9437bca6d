"""How often the sites of a price level are paid."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from kameng.domains.terms import queries, service
from kameng.domains.terms.cycles import LONGEST_DELAY, Cycle, cycle_from
from kameng.domains.terms.errors import NoSuchLevel
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.settlements import words
from kameng.faces.console.sitesearch import refuse_without_sites
from kameng.faces.frame import guards, who


class CycleForm(Form):
    """When what agents of the level earned is given to them."""

    key = "cycle"
    settle = SelectField(_l("Settlement"))
    delay = IntegerField(
        _l("Days until it is due"), [InputRequired(), NumberRange(1, LONGEST_DELAY)]
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.settle.choices = list(words.KINDS)

    def cycle(self) -> Cycle:
        """What was chosen."""
        return cycle_from(self.settle.data, self.delay.data)


@pages.get("/s/<slug>/packages/levels/<uuid:level_id>/cycle")
@guards.staff("packages.edit")
def level_cycle(level_id: UUID) -> ResponseReturnValue:
    """The rhythm of one level."""
    level = _level(level_id)
    form = CycleForm(settle=level.cycle.kind.value, delay=level.cycle.delay)
    return render_template("console/settlements/cycle.html", level=level, form=form)


@pages.post("/s/<slug>/packages/levels/<uuid:level_id>/cycle")
@guards.staff("packages.edit", again=level_cycle)
def save_level_cycle(level_id: UUID) -> ResponseReturnValue:
    """Pay the sites of a level at another rhythm from now on."""
    refuse_without_sites()
    chosen = CycleForm().checked().cycle()
    service.set_cycle(g.tenant, level_id, chosen, actor=who.actor())
    flash(_("Saved. It holds from the next settlement on; what was settled stays settled."), "ok")
    return redirect(url_for(".packages"), 303)


def _level(level_id: UUID) -> queries.LevelFacts:
    found = queries.level(g.tenant, level_id)
    if found is None:
        raise NoSuchLevel
    return found
