"""Named refusals of planned skins."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchSkin(NotFound):
    """The site has planned no such skin."""

    code = "no_such_skin"


class SkinMoved(Conflict):
    """It has begun, ended or been called off meanwhile."""

    code = "skin_moved"


class SkinInThePast(Refusal):
    """It would begin before now."""

    code = "skin_in_the_past"


class SkinEndsTooSoon(Refusal):
    """It would end before it begins, or right after. Facts: minutes."""

    code = "skin_ends_too_soon"


class SkinTooFar(Refusal):
    """It would begin or end too far ahead. Facts: days."""

    code = "skin_too_far"


class SkinTimeUnreal(Refusal):
    """The site's clock never shows this time, or twice: it is set forward or back then. Facts:
    at."""

    code = "skin_time_unreal"


class SkinsOverlap(Refusal):
    """Another skin is planned for a part of the time. Facts: name, starts, ends."""

    code = "skins_overlap"


class SkinIsLive(Refusal):
    """What is live already needs no plan."""

    code = "skin_is_live"


class TooManySkins(Refusal):
    """So many are planned already. Facts: most."""

    code = "too_many_skins"


class BadSkinName(Refusal):
    """The name is too long or not plain. Facts: longest."""

    code = "bad_skin_name"
