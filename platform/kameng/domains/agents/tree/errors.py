"""Named refusals of moving, suspending and resuming sites."""

from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal


class SuspendedFromAbove(Forbidden):
    """A site further up took it down; who stands between cannot put it up again."""

    code = "suspended_from_above"


class MasterStays(Refusal):
    """A master site stands above everything and is not moved."""

    code = "master_stays"


class CircleInTree(Refusal):
    """A site cannot stand below itself or below one of its own sub-sites. Facts: target."""

    code = "circle_in_tree"


class OtherAlliance(Forbidden):
    """The target belongs to another alliance."""

    code = "other_alliance"


class StandsThere(Refusal):
    """The site stands below this one already. Facts: target."""

    code = "stands_there"


class TooDeepThere(Refusal):
    """The lowest of the moved sites would stand below the depth cap. Facts: most, needed."""

    code = "too_deep_there"


class TargetShut(Refusal):
    """The target, or a site above it, is suspended or closed. Facts: target."""

    code = "target_shut"


class OpensNow(Conflict):
    """One of the moved sites is being opened this moment. Facts: site."""

    code = "site_opens_now"


class OrdersUnderWay(Conflict):
    """Orders in the sub-tree are not paid or not delivered yet. Facts: orders."""

    code = "orders_under_way"


class NoPackageThere(Refusal):
    """The chosen package is not one of the new parent's."""

    code = "no_package_there"


class PackageForbidsSites(Refusal):
    """Sites stand below the moved one, and the chosen package allows none. Facts: package."""

    code = "package_forbids_sites"


class SecretsOfFormerParent(Refusal):
    """Buyers there hold secrets that only the former parent's key opens."""

    code = "secrets_of_former_parent"


class NoSuchMove(NotFound):
    """No move of this site with this id."""

    code = "no_such_move"


class MoveOver(Conflict):
    """The move was taken back before, or the site has been moved again since."""

    code = "move_over"
