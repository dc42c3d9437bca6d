"""What acts on a site's looks are called in the log."""

from typing import Any

from flask_babel import lazy_gettext as _

ACTS: dict[str, Any] = {
    "design.draft_dropped": _("Draft of the editor dropped"),
    "design.publish": _("Design published"),
    "design.line": _("Site moved to another template version"),
    "rollout.plan": _("Template roll-out planned"),
    "rollout.begin": _("Template roll-out begun"),
    "rollout.pause": _("Template roll-out paused"),
    "rollout.go_on": _("Template roll-out goes on"),
    "rollout.stop": _("Template roll-out stopped"),
    "rollout.take_back": _("Template roll-out taken back"),
    "rollout.stop_itself": _("Template roll-out stopped by itself"),
    "rollout.next_wave": _("Next wave of a template roll-out"),
    "rollout.rolled_back": _("Template roll-out: every site is back"),
    "rollout.done": _("Template roll-out done"),
    "design.named": _("Version named"),
    "design.restored": _("Version taken up as a draft"),
    "design.skin_planned": _("Skin planned"),
    "design.skin_begun": _("Planned skin begun"),
    "design.skin_ended": _("Planned skin ended"),
    "design.skin_stopped": _("Planned skin stopped"),
    "design.skin_cancelled": _("Planned skin called off"),
}
