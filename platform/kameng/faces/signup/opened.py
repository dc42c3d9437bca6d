"""What became of an application: preparing, open with a short checklist, or refused."""

from __future__ import annotations

from uuid import UUID

from flask import g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kameng.config import settings
from kameng.domains.agents import queries as agents
from kameng.domains.agents.errors import NoSuchApplication
from kameng.domains.agents.queries import ApplicationFacts
from kameng.domains.agents.rules import State
from kameng.faces.frame import addresses, guards, opening, refusals
from kameng.faces.signup.answers import TERMS_VERSION
from kameng.faces.signup.blueprint import signup
from tenants.database import commit_bound


@signup.get("/open/<uuid:application_id>")
@guards.public
def progress(application_id: UUID) -> str:
    """The page of one application; made on this site, or not found."""
    facts = _found(application_id)
    return render_template(
        "signup/progress.html",
        facts=facts,
        address=address_of(facts),
        console=addresses.console("/sign-in"),
        reason=refusals.TEXTS.get(facts.reason or "", ""),
        no_room=_no_room(facts),
    )


@signup.get("/open/<uuid:application_id>/state")
@guards.public
def state(application_id: UUID) -> ResponseReturnValue:
    """{state, url}: where to go next, asked every second while a site is being prepared."""
    facts = _found(application_id)
    return jsonify(state=facts.state.value, url=next_page(facts))


@signup.get("/open/console")
@guards.public
def console() -> ResponseReturnValue:
    """The way from a shop just opened to the console: a theme links to paths of its own host."""
    return redirect(addresses.console("/sign-in"), 303)


@signup.get("/open/terms")
@guards.public
def terms() -> str:
    """The terms an agent accepts, in the version that is kept with the application."""
    return render_template("signup/terms.html", version=TERMS_VERSION, seller=g.tenant.name)


def _no_room(facts: ApplicationFacts) -> bool:
    commit_bound()
    return facts.state is State.APPLIED and opening.no_room()


def _found(application_id: UUID) -> ApplicationFacts:
    facts = agents.application(application_id)
    if facts is None:
        raise NoSuchApplication()
    return facts


def page_of(application_id: UUID) -> str:
    """The page of an application on the site where it was made."""
    return url_for("signup.progress", application_id=application_id)


def next_page(facts: ApplicationFacts) -> str:
    """The live shop once it is open, else the page that says what is going on."""
    if facts.state is State.OPEN:
        return address_of(facts) + "/?opened=1"
    return page_of(facts.id)


def address_of(facts: ApplicationFacts) -> str:
    """The new shop's full address, without a path."""
    now = settings()
    return now.address(now.host(facts.slug), path="")
