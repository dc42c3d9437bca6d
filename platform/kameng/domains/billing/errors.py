"""The named refusals of package fees."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoPackageHere(NotFound):
    """A master site, or a site without terms, has no package to pay for."""

    code = "no_package_here"


class PeriodNotOffered(Refusal):
    """The package is not sold for such a period."""

    code = "period_not_offered"


class NothingToRenew(Refusal):
    """The package costs nothing, or runs without an end."""

    code = "nothing_to_renew"


class TooFarAhead(Refusal):
    """Nobody pays further ahead than this. Facts: until."""

    code = "too_far_ahead"


class OverPackageLimits(Refusal):
    """The site uses what the smaller package does not allow. Facts: package, sites, domains,
    skus."""

    code = "over_package_limits"


class PlanMoved(Conflict):
    """The package was paid or changed since the page was drawn."""

    code = "plan_moved"


class FeeWentBack(Conflict):
    """The fee has gone back already."""

    code = "fee_went_back"


class FeeOfAnotherParent(Refusal):
    """The site stands below another seller by now."""

    code = "fee_of_another_parent"
