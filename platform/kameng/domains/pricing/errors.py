"""The named refusals of pricing."""

from kameng.kit.errors import Conflict, NotFound, Refusal


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


class BadPeriod(Refusal):
    """A place that ends before it begins, or whose dates name no time zone."""

    code = "bad_period"


class OverlappingPeriods(Refusal):
    """Another rule with dates holds in the same place at the same time."""

    code = "overlapping_periods"


class BadSteps(Refusal):
    """A line of quantity steps is not `5=3`, names a quantity twice, or is one too many."""

    code = "bad_steps"


class KeepNeedsFixedPrice(Refusal):
    """Only a fixed price can move with the cost: the other methods do so by themselves."""

    code = "keep_needs_fixed_price"


class KeepNeedsOneSku(Refusal):
    """A price keeps its distance to one cost: a rule about many SKUs has many."""

    code = "keep_needs_one_sku"


class StepsNeedPlainMethod(Refusal):
    """Quantity steps go with a fixed price, a percentage or an amount only."""

    code = "steps_need_plain_method"


class StepsOutOfOrder(Refusal):
    """Quantity steps begin at two pieces and rise."""

    code = "steps_out_of_order"


class FollowHasNoValue(Refusal):
    """A rule that follows another price names none."""

    code = "follow_has_no_value"


class MarginTooLarge(Refusal):
    """A margin is a share of the price, and cannot be nearly all of it."""

    code = "margin_too_large"


class BrokenTrace(Refusal):
    """A trace that does not lead to its own price: a step says something else than it did."""

    code = "broken_trace"


class PriceAboveCeiling(Refusal):
    """The rule would sell a SKU to shoppers above the ceiling its owner set."""

    code = "price_above_ceiling"


class KeptFromOldCost(Conflict):
    """The profit the person wanted to keep was counted from a cost that has moved meanwhile."""

    code = "kept_from_old_cost"


class NoSuchBuyer(NotFound):
    """The rule names a site that is not right below this one, or no member of this site."""

    code = "no_such_buyer"


class TierPriced(Conflict):
    """Prices name the tier that shall go. Facts: rules."""

    code = "tier_priced"


class StalePrices(Conflict):
    """The rule is not any more the one the person saw: somebody changed it meanwhile."""

    code = "stale_prices"
