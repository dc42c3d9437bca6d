"""The named refusals of what members are mailed."""

from kameng.kit.errors import Refusal


class NoSuchMail(Refusal):
    """There is no such mail or language to choose, or it is sent to everybody."""

    code = "no_such_mail"
