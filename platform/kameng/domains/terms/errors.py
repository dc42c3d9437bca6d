"""Named refusals of terms."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchPackage(NotFound):
    """This seller has no such package."""

    code = "no_such_package"


class NoSuchLevel(NotFound):
    """This site has no such level."""

    code = "no_such_level"


class LevelNameTaken(Conflict):
    """Another level of this site has the name."""

    code = "level_name_taken"


class PackageNotOnSale(Refusal):
    """The package cannot be chosen any more."""

    code = "package_not_on_sale"


class BadPackage(Refusal):
    """A package value is out of range. Facts: field."""

    code = "bad_package"


class BadCycle(Refusal):
    """No settlement cycle: an unknown kind, or a delay out of range. Facts: most."""

    code = "bad_cycle"


class BadPlatformFee(Refusal):
    """No share of the selling price: negative or too large. Facts: most."""

    code = "bad_platform_fee"


class FeeIsTheMasters(Refusal):
    """Only the master site keeps a share of what sites sell."""

    code = "fee_is_the_masters"


class NotInPackage(Refusal):
    """The site's package does not have this. Facts: what."""

    code = "not_in_package"


class SkuLimitReached(Refusal):
    """The site lists as many SKUs as its package allows. Facts: limit."""

    code = "sku_limit_reached"
