"""What the card stock refuses, by name; a refused paste or file has stored nothing."""

from kameng.kit.errors import NotFound, Refusal


class FileTooLarge(Refusal):
    """The upload is beyond the limit. Facts: size, limit (bytes)."""

    code = "file_too_large"


class TextUnreadable(Refusal):
    """The file is no text in UTF-8, UTF-16 (with mark) or GBK."""

    code = "text_unreadable"


class TooManyLines(Refusal):
    """More secrets at once than allowed. Facts: limit."""

    code = "too_many_lines"


class SecretTooLong(Refusal):
    """A line is longer than a secret can be. Facts: line, limit."""

    code = "secret_too_long"


class SecretUnprintable(Refusal):
    """A line holds NUL or other control characters. Facts: line."""

    code = "secret_unprintable"


class NoSecrets(Refusal):
    """Nothing but blank lines came in."""

    code = "no_secrets"


class CardNotFound(NotFound):
    """No such card in this site's own stock."""

    code = "card_not_found"
