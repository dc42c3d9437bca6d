"""The named refusals of wallets and deposits."""

from kameng.kit.errors import NotFound, Refusal


class BadCredit(Refusal):
    """The amount cannot be credited: not positive, finer than a fen, or too large."""

    code = "bad_credit"


class NoSuchWallet(NotFound):
    """The site has no member of that id."""

    code = "no_such_wallet"


class MasterHasNoDeposit(Refusal):
    """A deposit is what a sub-site leaves with the master; the master has none."""

    code = "master_has_no_deposit"
