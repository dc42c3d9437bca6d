"""The named refusals of what-ifs."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NoSuchWhatIf(NotFound):
    """This site has no such what-if."""

    code = "no_such_what_if"


class WhatIfElsewhere(Conflict):
    """The what-if stands where this cannot be done with it. Facts: state."""

    code = "what_if_elsewhere"


class NothingSupposed(Refusal):
    """A what-if that supposes nothing has nothing to work out."""

    code = "nothing_supposed"


class BadCostMove(Refusal):
    """The text is no cost and no way a cost moves: 12.5, +0.5, -0.5, +5% and -5% are."""

    code = "bad_cost_move"


class CostOutOfReach(Refusal):
    """A cost would not lie above nothing and within what can be charged. Facts: limit, count."""

    code = "cost_out_of_reach"


class NoGoodsThere(Refusal):
    """None of this site's own goods stand there."""

    code = "no_goods_there"


class TooMuchSupposed(Refusal):
    """More entries than one what-if holds. Facts: most."""

    code = "too_much_supposed"
