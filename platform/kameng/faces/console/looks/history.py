"""装修 → 历史版本: every saved version as a small drawing, with who made it and the ways back."""

from dataclasses import dataclass
from uuid import UUID

from flask import (
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design import queries, service
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.drafts import service as drafting
from kameng.domains.design.skins import queries as skins
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import gates
from kameng.faces.console.looks import places
from kameng.faces.frame import guards, looks, qr, sketches, themewords, who
from kameng.kit import audit, clock
from themes import engine

SIZE = 12


@dataclass(frozen=True)
class Marks:
    """What is special about a version."""

    is_live: bool
    is_planned: bool


@pages.get("/s/<slug>/design/revisions")
@guards.staff("design.view")
def look_history() -> ResponseReturnValue:
    """Every version, the newest first; each can be seen, named and made live again."""
    live, named = gates.live(), request.args.get("named") == "1"
    found, total = queries.revisions(g.tenant, named=named, page=lists.page(), size=SIZE)
    draft = drafts.one(g.tenant)
    planned = {one.revision_id for one in skins.to_come(g.tenant)}
    return render_template(
        "console/looks/history.html",
        cards=[(one, Marks(one.id == live.id, one.id in planned - {live.id})) for one in found],
        place=lists.place(total, SIZE),
        live=live,
        may_draft=_has_editor(),
        step=draft.step if draft else 0,
        is_drafted=bool(draft and draft.arrangement),
        named=named,
        longest=service.LONGEST_NOTE,
        title=themewords.title,
    )


@pages.post("/s/<slug>/design/revisions/<uuid:revision_id>/name")
@guards.staff("design.edit", again=look_history)
def name_look(revision_id: UUID) -> ResponseReturnValue:
    """Give it a name to find it by; one with a name is kept longer."""
    name = request.form.get("note", "")
    service.name(g.tenant, revision_id, name, actor=who.actor())
    flash(_("Named.") if name.strip() else _("The name is gone."), "ok")
    return redirect(url_for(".look_history", page=request.form.get("page") or None), 303)


@pages.post("/s/<slug>/design/revisions/<uuid:revision_id>/draft")
@guards.staff("design.edit", again=look_history)
def draft_look(revision_id: UUID) -> ResponseReturnValue:
    """Take it up as the working draft; shoppers see nothing of it. The page's step says which
    draft the person saw."""
    facts, arrangement = queries.revision(g.tenant, revision_id)
    gates.refuse_locked(facts.theme)
    step = request.form.get("step", "")
    drafting.keep(
        g.tenant,
        engine.opened(arrangement)[0],
        step=int(step[:9]) if step.isascii() and step.isdigit() else -1,
        editor="",
        author=g.staff.name,
        seen=gates.live().id,
        now=clock.now(),
    )
    audit.record(g.tenant, who.actor(), "design.restored", str(facts.id), after={"seq": facts.seq})
    return redirect(url_for(".editor" if _has_editor() else ".look_history"), 303)


def _has_editor() -> bool:
    return "console.editor" in current_app.view_functions


@pages.get("/s/<slug>/design/revisions/<uuid:revision_id>/sketch.svg")
@guards.staff("design.view")
def look_sketch(revision_id: UUID) -> Response:
    """Its front page as blocks. A version never changes, so its picture may be kept."""
    facts, arrangement = queries.revision(g.tenant, revision_id)
    return sketches.answer(arrangement | {"digest": facts.digest})


@pages.get("/s/<slug>/design/revisions/<uuid:revision_id>/qr.svg")
@guards.staff("design.view")
def look_qr(revision_id: UUID) -> Response:
    """The preview's link for the camera of a phone; it ends as the link does."""
    facts, _arrangement = queries.revision(g.tenant, revision_id)
    return qr.answer(looks.link(g.tenant, facts.id, places.path(request.args.get("at", ""))))
