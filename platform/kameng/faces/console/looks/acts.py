"""What acts on a site's looks are called in the log."""

from typing import Any

from flask_babel import lazy_gettext as _

ACTS: dict[str, Any] = {
    "design.publish": _("Design published"),
    "design.named": _("Version named"),
    "design.restored": _("Version taken up as a draft"),
    "design.skin_planned": _("Skin planned"),
    "design.skin_begun": _("Planned skin begun"),
    "design.skin_ended": _("Planned skin ended"),
    "design.skin_stopped": _("Planned skin stopped"),
    "design.skin_cancelled": _("Planned skin called off"),
}
