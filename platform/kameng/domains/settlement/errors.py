"""The named refusals of settlements."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class NotTheMaster(Refusal):
    """Only a master site settles, and only sites below it are settled."""

    code = "not_the_master"


class DayToCome(Refusal):
    """Nothing can be settled as of a day that has not come. Facts: day."""

    code = "day_to_come"


class MarginDoesNotAddUp(Conflict):
    """The margin of a site is not the sum of its open entries: a person must look first."""

    code = "margin_does_not_add_up"


class NoSuchSettlement(NotFound):
    """There is no such settlement of this site or of one below it."""

    code = "no_such_settlement"
