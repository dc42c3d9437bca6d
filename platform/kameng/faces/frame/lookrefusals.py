"""What refusals about how a shop looks say to a person; refusals.py holds the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

LOOKS: dict[str, Any] = {
    "design_missing": _("This site has no design yet."),
    "design_moved": _(
        "Somebody published another version meanwhile. Reload and make your change again."
    ),
    "no_draft": _("There is nothing to publish."),
    "no_such_revision": _("There is no such version of this site's design."),
    "theme_not_in_package": _(
        "Your package leaves the template %(theme)s out. Nothing was changed; your shop stays as"
        " it is."
    ),
}
