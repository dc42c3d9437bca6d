"""Categories of the site's own goods: up to three levels, shown or hidden."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kameng.domains.catalog import service
from kameng.domains.catalog.goods import queries
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.frame import guards, who
from kameng.kit import clock

ICONS = (
    *("", "video", "music", "game", "phone", "food", "gift", "software", "travel", "book"),
    *("card", "data", "shop", "star"),
)


class CategoryForm(Form):
    """One category."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=40)])
    parent_id = SelectField(_l("Inside"))
    icon = SelectField(_l("Picture"))
    position = IntegerField(_l("Position"), [Optional(), NumberRange(0, 100_000)], default=100)
    hidden = BooleanField(_l("Hidden in the storefront"))


@pages.get("/s/<slug>/goods/categories")
@guards.staff("goods.edit")
def categories() -> ResponseReturnValue:
    """The tree, and a form for one more."""
    return render_template(
        "console/goods/categories.html", rows=queries.category_choices(g.tenant), form=_form()
    )


@pages.post("/s/<slug>/goods/categories")
@guards.staff("goods.edit", again=categories)
def add_category() -> ResponseReturnValue:
    """Make a category."""
    form = _form().checked()
    service.create_category(
        g.tenant,
        form.name.data,
        parent_id=UUID(form.parent_id.data) if form.parent_id.data else None,
        **_looks(form),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("The category was added."), "ok")
    return redirect(url_for(".categories"), 303)


@pages.get("/s/<slug>/goods/categories/<uuid:category_id>")
@guards.staff("goods.edit")
def category(category_id: UUID) -> ResponseReturnValue:
    """Edit one category."""
    rows = queries.category_choices(g.tenant)
    facts = next((row for row in rows if row.id == category_id), None)
    if facts is None:
        return redirect(url_for(".categories"), 303)
    return render_template(
        "console/goods/category.html", facts=facts, form=_form(obj=facts, without=category_id)
    )


@pages.post("/s/<slug>/goods/categories/<uuid:category_id>")
@guards.staff("goods.edit", again=category)
def edit_category(category_id: UUID) -> ResponseReturnValue:
    """Save one category."""
    form = _form(without=category_id).checked()
    service.edit_category(
        g.tenant,
        category_id,
        name=form.name.data,
        **_looks(form),
        actor=who.actor(),
    )
    flash(_("The category was saved."), "ok")
    return redirect(url_for(".categories"), 303)


def _form(*, obj: object = None, without: UUID | None = None) -> CategoryForm:
    """The form; an existing category stays where it stands in the tree."""
    form = CategoryForm(obj=obj)
    form.icon.choices = [(icon, icon or _("None")) for icon in ICONS]
    if without is not None:
        del form.parent_id
        return form
    form.parent_id.choices = [("", _("Top level"))] + [
        (str(row.id), row.path) for row in queries.category_choices(g.tenant) if row.depth < 3
    ]
    return form


def _looks(form: CategoryForm) -> dict[str, Any]:
    return {
        "icon": form.icon.data or "",
        "position": form.position.data or 0,
        "hidden": bool(form.hidden.data),
    }
