"""装修 → 页面: the site's own pages with their text; each save is a revision of the design."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from kameng.domains.design.errors import PageAddressTaken
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import posted_id
from kameng.faces.console.writing import edits
from kameng.faces.console.writing.forms import PageForm
from kameng.faces.frame import addresses, guards
from themes import engine

MOST = 50


@pages.get("/s/<slug>/design/pages")
@guards.staff("design.view")
def own_pages() -> ResponseReturnValue:
    """All pages of the site's own."""
    found = edits.live().get("pages") or {}
    return render_template(
        "console/writing/pages.html",
        rows=found,
        seen=edits.revision(),
        most=MOST,
        address=addresses.site(g.tenant, "/pages/"),
    )


@pages.get("/s/<slug>/design/pages/new")
@guards.staff("design.edit")
def new_own_page() -> ResponseReturnValue:
    """An empty form."""
    form = PageForm(listed=True)
    return render_template("console/writing/page.html", form=form, facts=None)


@pages.post("/s/<slug>/design/pages")
@guards.staff("design.edit", again=new_own_page)
def add_own_page() -> ResponseReturnValue:
    """Make a page; shoppers reach it at once."""
    form = PageForm().checked()
    if form.slug.data in (edits.live().get("pages") or {}):
        raise PageAddressTaken(slug=form.slug.data)
    _save(form, "", {})
    flash(_("The page is there. Put it into a menu so that shoppers find it."), "ok")
    return redirect(url_for(".own_page", name=form.slug.data), 303)


@pages.get("/s/<slug>/design/pages/<name>")
@guards.staff("design.view")
def own_page(name: str) -> ResponseReturnValue:
    """One page."""
    facts = _page(name)
    form = PageForm(
        title=facts["title"],
        slug=name,
        description=facts["description"],
        body=engine.typed_text(edits.text_of(facts)),
        listed=facts["listed"],
    )
    return render_template(
        "console/writing/page.html",
        form=form,
        facts=facts,
        name=name,
        address=addresses.site(g.tenant, f"/pages/{name}"),
    )


@pages.post("/s/<slug>/design/pages/<name>")
@guards.staff("design.edit", again=own_page)
def edit_own_page(name: str) -> ResponseReturnValue:
    """Save; shoppers see it at once."""
    facts, form = _page(name), PageForm().checked()
    taken = form.slug.data != name and form.slug.data in edits.live()["pages"]
    if taken:
        raise PageAddressTaken(slug=form.slug.data)
    _save(form, name, facts)
    flash(_("Saved. Shoppers see it at once."), "ok")
    return redirect(url_for(".own_page", name=form.slug.data), 303)


@pages.post("/s/<slug>/design/pages/<name>/removal")
@guards.staff("design.edit", again=own_pages)
def delete_own_page(name: str) -> ResponseReturnValue:
    """Delete it, and the lines of menus that led to it."""
    title = _page(name)["title"]
    edits.save(
        edits.without_page(edits.live(), name),
        expected=_seen(),
        act="design.page_deleted",
        subject=name,
        note=title,
    )
    told = _("“%(title)s” was deleted, and the menu lines that led to it.", title=title)
    way = Markup('<a class="alert-link" href="{}">{}</a>').format(
        url_for(".look_history"), _("Bring it back")
    )
    flash(Markup("{} {}").format(told, way), "ok")
    return redirect(url_for(".own_pages"), 303)


def _save(form: PageForm, name: str, facts: dict[str, Any]) -> None:
    page = {
        "title": form.title.data.strip(),
        "description": (form.description.data or "").strip(),
        "listed": form.listed.data,
        "sections": edits.with_text(facts, engine.rich_text(form.body.data or "")),
    }
    edits.save(
        edits.with_page(edits.live(), form.slug.data, name, page),
        expected=form.expected,
        act="design.page",
        subject=form.slug.data,
        note=page["title"],
    )


def _page(name: str) -> dict[str, Any]:
    found = (edits.live().get("pages") or {}).get(name)
    if found is None:
        abort(404)
    return dict(found)


def _seen() -> UUID:
    return posted_id(request.form.get("seen", ""))
