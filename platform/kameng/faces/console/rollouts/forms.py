"""The form that plans a roll-out."""

from __future__ import annotations

import re
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.design.rollouts.errors import BadWaves, NotNewer
from kameng.domains.design.rollouts.service import Plan
from kameng.faces.console.forms import Form, PercentField
from kameng.faces.console.sitesearch import NoSuchSite
from kameng.kit.money import Percent
from tenants import registry
from tenants.context import shared
from themes import engine

WAITS = {
    "10": _l("10 minutes"),
    "60": _l("1 hour"),
    "360": _l("6 hours"),
    "1440": _l("1 day"),
    "4320": _l("3 days"),
}
_BETWEEN = re.compile(r"[\s,，、;；%]+")
MOST_CHOSEN = 50


class PlanForm(Form):
    """Who goes first, the waves, how long each is watched, and when it stops by itself."""

    key = "plan"
    theme = HiddenField()
    from_line = HiddenField()
    to_line = HiddenField()
    first = StringField(_l("Sites that go first"), [Length(max=600)])
    waves = StringField(_l("Then so many percent of the sites"), [Length(max=60)])
    wait = SelectField(_l("Each wave is watched for"))
    threshold = PercentField(_l("Stop when more pages fail than"), [InputRequired()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.wait.choices = list(WAITS.items())

    def plan(self) -> Plan:
        """What was asked for; looks the sites up, so nothing may be open. Refuses NotNewer,
        BadWaves, NoSuchSite."""
        theme, old, new = (
            str(one.data or "") for one in (self.theme, self.from_line, self.to_line)
        )
        _refuse_unless_newer(theme, old, new)
        percent = self.threshold.data
        return Plan(
            theme=theme,
            from_line=old,
            to_line=new,
            chosen=_sites(self.first.data or ""),
            percents=_percents(self.waves.data or ""),
            wait_minutes=int(self.wait.data or "0"),
            threshold=percent.ppm // 100 if percent else 0,
        )


def fresh(theme: str, old: str, new: str) -> PlanForm:
    """The form as it begins: one's own site first, then three waves."""
    form = PlanForm()
    if not form.is_mine or form.theme.data != theme:
        form = PlanForm(formdata=None)
        form.theme.data, form.from_line.data, form.to_line.data = theme, old, new
        form.first.data, form.waves.data = g.tenant.slug, "5, 25, 100"
        form.wait.data, form.threshold.data = "1440", Percent.of("2")
    for one in form:
        one.id = f"{one.id}-{theme}"
    return form


def _refuse_unless_newer(theme: str, old: str, new: str) -> None:
    lines = engine.lines(theme) if theme in engine.THEMES else ()
    if old not in lines or new not in lines or lines.index(new) <= lines.index(old):
        raise NotNewer()


def _percents(text: str) -> tuple[int, ...]:
    words = [word for word in _BETWEEN.split(text.strip()) if word]
    if not words or not all(word.isascii() and word.isdigit() and len(word) < 4 for word in words):
        raise BadWaves()
    return tuple(int(word) for word in words)


def _sites(text: str) -> tuple[int, ...]:
    """The named sites of this alliance. Refuses NoSuchSite."""
    slugs = [word for word in _BETWEEN.split(text.strip().lower()) if word][:MOST_CHOSEN]
    with shared():
        found = [registry.by_slug(slug) for slug in slugs]
    if any(one is None or one.root_id != g.tenant.id for one in found):
        raise NoSuchSite
    return tuple(one.id for one in found if one)


def wait_words(minutes: int) -> str:
    """A wait as a person says it."""
    return str(WAITS.get(str(minutes)) or _("%(n)s minutes", n=minutes))
