"""What payments refuses, by name."""

from kameng.kit.errors import Forbidden, NotFound, Refusal


class ChannelOff(Refusal):
    """The site takes no money this way. Facts: channel."""

    code = "channel_off"


class AttemptNotFound(NotFound):
    """No such payment here."""

    code = "attempt_not_found"


class DisputeNotFound(NotFound):
    """No such dispute here."""

    code = "dispute_not_found"


class RefundTooLarge(Refusal):
    """More would be given back than came in. Facts: asked, left."""

    code = "refund_too_large"


class NoticeForged(Refusal):
    """A notification whose signature, time or shape is not the provider's."""

    code = "notice_forged"


class MasterSettles(Forbidden):
    """The money lies on the master's account: only the master says what became of it."""

    code = "master_settles"
