"""What refusals about how a shop looks say to a person; refusals.py holds the rest."""

from typing import Any

from flask_babel import lazy_gettext as _

LOOKS: dict[str, Any] = {
    "design_missing": _("This site has no design yet."),
    "design_moved": _(
        "Somebody published another version meanwhile. Reload and make your change again."
    ),
    "no_such_rollout": _("There is no such roll-out."),
    "rollout_moved": _("The roll-out is elsewhere by now. Look at the page and decide again."),
    "rollout_open": _("Another roll-out of this template has not ended yet."),
    "bad_waves": _("Waves are one to six percentages that rise, the last one 100: 5, 25, 100."),
    "bad_rollout_figures": _(
        "The wait is up to 30 days, and the share of failed pages 0.01 to 100 percent."
    ),
    "nothing_to_move": _("No site shows version %(line)s of this template."),
    "not_newer": _("That is no newer version of this template. Reload the page."),
    "sections_too_many": _("Too many changes at once. The preview goes on in a minute."),
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
    "draft_moved": _(
        "%(who)s has changed this draft meanwhile (%(when)s). Nothing of yours was saved; look at"
        " theirs, or keep your own."
    ),
    "looks_unready": _("Mend this first: %(first)s Nothing was published."),
    "draft_too_large": _(
        "This is more than %(most)s kB, which no page needs. Shorten the longest text or paste it"
        " in parts. Nothing was saved."
    ),
    "theme_not_in_package": _(
        "Your package leaves the template %(theme)s out. Nothing was changed; your shop stays as"
        " it is."
    ),
    "template_gone": _(
        "The template %(theme)s is not there any more. Nothing was changed; pick another one."
    ),
    "made_under_another_line": _(
        "This was made under version %(line)s of the template; your shop is on %(live)s, which"
        " cannot take all of it. Nothing was changed. Edit it as a draft: what fits is kept."
    ),
    "colours_unreadable": _(
        "%(pair)s: the colours cannot be told apart (%(ratio)s to 1), less than on your shop now."
        " Nothing was published; %(shade)s would do."
    ),
    "no_such_preset": _("There is no such preset, or it belongs to another site."),
    "preset_archived": _("This preset was put away. Take it out again first; nothing was sent."),
    "bad_preset": _(
        "A preset needs a name of 2 to %(longest)s signs; its note may take %(longest_note)s."
        " Nothing was saved."
    ),
    "too_many_presets": _("A site keeps %(most)s presets. Put one away first; nothing was saved."),
    "no_targets": _("Choose at least one site that can have this preset. Nothing was sent."),
    "too_many_targets": _("At most %(most)s sites at once. Choose fewer; nothing was sent."),
    "no_such_push": _("This offer is not there any more: it was decided, or a newer one came."),
    "push_decided": _("Somebody has decided about this offer meanwhile. Look at how it stands."),
    "push_site_moved": _("The site does not stand below yours any more."),
    "push_site_shut": _("The site is suspended, closed or being upgraded."),
    "preset_theme_gone": _("The template this preset was made in is not there any more."),
    "preset_newer_line": _(
        "This preset was made on version %(line)s of the template, and your shop is on %(live)s so"
        " far. It can be had once your shop has come to %(line)s. Nothing was saved."
    ),
    "preset_does_not_fit": _(
        "The template cannot draw this preset any more. Make it anew from the present look."
    ),
}
