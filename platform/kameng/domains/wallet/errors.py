"""The named refusals of wallets."""

from kameng.kit.errors import Refusal


class CreditRefused(Refusal):
    """The amount cannot be credited: not above zero, finer than a fen, or above the cap."""

    code = "credit_refused"


class NoDeposit(Refusal):
    """The master site holds no deposit: it is where deposits are kept."""

    code = "no_deposit"
