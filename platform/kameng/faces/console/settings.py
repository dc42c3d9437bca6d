"""What the site is called, says and looks like at first sight."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ColorField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.design import queries, service
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.frame import addresses, guards, qr, who
from kameng.kit import audit, clock
from tenants import registry
from tenants.context import shared
from tenants.database import commit_bound


class SiteForm(Form):
    """The few words every page of the storefront carries."""

    key = "site"
    name = StringField(_l("Site name"), [InputRequired(), Length(max=20)])
    primary = ColorField(_l("Theme colour"))
    notice = TextAreaField(_l("Announcement"), [Length(max=300)])
    contact = StringField(_l("Customer service contact"), [Length(max=120)])
    expected = HiddenField()


@pages.get("/s/<slug>/settings")
@guards.staff("settings.view")
def settings_page() -> ResponseReturnValue:
    """Name, colour, announcement, contact; address and staff beside them."""
    with shared():
        team = staff_accounts.staff_of(g.tenant.id)
    live = queries.live(g.tenant)
    site = live.get("site", {})
    form = SiteForm(
        name=site.get("name") or g.tenant.name,
        primary=live.get("tokens", {}).get("primary"),
        notice=site.get("notice", ""),
        contact=site.get("service_contact", ""),
    )
    return render_template(
        "console/settings.html", form=form, team=team, address=addresses.site(g.tenant)
    )


@pages.post("/s/<slug>/settings")
@guards.staff("settings.edit", again=settings_page)
def save_settings() -> ResponseReturnValue:
    """Save; shoppers see it at their next page."""
    form = SiteForm().checked()
    name = form.name.data.strip()
    service.set_site(
        g.tenant,
        name=name,
        notice=form.notice.data or "",
        contact=form.contact.data or "",
        primary=form.primary.data or None,
        author=g.staff.name,
        now=clock.now(),
    )
    told = {"name": name, "primary": form.primary.data, "notice": (form.notice.data or "")[:80]}
    audit.record(g.tenant, who.actor(), "site.settings", g.tenant.slug, after=told)
    commit_bound()
    with shared():
        registry.rename(g.tenant, name)
        commit_bound()
    flash(_("Saved. Shoppers see it at once."), "ok")
    return redirect(url_for(".settings_page"), 303)


@pages.get("/s/<slug>/share.svg")
@guards.staff("home.view")
def share_picture() -> ResponseReturnValue:
    """The storefront's address as a QR code."""
    return qr.answer(addresses.site(g.tenant))
