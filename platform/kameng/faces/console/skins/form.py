"""The form that plans a skin: which look, from when, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field, StringField
from wtforms.validators import InputRequired, Length, Optional

from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.skins import rules, service
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import gates
from kameng.faces.console.forms import Form, FormInvalid, posted_id
from kameng.faces.console.looks import cards
from kameng.faces.frame import guards, i18n, lines, themewords, who
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from themes import engine

VERSIONS = 8
VERSION, PRESET = "version", "preset"


class SkinForm(Form):
    """A plan as it is typed; `what` is "version:<id>" or "preset:<theme>:<key>"."""

    key = "skin"
    name = StringField(_l("Name"), [Length(max=rules.LONGEST_NAME)])
    starts = DateTimeLocalField(_l("Begins at"), [Optional()])
    ends = DateTimeLocalField(_l("Ends at"), [InputRequired()])

    def times(self, now: datetime) -> tuple[datetime, datetime]:
        """Both moments on the shop's clock; no start is now. Refuses SkinTimeUnreal."""
        return _moment(self.starts) or now, _moment(self.ends) or now


def _moment(field: Field) -> datetime | None:
    return rules.moment(field.data, SHOP_TIME) if field.data else None


@pages.get("/s/<slug>/design/skins/new")
@guards.staff("design.edit")
def new_skin() -> ResponseReturnValue:
    """An empty form; `?revision=` chooses a version beforehand."""
    usual = lines.all_usual(g.tenant.root_id)
    live = gates.live()
    return render_template(
        "console/skins/form.html",
        form=SkinForm(),
        chosen=request.form.get("what") or _asked(),
        versions=_versions(live),
        gallery=_gallery(live, usual),
        title=themewords.title,
    )


@pages.post("/s/<slug>/design/skins")
@guards.staff("design.edit", again=new_skin)
def plan_skin() -> ResponseReturnValue:
    """Plan it; one that is to begin now begins now."""
    usual = lines.all_usual(g.tenant.root_id)
    form, now = SkinForm().checked(), clock.now()
    starts, ends = form.times(now)
    service.hold(g.tenant)
    revision, called = _chosen(request.form.get("what", ""), form.name.data or "", usual, now)
    made = service.plan(
        g.tenant,
        revision.id,
        name=called,
        starts=starts,
        ends=ends,
        actor=who.actor(),
        now=now,
    )
    if starts <= now:
        service.begin(g.tenant, made.id, actor=who.actor(), now=now)
        flash(_("“%(name)s” is on. It ends by itself.", name=made.name), "ok")
    else:
        flash(_("“%(name)s” is planned. It begins and ends by itself.", name=made.name), "ok")
    return redirect(url_for(".skins"), 303)


def _chosen(
    what: str, typed: str, usual: Mapping[str, str], now: datetime
) -> tuple[RevisionFacts, str]:
    """The version to show, made now of a template's decoration where one was picked, and its
    name."""
    kind, _sign, which = what.partition(":")
    if kind == VERSION:
        facts, _arrangement = designs.revision(g.tenant, posted_id(which))
        gates.refuse_locked(facts.theme)
        return facts, typed.strip() or facts.note or _("Version %(n)s", n=facts.seq)
    theme, _sign, key = which.partition(":")
    gates.refuse_locked(theme)
    line = cards.line_of(theme, gates.live(), usual)
    if kind != PRESET or all(one["key"] != key for one in engine.presets(theme, line)):
        raise FormInvalid
    note = f"{themewords.title(theme)} · {cards.preset_title(theme, key, line)}"
    called = typed.strip() or note
    made = engine.switch(gates.document(), theme, key, line, locale=i18n.locale())
    return design.add_revision(g.tenant, made, author=g.staff.name, note=called, now=now), called


def _gallery(live: RevisionFacts, usual: Mapping[str, str]) -> list[cards.Card]:
    """The templates the package has, festive ones first."""
    found = [card for card in cards.gallery(live, usual) if card.is_allowed or card.is_live]
    return sorted(found, key=lambda card: "festival" not in engine.tags(card.name))


def _asked() -> str:
    try:
        return f"{VERSION}:{UUID(request.args.get('revision', ''))}"
    except ValueError:
        return ""


def _versions(live: RevisionFacts) -> list[RevisionFacts]:
    """The newest versions that are not live, the one asked for among them."""
    found, _total = designs.revisions(g.tenant, size=VERSIONS + 1)
    rest: list[Any] = [one for one in found if one.id != live.id][:VERSIONS]
    asked = _asked().removeprefix(f"{VERSION}:")
    if asked and asked not in {str(one.id) for one in rest} and asked != str(live.id):
        rest.insert(0, designs.revision(g.tenant, UUID(asked))[0])
    return rest
