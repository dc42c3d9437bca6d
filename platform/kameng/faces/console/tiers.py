"""Tiers of members: what they are called, who holds them, and where their prices are."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.accounts.members.tiers import queries, service
from kameng.domains.pricing import service as prices
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.members import member
from kameng.faces.console.tierforms import TierForm, tier_form
from kameng.faces.frame import guards, who
from kameng.kit import clock


@pages.get("/s/<slug>/members/tiers")
@guards.staff("members.view")
def member_tiers(tier_id: UUID | None = None) -> ResponseReturnValue:
    """The tiers of the site; one of them in the form to be changed."""
    tiers = queries.tiers(g.tenant)
    asked = tier_id or lists.uuid("tier")
    edited = next((one for one in tiers if one.id == asked), None)
    shown = {"name": edited.name, "rank": edited.rank} if edited else {"rank": _next_rank(tiers)}
    return render_template(
        "console/members/tiers.html",
        tiers=tiers,
        counts=queries.counts(g.tenant),
        edited=edited,
        form=TierForm(**shown),
    )


def _next_rank(tiers: list[queries.TierFacts]) -> int:
    return min(tiers[-1].rank + 1, 99) if tiers else 1


@pages.post("/s/<slug>/members/tiers")
@guards.staff("members.edit", again=member_tiers)
def add_tier() -> ResponseReturnValue:
    """Give the site a tier."""
    form = TierForm().checked()
    service.add(g.tenant, form.name.data, form.rank.data, actor=who.actor(), now=clock.now())
    flash(_("The tier was added. Give it its prices, and give it to members on their pages."), "ok")
    return redirect(url_for(".member_tiers"), 303)


@pages.post("/s/<slug>/members/tiers/<uuid:tier_id>")
@guards.staff("members.edit", again=member_tiers)
def change_tier(tier_id: UUID) -> ResponseReturnValue:
    """Call it another name, or let it stand elsewhere in the list."""
    form = TierForm().checked()
    service.change(g.tenant, tier_id, form.name.data, form.rank.data, actor=who.actor())
    flash(_("The tier was changed. Who holds it keeps it."), "ok")
    return redirect(url_for(".member_tiers"), 303)


@pages.post("/s/<slug>/members/tiers/<uuid:tier_id>/removal")
@guards.staff("members.edit", again=member_tiers)
def remove_tier(tier_id: UUID) -> ResponseReturnValue:
    """Take away a tier that nobody holds and no price names."""
    prices.remove_tier(g.tenant, tier_id, actor=who.actor())
    flash(_("The tier was removed."), "ok")
    return redirect(url_for(".member_tiers"), 303)


@pages.post("/s/<slug>/members/<uuid:member_id>/tier")
@guards.staff("members.edit", again=member)
def give_tier(member_id: UUID) -> ResponseReturnValue:
    """Let a member hold a tier, or none; it holds for the next price asked."""
    form = tier_form(member_id).checked()
    given = service.give(
        g.tenant,
        member_id,
        form.chosen(),
        seen=form.shown(),
        actor=who.actor(),
        now=clock.now(),
    )
    told = _("The member holds the tier %(name)s now.", name=given.name) if given else ""
    flash(told or _("The member holds no tier now."), "ok")
    return redirect(url_for(".member", member_id=member_id), 303)
