"""The named refusals of notices."""

from kameng.kit.errors import NotFound, Refusal


class FactsMissing(Refusal):
    """The kind's words name facts that were not given."""

    code = "facts_missing"


class NoSuchNotice(NotFound):
    """This person was told no such thing on this site."""

    code = "no_such_notice"


class NoSuchWish(Refusal):
    """No kind, no time of mails or no language of that name."""

    code = "no_such_wish"
