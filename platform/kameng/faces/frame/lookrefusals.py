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
    "no_such_skin": _("There is no such planned skin."),
    "skin_moved": _("It has begun, ended or been called off meanwhile. Reload to see."),
    "skin_in_the_past": _("The start is already over. Pick a later time, or none for at once."),
    "skin_ends_too_soon": _(
        "The end must be at least %(minutes)s minutes after the start and now."
    ),
    "skin_too_far": _("Skins are planned at most %(days)s days ahead."),
    "skin_time_unreal": _(
        "The clock is set forward or back around %(at)s, so that time is not clear. Pick another."
    ),
    "skins_overlap": _(
        "“%(name)s” is planned from %(starts)s until %(ends)s. Only one skin can be on at a time."
    ),
    "skin_is_live": _("Shoppers see this version already; pick another one."),
    "too_many_skins": _("%(most)s skins are planned already. Call one off first."),
    "bad_skin_name": _("A skin needs a name of at most %(longest)s signs."),
    "theme_not_in_package": _(
        "Your package leaves the template %(theme)s out. Nothing was changed; your shop stays as"
        " it is."
    ),
}
