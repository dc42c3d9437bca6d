"""Who works for the site: invited by a mailed link, given another role, sent away."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, ValidationError

from kameng.domains.accounts.errors import NoSuchStaff
from kameng.domains.accounts.keys import service as keys
from kameng.domains.accounts.roles import queries as role_queries
from kameng.domains.accounts.roles import rules
from kameng.domains.accounts.staff import queries as accounts
from kameng.domains.accounts.staff import team as people
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.domains.notifications import service as notifications
from kameng.faces.console import words as states
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.frame import cells, guards, who
from kameng.faces.frame.throttle import limiter
from kameng.kit import audit, clock, ids
from tenants import registry
from tenants.context import shared
from tenants.database import commit_bound

NEW, KNOWN = "new", "known"
SENT = "staff.link_sent"


def if_new(form: PlainForm, field: Field) -> None:
    """Validator: needed for somebody who has no account yet."""
    if form["kind"].data == NEW and not (field.data or "").strip():
        raise ValidationError(_("Needed to send the invitation."))


class HireForm(Form):
    """Somebody for the site: new with a mail address, or with an account in this alliance."""

    key = "hire"
    kind = RadioField(_l("Account"), default=NEW)
    login = StringField(_l("Sign-in name"), [Length(min=3, max=32)])
    name = StringField(_l("What we call them"), [Length(max=40)])
    email = StringField(_l("E-mail"), [if_new, Length(max=254)])
    role = SelectField(_l("Role"))


class RoleForm(Form):
    """Another role for one person."""

    key = "role"
    role = SelectField(_l("Role"))


@pages.get("/s/<slug>/settings/staff")
@guards.staff("staff.view")
def team(staff_id: UUID | None = None) -> ResponseReturnValue:
    """Everybody, what they may do, and the way to one more."""
    with shared():
        found = accounts.colleagues(g.tenant)
        form = _hire_form()
    return render_template(
        "console/team/people.html",
        people=found,
        form=form,
        roles=form.role.choices,
        mine=g.held,
    )


@pages.post("/s/<slug>/settings/staff")
@limiter.limit("30 per hour")
@guards.staff("staff.edit", again=team)
def hire() -> ResponseReturnValue:
    """Invite somebody new by mail, or give somebody of the alliance a role here."""
    with shared():
        form = _hire_form().checked()
        told = {"role": form.role.data, "by": g.staff.id, "actor": who.actor(), "now": clock.now()}
        if form.kind.data == KNOWN:
            person = _of_ours(form.login.data or "")
            people.add(g.tenant, person, **told)
        else:
            person = people.invite(
                g.tenant,
                login=form.login.data or "",
                name=form.name.data or "",
                email=form.email.data or "",
                **told,
            )
        commit_bound()
    if form.kind.data == KNOWN:
        flash(_("%(name)s works for this site now.", name=person.name), "ok")
    else:
        _mail(person)
    return redirect(url_for(".team"), 303)


@pages.post("/s/<slug>/settings/staff/<uuid:staff_id>/role")
@guards.staff("staff.edit", again=team)
def set_role(staff_id: UUID) -> ResponseReturnValue:
    """Another role, from the person's next request on."""
    with shared():
        form = RoleForm()
        form.role.choices = _choices()
        role = form.checked().role.data
        person = people.change(
            g.tenant, staff_id, role, by=g.staff.id, actor=who.actor(), now=clock.now()
        )
        commit_bound()
    flash(_("%(name)s has the role now.", name=person.name), "ok")
    return redirect(url_for(".team" if staff_id != g.staff.id else ".home"), 303)


@pages.post("/s/<slug>/settings/staff/<uuid:staff_id>/invitation")
@limiter.limit("20 per hour")
@guards.staff("staff.edit", again=team)
def invite_again(staff_id: UUID) -> ResponseReturnValue:
    """Mail a fresh link to somebody who has not set a password; older links end."""
    with shared():
        found = [one for one in accounts.colleagues(g.tenant) if one.invited]
        person = next((one.person for one in found if one.person.id == staff_id), None)
        if person is None:
            raise NoSuchStaff
        audit.record(g.tenant, who.actor(), SENT, person.login)
        commit_bound()
    _mail(person)
    return redirect(url_for(".team"), 303)


@pages.post("/s/<slug>/settings/staff/<uuid:staff_id>/removal")
@guards.staff("staff.edit", again=team)
def dismiss(staff_id: UUID) -> ResponseReturnValue:
    """Out at the next request, and so are the keys they made."""
    with shared():
        actor, now = who.actor(), clock.now()
        person = people.remove(g.tenant, staff_id, by=g.staff.id, actor=actor, now=now)
        keys.revoke_all_of(g.tenant, staff_id, actor=actor, now=now)
        commit_bound()
    flash(_("%(name)s no longer works for this site.", name=person.name), "ok")
    mine = staff_id == g.staff.id
    return redirect(url_for(".sites_of_mine") if mine else url_for(".team"), 303)


def _mail(person: StaffFacts) -> None:
    """Queue the link, in the site's own transaction."""
    notifications.staff_invitation(
        g.tenant,
        person.id,
        by=g.staff.name,
        page=cells.entrance("/welcome"),
        key=ids.token(8),
    )
    flash(_("The invitation is on its way to %(mail)s.", mail=person.email or ""), "ok")


def _hire_form() -> HireForm:
    form = HireForm()
    form.kind.choices = [
        (NEW, _("Somebody new: gets a link by mail")),
        (KNOWN, _("Somebody with an account in this alliance")),
    ]
    form.role.choices = _choices()
    return form


def _choices() -> list[tuple[str, str]]:
    """The roles that can be given here by whoever asks, the smallest first; in `shared()`."""
    root = g.tenant.is_root
    built_in = [(role, states.say("role", role), ()) for role in rules.roles_of(root=root)]
    own = [(one.code, one.name, one.permissions) for one in role_queries.own_roles(g.tenant.id)]
    means = [
        (role, name, rules.held(role, given, root=root)) for role, name, given in (*built_in, *own)
    ]
    given = sorted((one for one in means if one[2] <= g.held), key=lambda one: len(one[2]))
    return [(role, name) for role, name, _held in given]


def _of_ours(login: str) -> StaffFacts:
    """Only somebody who works in this alliance can be named; others' accounts stay unknown.

    So do those who work for a site above: they come in by a visit, and whom a site could give a
    small role against his will would be shut out, as nobody visits where he belongs.
    """
    found = accounts.by_login(login)
    if found is None:
        raise NoSuchStaff
    works_at = {one.tenant_id for one in accounts.grants_of(found.id) if one.role != rules.STEWARD}
    held = registry.by_ids(list(works_at))
    if not any(one.root_id == g.tenant.root_id for one in held.values()):
        raise NoSuchStaff
    if works_at & set(g.tenant.chain[:-1]):
        raise NoSuchStaff
    return found
