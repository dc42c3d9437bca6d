"""Pushing a preset: to whom, what changes there, and off it goes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design.presets import queries, service
from kameng.domains.design.presets.errors import NoTargets, PresetArchived
from kameng.domains.terms import queries as terms
from kameng.faces.console.blueprint import pages
from kameng.faces.console.presets import modules, targets, words
from kameng.faces.console.presets.pages import may_push
from kameng.faces.console.sitesearch import refuse_without_sites
from kameng.faces.frame import fitting, giving, guards, themewords, who
from kameng.kit import clock
from tenants.database import commit_bound


@pages.get("/s/<slug>/design/presets/<uuid:preset_id>/pushes")
@guards.staff("design.edit")
def choose_sites(preset_id: UUID) -> ResponseReturnValue:
    """To whom it is to go, and what would change there."""
    _refuse()
    luggage = fitting.pack(g.tenant, preset_id)
    if luggage.preset.archived_at is not None:
        raise PresetArchived()
    undecided = queries.undecided(g.tenant, preset_id)
    packages, levels = terms.packages(g.tenant), terms.levels(g.tenant)
    commit_bound()
    wish = targets.wish()
    return render_template(
        "console/presets/push.html",
        facts=luggage.preset,
        modules=modules.of(luggage.look),
        pictures=list(luggage.pictures.values()),
        brings=[key for key in ("pages", "menus") if luggage.look.get(key)],
        wish=wish,
        targets=targets.of(g.tenant, wish, luggage.preset),
        undecided=undecided,
        packages=packages,
        levels=levels,
        shown=targets.SHOWN,
        title=themewords.title,
        words=words,
    )


@pages.post("/s/<slug>/design/presets/<uuid:preset_id>/pushes")
@guards.staff("design.edit", again=choose_sites)
def push_preset(preset_id: UUID) -> ResponseReturnValue:
    """Send it on its way; a worker makes the drafts."""
    _refuse()
    facts = queries.one(g.tenant, preset_id)
    commit_bound()
    chosen = targets.of(g.tenant, targets.wish(), facts)
    if not chosen.fit:
        raise NoTargets()
    begun = service.push(g.tenant, preset_id, chosen.ids, actor=who.actor(), now=clock.now())
    giving.soon(g.tenant)
    flash(_("On its way to %(n)s sites. You can leave this page.", n=begun), "ok")
    return redirect(url_for(".preset", preset_id=preset_id), 303)


def _refuse() -> None:
    """Who may not see the sites below does not choose among them."""
    if not may_push():
        raise guards.NotAllowed(permission="sites.view")
    commit_bound()
    refuse_without_sites()
