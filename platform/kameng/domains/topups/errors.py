"""The named refusals of top-ups; a refused verb has moved nothing."""

from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal


class TopUpsClosed(Refusal):
    """Balances of this kind are not topped up online here."""

    code = "topups_closed"


class TopUpTooSmall(Refusal):
    """Less than may be paid in at once. Facts: minimum."""

    code = "topup_too_small"


class TopUpTooLarge(Refusal):
    """More than may be paid in at once. Facts: maximum."""

    code = "topup_too_large"


class TopUpTooFine(Refusal):
    """An amount finer than a fen cannot be paid."""

    code = "topup_too_fine"


class BadTopUpPolicy(Refusal):
    """A limit or a choice of the policy makes no sense. Facts: field."""

    code = "bad_topup_policy"


class NoSuchTopUp(NotFound):
    """There is no such top-up, or it is not for the asker to see."""

    code = "no_such_topup"


class TopUpNotPaid(Conflict):
    """Only what has arrived can be given back. Facts: state."""

    code = "topup_not_paid"


class TopUpFits(Conflict):
    """Nothing about this payment needs to be settled by hand. Facts: state."""

    code = "topup_fits"


class TopUpSpent(Refusal):
    """More would be given back than is left of it unspent. Facts: left."""

    code = "topup_spent"


class MasterGivesBack(Forbidden):
    """What an agent paid in is given back by the master, not by the agent."""

    code = "master_gives_back"
