"""Choosing how the shop looks: try a theme, see it, publish it, take it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design import publishing, queries, service
from kameng.domains.design.presets import offers
from kameng.domains.design.presets import queries as presets
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rules import Arrangement
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import gates
from kameng.faces.console.editor import checklist
from kameng.faces.console.forms import FormInvalid, posted_id
from kameng.faces.console.looks import cards, places, summary
from kameng.faces.frame import (
    addresses,
    giving,
    guards,
    headers,
    i18n,
    lines,
    looks,
    themewords,
    thumbnails,
    who,
)
from kameng.kit import clock
from tenants.database import commit_bound
from themes import engine

KEEP = "keep"
"""Instead of a preset: another theme, the same pages."""
HISTORY = 50


@pages.get("/s/<slug>/design/themes")
@guards.staff("design.view")
def looks_gallery() -> ResponseReturnValue:
    """What is live now, and everything it could be."""
    usual = lines.all_usual(g.tenant.root_id)
    live = gates.live()
    return render_template(
        "console/looks/gallery.html",
        live=live,
        title=themewords.title(live.theme),
        gallery=cards.gallery(live, usual),
        undo=_undo(live),
        keep=KEEP,
    )


@pages.post("/s/<slug>/design/drafts")
@guards.staff("design.edit", again=looks_gallery)
def try_look() -> ResponseReturnValue:
    """Make a draft in another look and lead to its preview; nothing is live by this."""
    theme, preset = request.form.get("theme", ""), request.form.get("preset", "")
    usual = lines.all_usual(g.tenant.root_id)
    gates.refuse_locked(theme)
    line = cards.line_of(theme, gates.live(), usual)
    key = None if preset == KEEP else preset
    if key is not None and all(one["key"] != key for one in engine.presets(theme, line)):
        raise FormInvalid
    made = engine.switch(gates.document(), theme, key, line, locale=i18n.locale())
    note = cards.preset_title(theme, preset, line) if key else _("pages kept")
    saved = service.save_draft(
        g.tenant, made, author=_name(), note=f"{themewords.title(theme)} · {note}", now=clock.now()
    )
    return redirect(url_for(".look", revision_id=saved.id), 303)


@pages.get("/s/<slug>/design/revisions/<uuid:revision_id>")
@guards.staff("design.view")
def look(revision_id: UUID) -> ResponseReturnValue:
    """One revision as shoppers would see it, and the button that lets them."""
    facts, arrangement = queries.revision(g.tenant, revision_id)
    at = places.known(request.args.get("at", ""))
    link = looks.link(g.tenant, facts.id, places.path(at))
    page = render_template(
        "console/looks/look.html",
        facts=facts,
        live=gates.live(),
        title=themewords.title(facts.theme),
        is_allowed=gates.allows(facts.theme),
        at=at,
        places=places.LABELS,
        wide=request.args.get("wide") == "1",
        link=link,
        summary=_checked(arrangement),
        marks=summary.MARKS,
    )
    return headers.framing(make_response(page), addresses.site(g.tenant, ""))


@pages.post("/s/<slug>/design/revisions/<uuid:revision_id>/publication")
@guards.staff("design.edit", again=look)
def publish_look(revision_id: UUID) -> ResponseReturnValue:
    """Let shoppers see it from now on, unless somebody else published meanwhile."""
    facts, _arrangement = queries.revision(g.tenant, revision_id)
    gates.refuse_locked(facts.theme)
    expected = posted_id(request.form.get("expected", ""))
    revision_id, now = _up_to_date(revision_id, expected), clock.now()
    publishing.publish(g.tenant, revision_id, expected=expected, actor=who.actor(), now=now)
    offers.published(g.tenant, revision_id, now=now)
    flash(_("Published. Shoppers see it from their next page on."), "ok")
    return redirect(url_for(".looks_gallery", undo=expected), 303)


def _up_to_date(revision_id: UUID, live: UUID) -> UUID:
    """A draft that a site above made is published over what is live by now, not over what was."""
    offer = None if g.tenant.is_root else presets.offered(g.tenant, revision_id)
    if offer is None:
        return revision_id
    commit_bound()
    return giving.brought_up(g.tenant, offer, live)


thumbnails.serve(pages, "/looks", "look_picture")


def _checked(arrangement: Arrangement) -> summary.Summary | None:
    """What to look at before publishing; nothing of a theme that left the gallery."""
    try:
        return summary.Summary(checklist.findings(g.tenant, arrangement))
    except engine.UnknownTheme:
        return None


def _undo(live: RevisionFacts) -> RevisionFacts | None:
    """The version that was live before the one just published, to go back to with one press."""
    try:
        before = UUID(request.args.get("undo", ""))
    except ValueError:
        return None
    known = {one.id: one for one in queries.history(g.tenant, size=HISTORY)}
    return known.get(before) if before != live.id else None


def _name() -> str:
    person = g.get("staff")
    return str(person.name) if person else ""
