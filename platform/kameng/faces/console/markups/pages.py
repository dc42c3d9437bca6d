"""Mark-up templates of a site: the list, one of them to change, and its end."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.pricing.markuptemplates import queries, service
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid
from kameng.faces.console.markups import words
from kameng.faces.console.markups.forms import template_form
from kameng.faces.frame import guards, who
from kameng.kit import clock


@pages.get("/s/<slug>/prices/templates")
@guards.staff("prices.view")
def markup_templates() -> ResponseReturnValue:
    """Every template with its lines and how many goods follow it."""
    found = queries.templates(g.tenant)
    return render_template(
        "console/markups/list.html",
        templates=[(one, words.lines(one.lines)) for one in found],
    )


@pages.get("/s/<slug>/prices/templates/new")
@guards.staff("prices.edit")
def new_markup_template() -> ResponseReturnValue:
    """An empty template."""
    return render_template("console/markups/template.html", form=template_form(), facts=None)


@pages.post("/s/<slug>/prices/templates/new")
@guards.staff("prices.edit", again=new_markup_template)
def make_markup_template() -> ResponseReturnValue:
    """Keep it, and go on to choosing goods."""
    form = template_form().checked()
    made = service.make(
        g.tenant, form.name.data or "", form.lines(), actor=who.actor(), now=clock.now()
    )
    flash(_("The template was saved. Now choose the goods it is for; no price changes yet."), "ok")
    return redirect(url_for(".markup_goods", template_id=made), 303)


@pages.get("/s/<slug>/prices/templates/<uuid:template_id>")
@guards.staff("prices.view")
def markup_template(template_id: UUID) -> ResponseReturnValue:
    """One template to look at and to change."""
    facts = queries.facts(g.tenant, template_id)
    return render_template("console/markups/template.html", form=template_form(facts), facts=facts)


@pages.post("/s/<slug>/prices/templates/<uuid:template_id>")
@guards.staff("prices.edit", again=markup_template)
def save_markup_template(template_id: UUID) -> ResponseReturnValue:
    """Save it; where prices follow it, first show what would become of them."""
    form = template_form(queries.facts(g.tenant, template_id)).checked()
    preview_id = service.save(
        g.tenant,
        template_id,
        form.name.data or "",
        form.lines(),
        version=form.version.data or 0,
        actor=who.actor(),
        now=clock.now(),
    )
    if preview_id is not None:
        return redirect(url_for(".markup_preview", preview_id=preview_id), 303)
    flash(_("The template was saved."), "ok")
    return redirect(url_for(".markup_template", template_id=template_id), 303)


@pages.post("/s/<slug>/prices/templates/<uuid:template_id>/removal")
@guards.staff("prices.edit", again=markup_template)
def drop_markup_template(template_id: UUID) -> ResponseReturnValue:
    """Delete it: its prices stay as they are, or go along after everybody could see which."""
    actor, now = who.actor(), clock.now()
    facts = queries.facts(g.tenant, template_id)
    if request.form.get("prices") == "go" and facts.goods:
        preview_id = service.preview_removal(g.tenant, template_id, actor=actor, now=now)
        return redirect(url_for(".markup_preview", preview_id=preview_id), 303)
    try:
        version = int(request.form.get("version", ""))
    except ValueError:
        raise FormInvalid from None
    service.let_go(g.tenant, template_id, version=version, actor=actor, now=now)
    if facts.goods:
        flash(_("The template was deleted; its prices stay as prices of their own."), "ok")
    else:
        flash(_("The template was deleted."), "ok")
    return redirect(url_for(".markup_templates"), 303)
