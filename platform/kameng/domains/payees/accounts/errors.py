"""The named refusals of payout accounts."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class BadPayoutAccount(Refusal):
    """A part of the account is missing or cannot be right. Facts: field."""

    code = "bad_payout_account"


class TooManyPayoutAccounts(Refusal):
    """So many accounts are bound already. Facts: most."""

    code = "too_many_payout_accounts"


class PayoutAccountThere(Conflict):
    """The account is bound already."""

    code = "payout_account_there"


class NoSuchPayoutAccount(NotFound):
    """The owner has no such account any more."""

    code = "no_such_payout_account"


class PayoutAccountMoved(Conflict):
    """The account was decided or removed meanwhile; look again."""

    code = "payout_account_moved"


class PayoutAccountNotVerified(Refusal):
    """The account has not been verified, or the payee has changed since."""

    code = "payout_account_not_verified"


class CheckedByProvider(Refusal):
    """A provider says whose this account is; nobody verifies it by hand alone."""

    code = "checked_by_provider"
