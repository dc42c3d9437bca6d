"""Opening a site below at the console: for somebody new, for somebody known, or for oneself.

The same wish and the same steps as the signup page; only the owner differs. Somebody new gets a
link by mail to set the first password: nobody here ever knows it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ColorField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from kameng.config import settings
from kameng.domains.accounts import rules as account_rules
from kameng.domains.accounts.errors import LoginTaken, NoSuchStaff
from kameng.domains.accounts.passwords import UNSET
from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.agents import queries as agent_queries
from kameng.domains.agents import service as agents
from kameng.domains.agents.errors import NoSitesBelow, NoSuchApplication
from kameng.domains.agents.queries import ApplicationFacts
from kameng.domains.agents.rules import State, Wish
from kameng.domains.notifications import service as notifications
from kameng.domains.terms import queries as terms
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, posted_id
from kameng.faces.console.sitesearch import refuse_without_sites, site_below
from kameng.faces.frame import cells, guards, i18n, opening, permissions, refusals, who
from kameng.faces.frame.money import cash
from kameng.faces.frame.throttle import limiter
from kameng.kit import audit, clock, ids
from tenants import overview, registry
from tenants.context import shared, use
from tenants.database import commit_bound

APPLIED, INVITED = "site.applied", "site.invited"
ON_BEHALF = "on-behalf"
"""Instead of the version of accepted terms: the owner accepts them with the first password."""
NEW, KNOWN, MINE = "new", "known", "mine"


class OpenForm(Form):
    """What the site is to be, and whose."""

    key = "open"
    application = HiddenField()
    package = SelectField(_l("Package"))
    slug_ = StringField(_l("Subdomain"), [InputRequired(), Length(max=300)], name="name")
    site_name = StringField(_l("Site name"), [InputRequired(), Length(max=60)])
    primary = ColorField(_l("Theme colour"), default="#2563eb")
    owner = RadioField(_l("Whose site it is"), default=NEW)
    login = StringField(_l("Sign-in name"), [Optional(), Length(max=32)])
    email = StringField(_l("E-mail"), [Optional(), Length(max=254)])


@dataclass(frozen=True)
class Owner:
    """Who will run the site; somebody new brings neither id nor password."""

    login: str
    name: str
    email: str
    staff_id: UUID | None

    @property
    def password_hash(self) -> str | None:
        return UNSET if self.staff_id is None else None


@pages.get("/s/<slug>/sites/new")
@guards.staff("sites.open")
def new_site() -> ResponseReturnValue:
    """The empty form, or the refused one."""
    refuse_without_sites()
    now = settings()
    before, after = now.address(now.host("{name}"), path="").split("{name}")
    return render_template(
        "console/sites/new.html",
        form=_form(),
        packages=terms.packages_on_sale(g.tenant),
        before=before,
        after=after,
    )


@pages.post("/s/<slug>/sites/new")
@limiter.limit("120 per hour")
@guards.staff("sites.open", again=new_site)
def open_site() -> ResponseReturnValue:
    """Write the application down, go through the steps, show what became of it."""
    refuse_without_sites()
    form, now = _form().checked(), clock.now()
    commit_bound()
    application = posted_id(form.application.data)
    with shared():
        known = agent_queries.application(application)
        if known is not None:
            return redirect(url_for(".opening_site", application=application), 303)
        _refuse_below_a_shut_site()
        owner = _owner(form)
        agents.check_free(form.slug_.data)
    with use(g.tenant):
        made = agents.apply(g.tenant, application, _wish(form, owner), now=now)
        told = {"name": made.site_name, "owner": owner.login}
        audit.record(g.tenant, who.actor(), APPLIED, made.slug, after=told)
        commit_bound()
    opening.open_site(application, now=now)
    return redirect(url_for(".opening_site", application=application), 303)


@pages.get("/s/<slug>/sites/new/<uuid:application>")
@guards.staff("sites.open")
def opening_site(application: UUID) -> ResponseReturnValue:
    """Open: on to the site's page. Not yet, or refused: what is going on."""
    facts = _found(application)
    if facts.state is State.OPEN and facts.opened_id:
        flash(_("%(name)s is open.", name=facts.site_name), "ok")
        return redirect(url_for(".site", site_id=facts.opened_id), 303)
    return render_template(
        "console/sites/opening.html",
        facts=facts,
        reason=refusals.TEXTS.get(facts.reason or "", ""),
    )


@pages.get("/s/<slug>/sites/new/<uuid:application>/state")
@guards.staff("sites.open")
def opening_state(application: UUID) -> ResponseReturnValue:
    """{state}: asked every second while a site is being prepared."""
    return jsonify(state=_found(application).state.value)


@pages.post("/s/<slug>/sites/<int:site_id>/invitation")
@limiter.limit("20 per hour")
@guards.staff("sites.open")
def invite_owner(site_id: int) -> ResponseReturnValue:
    """Mail a fresh link to an owner who has not set a password; older links end."""
    child = site_below(g.tenant, site_id)
    with shared():
        person = staff_accounts.invited(child.id)
        if person is None:
            raise NoSuchStaff
        audit.record(g.tenant, who.actor(), INVITED, child.slug, after={"owner": person.login})
        commit_bound()
    with use(child):
        notifications.owner_invitation(
            child, person.id, page=cells.entrance("/welcome"), key=ids.token(8)
        )
        commit_bound()
    flash(_("The invitation is on its way to %(mail)s.", mail=person.email or ""), "ok")
    return redirect(url_for(".site", site_id=site_id), 303)


def _found(application: UUID) -> ApplicationFacts:
    facts = agent_queries.application(application)
    if facts is None:
        raise NoSuchApplication
    return facts


def _form() -> OpenForm:
    """The form with the packages on sale; a master site's operator may open for anybody."""
    form = OpenForm(application=str(ids.uuid7()))
    form.package.choices = [
        (str(one.id), f"{one.name} · {_('Free') if one.is_free else _fees(one)}")
        for one in terms.packages_on_sale(g.tenant)
    ]
    form.owner.choices = [
        (NEW, _("Somebody new: gets a link to set a password")),
        (MINE, _("My own account, %(login)s", login=g.staff.login)),
    ]
    if permissions.may("sites.move"):
        form.owner.choices.insert(1, (KNOWN, _("Somebody who has an account here")))
    return form


def _fees(package: terms.PackageFacts) -> str:
    """What a package costs, in short."""
    month = _("%(fee)s a month", fee=cash(package.fee)) if package.fee.micro else ""
    year = _("%(fee)s a year", fee=cash(package.fee_year)) if package.fee_year else ""
    return " · ".join(one for one in (month, year) if one)


def _owner(form: OpenForm) -> Owner:
    """Whom the form names; in `shared()`. Refuses LoginTaken, BadLogin, NoSuchStaff."""
    if form.owner.data == MINE:
        return _known(g.staff)
    if form.owner.data == KNOWN:
        found = staff_accounts.by_login(form.login.data or "")
        if found is None or not _is_ours(found.id):
            raise NoSuchStaff
        return _known(found)
    login = account_rules.login(form.login.data or "")
    if staff_accounts.login_taken(login):
        raise LoginTaken(login=login)
    return Owner(login, login, form.email.data or "", None)


def _refuse_below_a_shut_site() -> None:
    """Nothing opens below a site that is shut, nor further down; in `shared()`."""
    line = overview.one(g.tenant)
    if line is None or line.shut_above:
        raise NoSitesBelow


def _known(person: Any) -> Owner:
    return Owner(person.login, person.name, person.email or "", person.id)


def _is_ours(staff_id: UUID) -> bool:
    """Only somebody who works in this alliance can be named; others' accounts stay unknown."""
    held = registry.by_ids([grant.tenant_id for grant in staff_accounts.grants_of(staff_id)])
    return any(one.root_id == g.tenant.root_id for one in held.values())


def _wish(form: OpenForm, owner: Owner) -> Wish:
    return Wish(
        slug=form.slug_.data,
        site_name=form.site_name.data,
        package_id=posted_id(form.package.data),
        theme=_theme(posted_id(form.package.data)),
        locale=i18n.locale(),
        primary=form.primary.data,
        login=owner.login,
        owner_name=owner.name,
        email=owner.email,
        password_hash=owner.password_hash,
        staff_id=owner.staff_id,
        terms_version=ON_BEHALF,
    )


def _theme(package_id: UUID) -> str:
    """The usual theme, or one that the package has."""
    package = terms.package(g.tenant, package_id)
    return opening.theme_for(package.allows) if package else opening.THEME
