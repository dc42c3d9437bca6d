"""What the states of a planned skin are called, and why one was stopped."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.design.skins.rules import State, Why

STATES: dict[State, tuple[Any, str]] = {
    State.WAITING: (_l("Planned"), "blue"),
    State.ON: (_l("On now"), "green"),
    State.OVER: (_l("It has ended"), "secondary"),
    State.CANCELLED: (_l("Called off"), "secondary"),
    State.STOPPED: (_l("Stopped"), "orange"),
}
WHY: dict[Why, Any] = {
    Why.MOVED: _l("Another version was published meanwhile; it was left as it is."),
    Why.MISSED: _l("Its time went by while the clock stood still; nothing was shown."),
    Why.GONE: _l("A version it needs was deleted; the shop was left as it is."),
    Why.UNFIT: _l(
        "The template cannot show a version it needs any more; the shop was left as it is."
    ),
    Why.PACKAGE: _l("The package no longer had its template when the time came."),
}
