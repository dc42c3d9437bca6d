"""Named refusals of presets and of pushing them."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchPreset(NotFound):
    """The site has no such preset, and none above it has."""

    code = "no_such_preset"


class PresetArchived(Refusal):
    """The preset was put away: it is not pushed any more."""

    code = "preset_archived"


class BadPreset(Refusal):
    """A preset's name or note is missing, too long or not plain, or its trade unknown. Facts:
    longest, longest_note."""

    code = "bad_preset"


class TooManyPresets(Refusal):
    """As many presets as a site may keep. Facts: most."""

    code = "too_many_presets"


class NoTargets(Refusal):
    """Nobody was chosen to push to, or nobody of the chosen can have it."""

    code = "no_targets"


class TooManyTargets(Refusal):
    """More sites than are pushed to at once. Facts: most."""

    code = "too_many_targets"


class NoSuchPush(NotFound):
    """No such preset waits here for a decision: it was decided, or replaced by a newer one."""

    code = "no_such_push"


class PushDecided(Conflict):
    """Somebody decided about it meanwhile."""

    code = "push_decided"


class SiteMoved(Refusal):
    """The site does not stand below the one that pushes any more."""

    code = "push_site_moved"


class SiteShut(Refusal):
    """The site is suspended, closed or being upgraded: nobody could look at a draft there."""

    code = "push_site_shut"


class ThemeGone(Refusal):
    """The theme the preset was made in is not there any more. Facts: theme."""

    code = "preset_theme_gone"


class MadeOnNewerLine(Refusal):
    """The preset was made on a newer line of the theme than the site is on so far. Facts: line,
    live."""

    code = "preset_newer_line"


class DoesNotFit(Refusal):
    """The theme cannot draw the preset's pages any more."""

    code = "preset_does_not_fit"
