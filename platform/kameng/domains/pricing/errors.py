"""The named refusals of pricing."""

from kameng.kit.errors import NotFound, Refusal


class BadMarkup(Refusal):
    """The text is no markup: not a number, negative, too fine or too large."""

    code = "bad_markup"


class BadPlace(Refusal):
    """The rule names no place: a scope without its thing, or a level for shoppers."""

    code = "bad_place"


class PriceBelowFloor(Refusal):
    """The rule would sell a SKU below the site's own cost or below the SKU's floor."""

    code = "price_below_floor"


class NoSuchGoods(NotFound):
    """The site sells no such SKU, product or category."""

    code = "no_such_goods"


class NoSuchRule(NotFound):
    """There is no rule in that place."""

    code = "no_such_rule"
