"""装修 → 站点信息: what a site says of itself on every page, to search engines and in chats."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.writing import choices, edits
from kameng.faces.console.writing.forms import DesignForm, plain
from kameng.faces.frame import guards
from themes import engine

PICTURES = ("logo", "favicon", "social")
SHORT, LONG, DESCRIPTION = 80, 300, 160


def service_link(_form: Form, field: Field) -> None:
    """Validator: an address a page may link to."""
    if field.data and not engine.leads_out(field.data.strip(), also=("mailto", "tel")):
        raise ValidationError(_("Write a whole address: https://…, mailto:… or tel:…"))


class SiteInfoForm(DesignForm):
    """The words and pictures of `site` in the design."""

    key = "info"
    logo_text = StringField(_l("Logo text"), [Length(max=20), plain])
    notice = TextAreaField(_l("Announcement"), [Length(max=LONG)])
    service_contact = StringField(_l("Customer service contact"), [Length(max=120), plain])
    service_url = StringField(_l("Customer service link"), [Length(max=LONG), service_link])
    seo_title = StringField(_l("Title for search engines"), [Length(max=SHORT), plain])
    seo_description = TextAreaField(_l("Description for search engines"), [Length(max=DESCRIPTION)])
    seller = StringField(_l("Seller"), [Length(max=SHORT), plain])
    licence = StringField(_l("Licence"), [Length(max=SHORT), plain])

    def __init__(self, site: dict[str, Any], **given: Any) -> None:
        super().__init__(**{name: site.get(name, "") for name in FIELDS} | given)

    def said(self) -> dict[str, str]:
        """What was typed, trimmed."""
        return {name: (self[name].data or "").replace("\r", "").strip() for name in FIELDS}


FIELDS = (
    *("logo_text", "notice", "service_contact", "service_url"),
    *("seo_title", "seo_description", "seller", "licence"),
)


@pages.get("/s/<slug>/design/site")
@guards.staff("design.view")
def site_info() -> ResponseReturnValue:
    """The form as it is."""
    site = edits.live().get("site") or {}
    pictures = {name: choices.picker(name, site.get(name, "")) for name in PICTURES}
    return render_template("console/writing/site.html", form=SiteInfoForm(site), pictures=pictures)


@pages.post("/s/<slug>/design/site")
@guards.staff("design.edit", again=site_info)
def save_site_info() -> ResponseReturnValue:
    """Save; shoppers see it at once."""
    kept = edits.live().get("site") or {}
    pictures = {name: choices.picked(name, kept.get(name, "")) for name in PICTURES}
    document = edits.live()
    site = document.get("site") or {}
    form = SiteInfoForm(site).checked()
    changed = {**document, "site": {**site, **form.said(), **pictures}}
    edits.save(
        changed,
        expected=form.expected,
        act="design.site",
        subject="site",
        note=_("Site information"),
    )
    flash(_("Saved. Shoppers see it at once."), "ok")
    return redirect(url_for(".site_info"), 303)
