"""What is planned, what is on and what was; begin, end, call off."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design import queries as designs
from kameng.domains.design.errors import NoSuchRevision
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.skins import queries, service
from kameng.domains.design.skins.rules import Skin, State
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import gates
from kameng.faces.console.skins import timeline, words
from kameng.faces.frame import guards, themewords, who
from kameng.kit import clock


@pages.get("/s/<slug>/design/skins")
@guards.staff("design.view")
def skins() -> ResponseReturnValue:
    """A line of time, what is to come with its buttons, and what was."""
    now, coming, past = clock.now(), queries.to_come(g.tenant), queries.past(g.tenant)
    live = gates.live()
    return render_template(
        "console/skins/list.html",
        coming=coming,
        past=past,
        line=timeline.drawn(coming, now=now),
        versions=_versions([*coming, *past]),
        live=live,
        replaced={one.id for one in coming if _is_replaced(one, live.id)},
        words=words,
        now=now,
        title=themewords.title,
    )


@pages.post("/s/<slug>/design/skins/<uuid:skin_id>/beginning")
@guards.staff("design.edit", again=skins)
def begin_skin(skin_id: UUID) -> ResponseReturnValue:
    """Show it now instead of at its time."""
    planned = queries.one(g.tenant, skin_id)
    gates.refuse_locked(designs.revision(g.tenant, planned.revision_id)[0].theme)
    made = service.begin(g.tenant, skin_id, actor=who.actor(), now=clock.now())
    _say(made, _("“%(name)s” is on. It ends by itself.", name=made.name))
    return redirect(url_for(".skins"), 303)


@pages.post("/s/<slug>/design/skins/<uuid:skin_id>/ending")
@guards.staff("design.edit", again=skins)
def end_skin(skin_id: UUID) -> ResponseReturnValue:
    """Put back what was live before, now."""
    made = service.end(g.tenant, skin_id, actor=who.actor(), now=clock.now())
    _say(made, _("“%(name)s” is over. Your shop looks as it did before.", name=made.name))
    return redirect(url_for(".skins"), 303)


@pages.post("/s/<slug>/design/skins/<uuid:skin_id>/cancellation")
@guards.staff("design.edit", again=skins)
def cancel_skin(skin_id: UUID) -> ResponseReturnValue:
    """Let it not be."""
    made = service.cancel(g.tenant, skin_id, actor=who.actor())
    flash(_("“%(name)s” is called off.", name=made.name), "ok")
    return redirect(url_for(".skins"), 303)


def _is_replaced(skin: Skin, live: UUID) -> bool:
    """Whether it is on, and somebody has published another look over it."""
    is_on = skin.state is State.ON
    return is_on and not queries.is_shown(g.tenant, skin.revision_id, live)


def _say(made: Skin, done: str) -> None:
    if made.state is State.STOPPED and made.why:
        flash(words.WHY[made.why], "info")
    else:
        flash(done, "ok")


def _versions(found: list[Skin]) -> dict[UUID, RevisionFacts]:
    """The versions these skins show and lead back to, as far as they are still kept."""
    wanted = {one for skin in found for one in (skin.revision_id, skin.reverts_to) if one}
    kept = {}
    for one in wanted:
        try:
            kept[one] = designs.revision(g.tenant, one)[0]
        except NoSuchRevision:
            continue
    return kept
