"""The matrix role × resource × action: what everybody may do; the site's own roles to change."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from kameng.domains.accounts.errors import NoSuchRole
from kameng.domains.accounts.roles import queries, rules
from kameng.domains.accounts.staff import ownroles
from kameng.domains.accounts.staff import queries as accounts
from kameng.faces.console import words as states
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form
from kameng.faces.console.team import words
from kameng.faces.frame import guards, who
from kameng.kit import clock
from tenants.context import shared
from tenants.database import commit_bound

CHOSEN = "permission"


@dataclass(frozen=True)
class Column:
    """One role of the matrix."""

    code: str
    name: str
    held: frozenset[str]
    people: int | None
    version: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the site made it itself and may change it."""
        return self.code.startswith(rules.OWN)


class NewRoleForm(Form):
    """A role that begins as another one is."""

    key = "new"
    name = StringField(_l("Name of the role"), [InputRequired(), Length(max=rules.LONGEST_NAME)])
    like = SelectField(_l("Begin with what this role may do"))


class OwnRoleForm(Form):
    """The name of a role and the version that was seen; the boxes of the matrix belong to it."""

    key = "own"
    name = StringField(_l("Name of the role"), [InputRequired(), Length(max=rules.LONGEST_NAME)])
    version = IntegerField(widget=HiddenInput())


@pages.get("/s/<slug>/settings/roles")
@guards.staff("staff.view")
def roles() -> ResponseReturnValue:
    """Every role beside every other."""
    columns = _columns()
    form = NewRoleForm()
    mine = sorted((one for one in columns if one.held <= g.held), key=lambda one: len(one.held))
    form.like.choices = [(one.code, one.name) for one in mine]
    return _page(columns, form=form, edited=None)


@pages.post("/s/<slug>/settings/roles")
@guards.staff("roles.edit", again=roles)
def make_role() -> ResponseReturnValue:
    """A new role of the site's own, then its boxes."""
    columns = _columns()
    form = NewRoleForm()
    form.like.choices = [(one.code, one.name) for one in columns]
    form.checked()
    like = next(one for one in columns if one.code == form.like.data)
    with shared():
        made = ownroles.make(
            g.tenant, form.name.data, like.held, by=g.staff.id, actor=who.actor(), now=clock.now()
        )
        commit_bound()
    flash(_("The role is there. Tick what it may do."), "ok")
    return redirect(url_for(".role", code=made.code), 303)


@pages.get("/s/<slug>/settings/roles/<code>")
@guards.staff("staff.view")
def role(code: str) -> ResponseReturnValue:
    """The matrix with one own role to change."""
    columns = _columns()
    edited = next((one for one in columns if one.code == code and one.is_own), None)
    if edited is None:
        raise NoSuchRole
    form = OwnRoleForm(name=edited.name, version=edited.version)
    return _page(columns, form=form, edited=edited)


@pages.post("/s/<slug>/settings/roles/<code>")
@guards.staff("roles.edit", again=role)
def set_role_permissions(code: str) -> ResponseReturnValue:
    """Save the boxes; everybody who has the role feels it at the next request."""
    form = OwnRoleForm().checked()
    with shared():
        ownroles.change(
            g.tenant,
            code,
            name=form.name.data,
            permissions=request.form.getlist(CHOSEN),
            version=form.version.data,
            by=g.staff.id,
            actor=who.actor(),
            now=clock.now(),
        )
        commit_bound()
    flash(_("Saved. It holds from everybody's next request on."), "ok")
    return redirect(url_for(".roles"), 303)


@pages.post("/s/<slug>/settings/roles/<code>/removal")
@guards.staff("roles.edit", again=role)
def drop_role(code: str) -> ResponseReturnValue:
    """Remove a role nobody has."""
    with shared():
        gone = ownroles.drop(g.tenant, code, by=g.staff.id, actor=who.actor())
        commit_bound()
    flash(_("The role %(name)s was removed.", name=gone.name), "ok")
    return redirect(url_for(".roles"), 303)


def _columns() -> list[Column]:
    """Built-in roles of this kind of site, its own, and at last what a visitor from above may."""
    root = g.tenant.is_root
    with shared():
        own = queries.own_roles(g.tenant.id)
        people = [one.role for one in accounts.colleagues(g.tenant)]
    visitor = Column(
        rules.STEWARD, states.say("role", rules.STEWARD), rules.held(rules.STEWARD, root=root), None
    )
    built_in = [
        Column(code, states.say("role", code), rules.held(code, root=root), people.count(code))
        for code in rules.roles_of(root=root)
    ]
    made = [
        Column(
            one.code,
            one.name,
            rules.held(one.code, one.permissions, root=root),
            people.count(one.code),
            one.version,
        )
        for one in own
    ]
    return [*built_in, *made, visitor]


def _page(columns: list[Column], *, form: Form, edited: Column | None) -> ResponseReturnValue:
    root = g.tenant.is_root
    posted = set(request.form.getlist(CHOSEN)) if form.is_mine else None
    return render_template(
        "console/team/matrix.html",
        columns=columns,
        rows=words.rows(root=root),
        words=words,
        form=form,
        edited=edited,
        ticked=posted if posted is not None else (edited.held if edited else frozenset()),
        mine=g.held,
        never=[] if root else sorted(rules.MASTER_ONLY, key=list(words.ACTS).index),
    )
