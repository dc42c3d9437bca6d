"""One picture or film: its name, what it shows, where it is used, a part cut out of it, its
deletion."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from kameng.domains.catalog import service as catalog
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.design.media import queries, rules, service
from kameng.domains.design.media.errors import MediaInUse, MediaMissing
from kameng.domains.design.media.queries import MediaFacts
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import choices, lengths
from kameng.faces.console.forms import Form
from kameng.faces.frame import guards, media, who
from kameng.kit import clock
from kameng.kit.pictures import WIDTHS, Crop

_SIDE = [InputRequired(), NumberRange(0, WIDTHS[-1] * 11)]


class NameForm(Form):
    """What a picture is called and shows."""

    key = "name"
    name = StringField(_l("Name"), [InputRequired(), Length(max=rules.LONGEST_NAME)])
    alt = StringField(_l("What it shows"), [Length(max=rules.LONGEST_ALT)])


class FilmForm(NameForm):
    """The same of a video."""

    alt = StringField(_l("What the video shows"), [Length(max=rules.LONGEST_ALT)])


class CropForm(Form):
    """The part that is wanted, in pixels from the upper left corner."""

    key = "crop"
    x = IntegerField(_l("From the left"), _SIDE)
    y = IntegerField(_l("From the top"), _SIDE)
    width = IntegerField(_l("Width"), _SIDE)
    height = IntegerField(_l("Height"), _SIDE)


@pages.get("/s/<slug>/design/media/<uuid:media_id>")
@guards.staff("design.view")
def picture(media_id: UUID) -> ResponseReturnValue:
    """The picture and everything one may do with it."""
    row = _there(media_id)
    return render_template(
        "console/design/picture.html",
        row=row,
        shown=media.drop(g.tenant, row),
        film=media.film_drop(g.tenant, row),
        told=lengths.told,
        size=lengths.size,
        weight=lengths.weight,
        form=(FilmForm if row.film else NameForm)(obj=row),
        crop=CropForm(x=0, y=0, width=row.width, height=row.height),
        in_design=queries.in_design(g.tenant, row.id),
        products=goods.pictured(g.tenant, row.id),
    )


@pages.post("/s/<slug>/design/media/<uuid:media_id>")
@guards.staff("design.edit", again=picture)
def rename_picture(media_id: UUID) -> ResponseReturnValue:
    """Call it otherwise."""
    form = NameForm().checked()
    service.rename(
        g.tenant,
        _there(media_id).id,
        name=form.name.data,
        alt=form.alt.data or "",
        actor=who.actor(),
    )
    flash(_("Saved."), "ok")
    return redirect(url_for(".picture", media_id=media_id), 303)


@pages.post("/s/<slug>/design/media/<uuid:media_id>/parts")
@guards.staff("design.edit", again=picture)
def cut_picture(media_id: UUID) -> ResponseReturnValue:
    """Cut a part out: it becomes a picture of its own, this one stays as it is."""
    form = CropForm().checked()
    part = Crop(form.x.data, form.y.data, form.width.data, form.height.data)
    row = _there(media_id)
    if row.film:
        raise MediaMissing()
    made = choices.cut(g.tenant, row, part)
    flash(_("The part is a picture of its own now."), "ok")
    return redirect(url_for(".picture", media_id=made.id), 303)


@pages.post("/s/<slug>/design/media/<uuid:media_id>/deletion")
@guards.staff("design.edit", again=picture)
def delete_picture(media_id: UUID) -> ResponseReturnValue:
    """Delete it; one that is shown somewhere only when that was said. Products let go of it."""
    row = _there(media_id)
    products = goods.pictured(g.tenant, row.id)
    places = _places(queries.in_design(g.tenant, row.id), len(products))
    if places and request.form.get("anyway") != "y":
        raise MediaInUse(places=places)
    for product_id in products:
        catalog.set_picture(g.tenant, product_id, None, actor=who.actor(), now=clock.now())
    service.discard(g.tenant, row.id, actor=who.actor(), now=clock.now())
    return redirect(url_for(".media", deleted=row.id), 303)


@pages.post("/s/<slug>/design/media/<uuid:media_id>/restoration")
@guards.staff("design.edit")
def restore_picture(media_id: UUID) -> ResponseReturnValue:
    """Put a deleted picture back."""
    row = service.restore(g.tenant, media_id, actor=who.actor())
    flash(_("“%(name)s” is back.", name=row.name), "ok")
    return redirect(url_for(".media"), 303)


def _there(media_id: UUID) -> MediaFacts:
    row = queries.one(g.tenant, media_id)
    if row.deleted_at is not None:
        raise MediaMissing()
    return row


def _places(in_design: bool, products: int) -> str:
    said = [_("in the design")] if in_design else []
    said += [_("with %(n)s products", n=products)] if products else []
    return str(_(", ")).join(said)
