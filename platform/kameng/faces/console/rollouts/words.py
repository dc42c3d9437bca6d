"""What the states of a roll-out and of its sites are called, and why a site stands where it is."""

from __future__ import annotations

from flask_babel import gettext as _

from kameng.domains.design.rollouts import moving, service
from kameng.domains.design.rollouts.queries import RolloutFacts, SiteFacts
from kameng.domains.design.rollouts.rules import WHOLE, Counts, SiteState, State

MOVING = frozenset({State.PLANNED, State.RUNNING, State.PAUSED})
"""While a roll-out stands so, sites that wait may still be moved."""


def state(rollout: RolloutFacts) -> tuple[str, str]:
    """(words, colour) for a badge."""
    return {
        State.PLANNED: (_("Not begun yet"), "secondary"),
        State.RUNNING: (_("Rolling out"), "blue"),
        State.PAUSED: (_("Paused"), "orange"),
        State.RETURNING: (_("Sites go back"), "orange"),
        State.STOPPED: (_("Stopped"), "secondary"),
        State.DONE: (_("Finished"), "green"),
        State.ROLLED_BACK: (_("Rolled back"), "red"),
    }[rollout.state]


def site_state(one: SiteState, rollout: State) -> tuple[str, str]:
    """(words, colour) for a badge; who waits for a roll-out that goes on no more stays as it is."""
    waits = _("Its turn comes") if rollout in MOVING else _("Its turn never came")
    return {
        SiteState.WAITING: (waits, "secondary"),
        SiteState.MOVED: (_("On the new version"), "green"),
        SiteState.SKIPPED: (_("Left out"), "orange"),
        SiteState.FAILED: (_("Could not be moved"), "red"),
        SiteState.REVERTED: (_("Back on the old version"), "blue"),
        SiteState.KEPT: (_("Not put back"), "orange"),
    }[one]


def reason(one: SiteFacts) -> str:
    """Why, in a sentence; a field path of what does not fit as it is."""
    said = {
        moving.ELSEWHERE: _("It shows another template or version by now."),
        moving.THERE: _("It was on the new version already."),
        moving.NO_DESIGN: _("It has no pages yet."),
        moving.UNREADABLE: _("Its words could not be read in the new version's colours."),
        moving.CLOSED: _("The site is closed."),
        moving.PUBLISHED: _("It published since it moved: its work is not overwritten."),
        moving.GONE: _("Its old version is gone."),
    }
    if one.state is SiteState.FAILED:
        return _("A fault; the log of the clock has it (%(name)s).", name=one.reason)
    if one.state is SiteState.SKIPPED and one.reason not in said:
        return _("Its pages do not fit: %(what)s", what=one.reason)
    return said.get(one.reason, one.reason)


def why_stopped(rollout: RolloutFacts) -> str:
    """Why it stopped, "" while it did not."""
    if rollout.stopped_why == service.BY_ERRORS:
        return _(
            "Stopped by itself: %(rate)s of %(pages)s pages of moved sites failed, more than the"
            " %(most)s that are allowed.",
            rate=percent(rollout.at_stop),
            pages=rollout.at_stop.drawn,
            most=hundredths(rollout.threshold),
        )
    if rollout.stopped_why == service.BY_LINE:
        return _("Stopped by itself: the new version cannot be loaded on this server.")
    return _("Stopped by hand.") if rollout.stopped_why else ""


def percent(counts: Counts) -> str:
    """A rate; nothing can be said of no page."""
    return hundredths(counts.rate) if counts.drawn else "—"


def hundredths(rate: int) -> str:
    """Hundredths of a percent as a percentage."""
    return f"{rate * 100 / WHOLE:.2f}".rstrip("0").rstrip(".") + "%"
