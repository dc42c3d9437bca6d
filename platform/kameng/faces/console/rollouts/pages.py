"""The pages of roll-outs: what waits, what is under way, and the buttons that hold or undo it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design.rollouts import measuring, queries, rules, service
from kameng.domains.design.rollouts.queries import RolloutFacts
from kameng.domains.design.rollouts.rules import Counts, SiteState, State
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid
from kameng.faces.console.rollouts import forms, overview, words
from kameng.faces.frame import addresses, drawn, guards, themewords, who
from kameng.kit import clock
from tenants import registry
from tenants.context import shared, use
from tenants.database import session

SIZE = 50
MOST_NAMED = 12
VERBS = {
    "running": service.begin,
    "continued": service.go_on,
    "paused": service.pause,
    "stopped": service.stop,
    "returning": service.take_back,
}
"""What the page asks for, and the verb behind it."""


@pages.get("/s/<slug>/design/rollouts")
@guards.staff("design.release")
def rollouts() -> ResponseReturnValue:
    """New versions that wait, lines in use, and every roll-out there was."""
    found, there = queries.of_master(g.tenant), overview.lines()
    waiting = overview.newer(there, found)
    return render_template(
        "console/rollouts/list.html",
        rollouts=found,
        lines=there,
        waiting=[(one, forms.fresh(one.theme, one.old, one.new)) for one in waiting],
        title=themewords.title,
        words=words,
    )


@pages.post("/s/<slug>/design/rollouts")
@guards.staff("design.release", again=rollouts)
def plan_rollout() -> ResponseReturnValue:
    """Keep a plan and deal the sites out over its waves; nobody moves by this."""
    plan = forms.PlanForm().checked().plan()
    with use(g.tenant):
        made = service.plan(g.tenant, plan, actor=who.actor(), now=clock.now())
        session.commit()
    _fill(made)
    return _to(made.id)


@pages.get("/s/<slug>/design/rollouts/<uuid:rollout_id>")
@guards.staff("design.release")
def rollout(rollout_id: UUID) -> ResponseReturnValue:
    """One roll-out: its waves, how often pages fail, and every site."""
    facts = queries.one(g.tenant, rollout_id)
    state = lists.one_of("state", *(one.value for one in SiteState))
    found, total = queries.sites(
        rollout_id, SiteState(state) if state else None, page=lists.page(), size=SIZE
    )
    before, after, hurt, pages_of = _measured(facts)
    sites = registry.by_ids([*(one.site_id for one in found), *hurt.sites[:MOST_NAMED]])
    return render_template(
        "console/rollouts/one.html",
        facts=facts,
        theme=themewords.title(facts.theme),
        waves=overview.waves(facts, queries.progress(rollout_id)),
        before=before,
        after=after,
        hurt=hurt,
        hurt_names=[sites[one].name for one in hurt.sites[:MOST_NAMED] if one in sites],
        share=rules.FAIR_SHARE,
        sites=overview.names(found, {one.id: one.name for one in sites.values()}),
        shops={one.id: addresses.site(one, "/") for one in sites.values()},
        after_of={one.site_id: measuring.after_of(one, pages_of, now=clock.now()) for one in found},
        place=lists.place(total, SIZE),
        states=[(one.value, words.site_state(one, facts.state)[0]) for one in SiteState],
        now=clock.now(),
        wait=forms.wait_words(int(facts.wait.total_seconds() // 60)),
        works=facts.state in (State.RUNNING, State.RETURNING),
        words=words,
    )


@pages.post("/s/<slug>/design/rollouts/<uuid:rollout_id>/state")
@guards.staff("design.release", again=rollout)
def set_rollout(rollout_id: UUID) -> ResponseReturnValue:
    """Begin, hold, go on, stop or take back; refused when it is elsewhere by now."""
    verb = VERBS.get(request.form.get("to", ""))
    if verb is None:
        raise FormInvalid
    with use(g.tenant):
        planned = queries.one(g.tenant, rollout_id)
    if planned.state is State.PLANNED:
        _fill(planned)
    verb(g.tenant, rollout_id, actor=who.actor(), now=clock.now())
    flash(_("Done. The page shows how it goes on."), "ok")
    return _to(rollout_id)


def _fill(planned: RolloutFacts) -> None:
    """In a transaction of its own: the places of sites are no tenant's rows."""
    with shared():
        service.fill(planned, now=clock.now())
        session.commit()


def _measured(
    facts: RolloutFacts,
) -> tuple[Counts, Counts, overview.Hurt, dict[int, Counts]]:
    """Pages of the sites that moved before and since, whose fail more often since, and every site's
    since; what was counted when it stopped by itself stays as it was then."""
    since = facts.started_at or facts.created_at
    counted = drawn.counted(g.tenant, facts.theme, facts.to_line, since=since)
    each = {site: Counts(*one) for site, one in counted.items()}
    moved, now = queries.ever_moved(facts.id), clock.now()
    hurt, seen = measuring.hurt(moved, each, facts.threshold, now=now)
    before, after = measuring.rates(moved, each, now=now)
    after = facts.at_stop if facts.at_stop.drawn else after
    return before, after, overview.Hurt(sorted(hurt), len(seen)), each


def _to(rollout_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".rollout", rollout_id=rollout_id), 303)
