"""What refusals about tiers of members say to a person."""

from typing import Any

from flask_babel import lazy_gettext as _

TIERS: dict[str, Any] = {
    "bad_tier": _("A tier has a name of 1 to 20 characters and a rank from 1 to 99."),
    "tier_name_taken": _("Another tier already has the name %(name)s."),
    "too_many_tiers": _("A site has at most %(most)s tiers."),
    "no_such_tier": _("There is no such tier of members. Nothing was saved."),
    "tier_held": _(
        "%(members)s members hold the tier %(name)s. Give them another one first; nothing was"
        " changed."
    ),
    "tier_priced": _(
        "%(rules)s price rules are for this tier. Remove them first; nothing was changed."
    ),
    "tier_moved": _(
        "Somebody changed the tier of this member meanwhile. Look at it and choose again."
    ),
}
