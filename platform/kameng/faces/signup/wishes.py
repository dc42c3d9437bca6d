"""The page where a newcomer says what she wants, and the post that opens her shop."""

from __future__ import annotations

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from kameng.config import settings
from kameng.domains.agents import service as agents
from kameng.domains.agents.errors import NoSitesBelow
from kameng.domains.agents.queries import Standing
from kameng.domains.agents.rules import State
from kameng.domains.design.errors import ThemeNotInPackage
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.terms import queries as terms
from kameng.faces.frame import addresses, guards, opening, refusals
from kameng.faces.frame.throttle import limiter
from kameng.faces.signup import answers, cards, given, looks, opened, texts
from kameng.faces.signup.answers import Answers, Refusals
from kameng.faces.signup.blueprint import signup
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from tenants import registry
from tenants.context import shared
from tenants.database import commit_bound, session

COLOURS = (
    ("#2563eb", _("Blue")),
    ("#0f766e", _("Teal")),
    ("#15803d", _("Green")),
    ("#c2410c", _("Orange")),
    ("#b91c1c", _("Red")),
    ("#be185d", _("Pink")),
    ("#7c3aed", _("Violet")),
    ("#334155", _("Slate")),
)
"""Offered colours; white text is readable on each (4.5 : 1)."""


@signup.get("/open")
@guards.public
def form() -> str:
    """The empty form."""
    opening.get_ready()
    begun = Answers(ids.uuid7(), primary=answers.THEMES_OWN, industry=answers.INDUSTRIES[0])
    return _page(begun, {})


@signup.post("/open")
@guards.public
@limiter.limit("30 per hour")
def open_site() -> ResponseReturnValue:
    """Open the shop and lead there; the same form sent twice opens one, and goes on with it."""
    asked = answers.read(request.form)
    wrong = answers.faults(asked)
    found = _standing(asked, wrong)
    if found.known:
        opening.open_site(asked.application_id, now=clock.now())
        return redirect(opened.page_of(asked.application_id), 303)
    wrong = wrong or answers.taken(asked, found)
    if wrong:
        return _page(asked, wrong), 422
    try:
        look = _given(asked)
    except Refusal as refusal:
        return _page(asked, {"theme": refusal}), 422
    wish, now = answers.wish(asked, look), clock.now()
    try:
        agents.apply(g.tenant, asked.application_id, wish, now=now)
    except ThemeNotInPackage as refusal:
        session.rollback()
        return _page(asked, {"theme": refusal}), 422
    except Refusal as refusal:
        session.rollback()
        return _page(asked, {"form": refusal}), 422
    commit_bound()
    facts = opening.open_site(asked.application_id, now=now)
    if facts.state is State.REFUSED:
        return _page(*answers.lost(asked, facts.reason or "")), 422
    return redirect(opened.next_page(facts), 303)


def _given(asked: Answers) -> PresetFacts | None:
    """The preset of a site that was picked instead of a theme; leaves no transaction open."""
    preset_id = answers.given_look(asked)
    found = given.chosen(g.tenant, preset_id) if preset_id else None
    commit_bound()
    return found


def _standing(asked: Answers, wrong: Refusals) -> Standing:
    with shared():
        return answers.standing(g.tenant, asked, wrong)


def _page(asked: Answers, wrong: Refusals) -> str:
    if g.tenant.state != registry.LIVE or not terms.may_open_sites(g.tenant, now=clock.now()):
        raise NoSitesBelow()
    packages = terms.packages_on_sale(g.tenant)
    offered = [cards.of(package) for package in packages]
    chosen = asked.package or cards.first_choice(offered)
    before, after = address_around()
    return render_template(
        "signup/open.html",
        asked=asked,
        chosen=chosen,
        looks=looks.cards(),
        given=given.cards(g.tenant),
        look=asked.theme or looks.first(packages, chosen),
        industries=looks.industries(),
        trades=dict(looks.industries()),
        own_colour=answers.THEMES_OWN,
        cards=offered,
        colours=COLOURS,
        errors={field: _said(field, refusal) for field, refusal in wrong.items()},
        before=before,
        after=after,
        console=addresses.console("/sign-in"),
        terms_version=answers.TERMS_VERSION,
    )


def _said(field: str, refusal: Refusal) -> str:
    return refusals.text(refusal) if field == "form" else texts.of(refusal)


def address_around() -> tuple[str, str]:
    """What stands before and after a site's name in its full address."""
    now = settings()
    before, after = now.address(now.host("{name}"), path="").split("{name}")
    return before, after
