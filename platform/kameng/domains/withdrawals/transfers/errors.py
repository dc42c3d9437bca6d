"""The named refusals of transfers by a provider."""

from kameng.kit.errors import NotFound, Refusal


class PaidByHand(Refusal):
    """This withdrawal goes to an account that no provider can send money to."""

    code = "paid_by_hand"


class NoSuchTransfer(NotFound):
    """The site has no such transfer."""

    code = "no_such_transfer"
