"""The named refusals of withdrawals."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class BadWithdrawal(Refusal):
    """The amount is not positive, finer than a fen, or too large. Facts: amount, largest."""

    code = "bad_withdrawal"


class BelowMinimum(Refusal):
    """Less than the master pays out at once. Facts: amount, least."""

    code = "below_minimum"


class FeeEatsAll(Refusal):
    """Nothing would be left after the fee. Facts: amount, fee."""

    code = "fee_eats_all"


class MoreThanFree(Refusal):
    """More than is free after debts. Facts: needed, available, debt."""

    code = "more_than_free"


class DailyLimitReached(Refusal):
    """More than one may ask for in one day. Facts: limit, asked (today so far)."""

    code = "daily_limit_reached"


class WithdrawalsOff(Refusal):
    """The master takes no withdrawals at present."""

    code = "withdrawals_off"


class MethodOff(Refusal):
    """The master does not pay out that way at present."""

    code = "method_off"


class MasterWithdrawsNothing(Refusal):
    """The master site holds the money itself."""

    code = "master_withdraws_nothing"


class DebtFirst(Refusal):
    """Money is owed that the rest does not cover. Facts: debt, available."""

    code = "debt_first"


class OwnerFrozen(Refusal):
    """The member whose money it is has been frozen by the site."""

    code = "owner_frozen"


class FourEyes(Refusal):
    """Whoever approved a withdrawal may not pay it out as well."""

    code = "four_eyes"


class NotYourPayout(Refusal):
    """Somebody else is paying this out. Facts: name."""

    code = "not_your_payout"


class PaidByProvider(Refusal):
    """A provider sends this one and says when it is back: nobody does so by hand."""

    code = "paid_by_provider"


class TransferUnderWay(Refusal):
    """The provider was asked to send it and nobody knows yet whether it did."""

    code = "transfer_under_way"


class BadProof(Refusal):
    """A pay-out needs a proof: a reference or a picture. Facts: least, most."""

    code = "bad_proof"


class BadDecision(Refusal):
    """A rejection needs a reason. Facts: least, most."""

    code = "bad_decision"


class BadPolicy(Refusal):
    """A value of the withdrawal policy is out of range. Facts: field."""

    code = "bad_policy"


class WithdrawalMoved(Conflict):
    """The withdrawal is not where it was seen any more. Facts: state."""

    code = "withdrawal_moved"


class AskedOtherwise(Conflict):
    """This form was sent before with other values."""

    code = "asked_otherwise"


class NoSuchWithdrawal(NotFound):
    """The site has no such withdrawal."""

    code = "no_such_withdrawal"
