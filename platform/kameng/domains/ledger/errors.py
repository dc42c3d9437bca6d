"""The named refusals of the books."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class Unbalanced(Refusal):
    """Debits and credits of a posting differ in some currency."""

    code = "unbalanced"


class NoTransfers(Refusal):
    """A balance is never moved to somebody else; it is spent, or goes back to its source."""

    code = "no_transfers"


class NothingToPost(Refusal):
    """Every line of the posting is zero."""

    code = "nothing_to_post"


class BalanceTooLow(Refusal):
    """An account with a floor holds less than the posting takes."""

    code = "balance_too_low"


class AmountTooLarge(Refusal):
    """The sum of an account would no longer fit in its column."""

    code = "amount_too_large"


class AccountOutsideChain(Refusal):
    """A line names an account of a tenant that is neither the bound one nor above it."""

    code = "account_outside_chain"


class AccountClosed(Refusal):
    """A line names an account that was closed."""

    code = "account_closed"


class UnknownAccountKind(Refusal):
    """A line names a kind that is not in the chart of accounts."""

    code = "unknown_account_kind"


class KeyReused(Conflict):
    """The key was used before, for another posting."""

    code = "key_reused"


class HoldResolved(Conflict):
    """The hold was settled or voided before."""

    code = "hold_resolved"


class HoldExceeded(Refusal):
    """A settlement takes more from an account than its hold set aside."""

    code = "hold_exceeded"


class AlreadyReversed(Conflict):
    """The posting was reversed before."""

    code = "already_reversed"


class NoSuchPosting(NotFound):
    """The tenant has no posting, or no open hold, of that id."""

    code = "no_such_posting"


class DayOpen(Conflict):
    """The day is not over, or not yet closed."""

    code = "day_open"


class BooksBusy(Conflict):
    """Postings under way did not end in time for the day to be closed; try again."""

    code = "books_busy"
