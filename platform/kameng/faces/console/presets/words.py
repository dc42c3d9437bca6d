"""What presets, their trades and what became of a push are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.design.presets.queries import PushFacts
from kameng.domains.design.presets.rules import DECLINED, FAULT, REPLACED, TRADES, State

TRADE: Mapping[str, Any] = {
    "": _l("Any trade"),
    "games": _l("Game cards"),
    "video": _l("Video memberships"),
    "topup": _l("Phone credit"),
    "mix": _l("General store"),
}
STATE: Mapping[State, tuple[Any, str]] = {
    State.WAITING: (_l("Being sent"), "blue"),
    State.DRAFTED: (_l("Waits for its decision"), "orange"),
    State.PUBLISHED: (_l("Published there"), "green"),
    State.DISCARDED: (_l("Not used"), "secondary"),
    State.FAILED: (_l("Could not be sent"), "red"),
}
"""What a push is called in each state, and its colour."""
REASON: Mapping[str, Any] = {
    DECLINED: _l("declined there"),
    REPLACED: _l("a newer push took its place"),
    FAULT: _l("a fault of the platform; push it again"),
    "storage_full": _l("its picture store is full"),
    "theme_not_in_package": _l("its package leaves the template out"),
    "push_site_moved": _l("it does not stand below you any more"),
    "push_site_shut": _l("it is suspended, closed or being upgraded"),
    "preset_theme_gone": _l("the template is not there any more"),
    "preset_newer_line": _l(
        "its template is still on an older version; push it again once the site has moved"
    ),
    "preset_does_not_fit": _l("the template cannot draw this preset any more"),
    "design_missing": _l("it has no design yet"),
}
THING: Mapping[str, Any] = {
    "media": _l("picture of a module"),
    "product": _l("Product"),
    "category": _l("Category"),
    "article": _l("Article"),
    "page": _l("Own page"),
    "coupon": _l("Coupon"),
    "activity": _l("Campaign"),
}
ACTS: dict[str, Any] = {
    "preset.kept": _l("Look kept as a preset"),
    "preset.changed": _l("Preset changed"),
    "preset.archived": _l("Preset put away"),
    "preset.restored": _l("Preset taken out again"),
    "preset.pushed": _l("Preset pushed to sub-sites"),
    "preset.declined": _l("Offered look declined"),
}
"""What the acts are called in the audit log."""


def trades() -> list[tuple[str, str]]:
    """The trades for a choice."""
    return [(key, str(TRADE[key])) for key in TRADES]


def reason(push: PushFacts) -> str:
    """Why a push came to nothing, "" for one that did not."""
    return str(REASON.get(push.reason, push.reason))


def left_out(push: PushFacts) -> list[str]:
    """What the site could not have of a preset, in a few words each."""
    return [_left(one) for one in push.left_out]


def listed(some: Sequence[Mapping[str, str]]) -> str:
    """The same in one line."""
    return str(_(", ")).join(_left(one) for one in some)


def _left(one: Mapping[str, str]) -> str:
    thing, name = str(THING.get(one["kind"], one["kind"])), one["name"]
    if not name:
        return _("%(thing)s that is not there any more", thing=thing)
    return _("%(thing)s “%(name)s”", thing=thing, name=name)
