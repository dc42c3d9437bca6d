"""What the balance alarm refuses, by name."""

from kameng.kit.errors import Refusal


class BadAlarm(Refusal):
    """The amount to be warned at is not above zero, finer than a fen, or too large."""

    code = "bad_alarm"
