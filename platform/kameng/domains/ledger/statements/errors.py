"""Why a statement is not drawn."""

from kameng.kit.errors import Refusal


class StatementTooLong(Refusal):
    """More movements than this kind of file holds. Facts: count, most."""

    code = "statement_too_long"
