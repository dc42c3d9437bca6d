"""The presets of a site: kept from a look of its own, called, put away."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design import queries as design
from kameng.domains.design.errors import DesignMissing
from kameng.domains.design.presets import queries, rules, service
from kameng.domains.design.presets.rules import State
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rules import digest
from kameng.domains.terms import queries as terms
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.presets import forms, modules, words
from kameng.faces.console.sitesearch import names_of
from kameng.faces.frame import guards, permissions, sketches, themewords, who
from kameng.kit import clock
from tenants.database import commit_bound

SIZE = 30


@pages.get("/s/<slug>/design/presets")
@guards.staff("design.view")
def presets() -> ResponseReturnValue:
    """What is kept for the sites below, and the present look to be kept."""
    archived = request.args.get("archived") == "1"
    some = queries.own(g.tenant, archived=archived)
    counts = queries.counts(g.tenant)
    return render_template(
        "console/presets/list.html",
        cards=[(one, counts.get(one.id, {})) for one in some],
        archived=archived,
        form=forms.KeepForm(),
        source=_source(),
        has_sites=terms.may_open_sites(g.tenant, now=clock.now()),
        title=themewords.title,
        words=words,
        State=State,
    )


def _source() -> RevisionFacts:
    """The version a preset is made from: the one named in the address, else what is live."""
    if named := lists.uuid("from"):
        return design.revision(g.tenant, named)[0]
    live = design.live_revision(g.tenant)
    if live is None:
        raise DesignMissing()
    return live


@pages.post("/s/<slug>/design/presets")
@guards.staff("design.edit", again=presets)
def keep_preset() -> ResponseReturnValue:
    """Keep a look; what it tells of this site itself is left out, and that is said."""
    form, source = forms.KeepForm().checked(), _source()
    whole = design.revision(g.tenant, source.id)[1]
    look, left = rules.look_of(whole, with_own=form.own.data)
    made = service.keep(
        g.tenant, look, form.called(), made_from=source, actor=who.actor(), now=clock.now()
    )
    flash(_("“%(name)s” is kept. Now choose who gets it.", name=made.name), "ok")
    if left:
        told = _("%(n)s texts told your own contact or filing; they were emptied.", n=len(left))
        flash(told, "info")
    return redirect(url_for(".preset", preset_id=made.id), 303)


@pages.get("/s/<slug>/design/presets/<uuid:preset_id>")
@guards.staff("design.view")
def preset(preset_id: UUID) -> ResponseReturnValue:
    """One preset, and what became of it at the sites it was pushed to."""
    facts = queries.one(g.tenant, preset_id)
    look = queries.look(g.tenant, preset_id)[1]
    state = lists.one_of("state", *State)
    chosen = State(state) if state else None
    pushes, total = queries.pushes(g.tenant, preset_id, state=chosen, page=lists.page(), size=SIZE)
    counts = queries.counts(g.tenant).get(preset_id, {})
    commit_bound()
    called = names_of(g.tenant, [one.tenant_id for one in pushes])
    return render_template(
        "console/presets/one.html",
        facts=facts,
        modules=modules.of(look),
        form=forms.CalledForm(data=_said(facts)),
        pushes=pushes,
        called=called,
        counts=counts,
        total=sum(counts.values()),
        place=lists.place(total, SIZE),
        title=themewords.title,
        words=words,
        State=State,
        may_push=may_push(),
    )


@pages.get("/s/<slug>/design/presets/<uuid:preset_id>/sketch.svg")
@guards.staff("design.view")
def preset_sketch(preset_id: UUID) -> Response:
    """Its front page as blocks, for this site and those below it."""
    _facts, look = queries.look(g.tenant, preset_id)
    return sketches.answer(look | {"digest": digest(look)})


def may_push() -> bool:
    """Whether this person may see the sites below and change how shops look."""
    return permissions.may("design.edit") and permissions.may("sites.view")


def _said(facts: queries.PresetFacts) -> dict[str, str]:
    return {"name": facts.name, "note": facts.note, "trade": facts.trade}


@pages.post("/s/<slug>/design/presets/<uuid:preset_id>")
@guards.staff("design.edit", again=preset)
def call_preset(preset_id: UUID) -> ResponseReturnValue:
    """Call it otherwise."""
    service.call(g.tenant, preset_id, forms.CalledForm().checked().called(), actor=who.actor())
    flash(_("Saved."), "ok")
    return redirect(url_for(".preset", preset_id=preset_id), 303)


@pages.post("/s/<slug>/design/presets/<uuid:preset_id>/archival")
@guards.staff("design.edit", again=preset)
def archive_preset(preset_id: UUID) -> ResponseReturnValue:
    """Put it away."""
    made = service.archive(g.tenant, preset_id, actor=who.actor(), now=clock.now())
    flash(_("“%(name)s” was put away. What was pushed of it stays.", name=made.name), "ok")
    return redirect(url_for(".presets"), 303)


@pages.post("/s/<slug>/design/presets/<uuid:preset_id>/restoration")
@guards.staff("design.edit", again=preset)
def restore_preset(preset_id: UUID) -> ResponseReturnValue:
    """Take it out again."""
    made = service.restore(g.tenant, preset_id, actor=who.actor())
    flash(_("“%(name)s” can be pushed again.", name=made.name), "ok")
    return redirect(url_for(".preset", preset_id=preset_id), 303)
